using System.Threading.RateLimiting;
using FaceDeid.Api.Access;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Forms;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Hosting;

/// <summary>
/// Says, before a body is read, whether there is room for another upload and a place in the queue for a worker (else 503), whether another
/// collection or dataset is taken (503), and how fast one client may send (429).
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
        services.AddSingleton<UploadRoom>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<FaceDeidOptions>>((limiter, options) =>
        {
            var limits = options.Value.Limits;
            limiter.GlobalLimiter = PerClient(limits);
            limiter.AddConcurrencyLimiter(Collections, collections => (collections.PermitLimit, collections.QueueLimit) = (limits.MaxCollections, 0));
            limiter.OnRejected = static (rejected, _) =>
            {
                // Only the limit per client knows when it will let in again.
                var isClient = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter);
                if (isClient)
                    return new ValueTask(ProblemAnswer.WriteAsync(rejected.HttpContext, ProblemKinds.RateLimited, "Wait as Retry-After says, then go on more slowly.", retryAfter: retryAfter));
                return new ValueTask(ProblemAnswer.WriteAsync(
                    rejected.HttpContext, ProblemKinds.ServiceFull, "As many collections and evaluations as this service takes are being worked on. Try again as Retry-After says.",
                    retryAfter: CollectionRetry));
            };
        });
    }

    public static void UseAdmission(this WebApplication app)
    {
        app.UseRateLimiter();
        app.Use(TakeRoomAsync);
    }

    /// <summary>Lets an upload in. It holds its room until it is answered, and its place in the queue only while it waits for a worker.</summary>
    private static async Task TakeRoomAsync(HttpContext context, RequestDelegate next)
    {
        if (!IsGuarded(context) || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
        {
            await next(context);
            return;
        }

        var room = context.RequestServices.GetRequiredService<UploadRoom>();
        var takesRoom = !IsCollection(context); // collections have limits of their own
        if (takesRoom && room.IsQueueFull)
        {
            await RefuseAsync(context, UploadRoom.QueueFull());
            return;
        }

        if (takesRoom && !room.TryBegin())
        {
            await RefuseAsync(context, UploadRoom.NoRoom());
            return;
        }

        var body = context.Request.Body;
        await using var counted = new CountedBody(context.Request, room, takesRoom, MostBytes(context));
        context.Request.Body = counted;
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Body = body;
        }
    }

    /// <summary>Without an exception: refusals must be cheap, as they come in floods.</summary>
    private static Task RefuseAsync(HttpContext context, ProblemException refusal) => ProblemAnswer.WriteAsync(context, refusal.Kind, refusal.Message);

    private static bool IsCollection(HttpContext context) => context.GetEndpoint()?.Metadata.GetMetadata<EnableRateLimitingAttribute>() is not null;

    /// <summary>The longest body of a call, as the server itself is told it.</summary>
    private static long MostBytes(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize
        ?? context.RequestServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits.MaxRequestBytes;

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
}
