using System.Threading.RateLimiting;
using FaceDeid.Api.Access;
using FaceDeid.Api.Errors;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Hosting;

/// <summary>
/// Bounds, before a body is read, how many uploads are held in memory (503 when the queue is full too), how many of them are collections
/// or datasets (503) and how fast one client may send (429).
/// </summary>
internal static class Admission
{
    /// <summary>The limit of calls that take a collection or a dataset.</summary>
    public const string Collections = "collections";

    private static readonly PathString Guarded = "/v1";
    private static readonly TimeSpan CollectionRetry = TimeSpan.FromSeconds(10); // collections take longer than pictures

    public static bool IsGuarded(HttpContext context) => context.Request.Path.StartsWithSegments(Guarded, StringComparison.OrdinalIgnoreCase);

    public static void AddAdmission(this IServiceCollection services)
    {
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<FaceDeidOptions>>((limiter, options) =>
        {
            var limits = options.Value.Limits;
#pragma warning disable IDISP004 // the chain owns its links
            limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(PerClient(limits), PerService(limits));
#pragma warning restore IDISP004
            limiter.AddConcurrencyLimiter(Collections, collections => (collections.PermitLimit, collections.QueueLimit) = (limits.MaxCollections, 0));
            limiter.OnRejected = static (rejected, _) =>
            {
                // Only the limit per client knows when it will let in again.
                var isClient = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
                if (isClient)
                    return new ValueTask(ProblemAnswer.WriteAsync(rejected.HttpContext, ProblemKinds.RateLimited, "Wait as Retry-After says, then go on more slowly.", retryAfter: retryAfter));
                var isCollection = rejected.HttpContext.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null;
                return new ValueTask(isCollection
                    ? ProblemAnswer.WriteAsync(rejected.HttpContext, ProblemKinds.ServiceFull, "As many collections and evaluations, or requests, as this service takes are being worked on. Try again as Retry-After says.", retryAfter: CollectionRetry)
                    : ProblemAnswer.WriteAsync(rejected.HttpContext, ProblemKinds.ServiceFull, "Too many requests wait already. Try again as Retry-After says."));
            };
        });
    }

    public static void UseAdmission(this WebApplication app)
    {
        app.Use(static async (HttpContext context, RequestDelegate next) =>
        {
            // A request that is cancelled while it waits for the limiter comes back without an answer, which would be an empty 200.
            await next(context);
            if (!context.Response.HasStarted)
                context.RequestAborted.ThrowIfCancellationRequested();
        });
        app.UseRateLimiter();
    }

    private static PartitionedRateLimiter<HttpContext> PerClient(LimitSettings limits) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context =>
        {
            var allowance = Caller.Of(context)?.RequestsPerMinute is int own and > 0 ? own : limits.RequestsPerMinute;
            return allowance == 0 || !IsGuarded(context)
                ? RateLimitPartition.GetNoLimiter(string.Empty)
                : RateLimitPartition.GetTokenBucketLimiter(Caller.ClientOf(context), _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = allowance,
                    TokensPerPeriod = allowance,
                    ReplenishmentPeriod = TimeSpan.FromMinutes(1),
                    QueueLimit = 0,
                });
        });

    private static PartitionedRateLimiter<HttpContext> PerService(LimitSettings limits) =>
        PartitionedRateLimiter.Create<HttpContext, bool>(context => !IsGuarded(context) || HttpMethods.IsGet(context.Request.Method)
            ? RateLimitPartition.GetNoLimiter(false)
            : RateLimitPartition.GetConcurrencyLimiter(true, _ => new ConcurrencyLimiterOptions
            {
                PermitLimit = limits.MaxHeldRequests,
                QueueLimit = limits.MaxQueuedRequests,
                QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
            }));
}
