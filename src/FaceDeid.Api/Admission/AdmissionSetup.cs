using System.Threading.RateLimiting;
using FaceDeid.Api.Access;
using FaceDeid.Api.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Admission;

/// <summary>
/// Says, before a body is read, whether there is room for another upload and a place in the queue for a worker, or of a
/// collection or dataset a place to be worked on (else 503), and how fast one client may send (429).
/// </summary>
internal static class AdmissionSetup
{
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static void AddAdmission(this IServiceCollection services)
    {
        services.AddSingleton<UploadRoom>();
        services.AddSingleton<CollectionPlaces>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IOptions<FaceDeidOptions>>((limiter, options) =>
        {
            var limits = options.Value.Limits;
            limiter.GlobalLimiter = PerClient(limits);
            limiter.OnRejected = static (rejected, _) => new ValueTask(ProblemAnswer.WriteAsync(
                rejected.HttpContext, ProblemKinds.RateLimited, "Wait as Retry-After says, then go on more slowly.",
                retryAfter: rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : null));
        });
    }

    public static void UseAdmission(this WebApplication app)
    {
        app.UseRateLimiter();
        app.Use(TakeRoomAsync);
    }

    /// <summary>Lets an upload in. It holds its room until it is answered, then its answer does until it was read.</summary>
    private static async Task TakeRoomAsync(HttpContext context, RequestDelegate next)
    {
        if (!Calls.AreGuarded(context) || HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)
            || context.GetEndpoint()?.Metadata.GetMetadata<TakesNothing>() is not null)
        {
            await next(context);
            return;
        }

        var room = context.RequestServices.GetRequiredService<UploadRoom>();
        var isCollection = context.GetEndpoint()?.Metadata.GetMetadata<TakesCollection>() is not null;
        var isRecording = context.GetEndpoint()?.Metadata.GetMetadata<TakesRecording>() is not null;
        if (!isCollection && !isRecording && room.IsQueueFull)
        {
            await RefuseAsync(context, UploadRoom.QueueFull());
            return;
        }

        // A job waits for its place.
        if (isCollection && !Preferences.WantsJob(context.Request)
            && context.RequestServices.GetRequiredService<CollectionPlaces>().AreTaken)
        {
            await RefuseAsync(context, CollectionPlaces.Taken());
            return;
        }

        using var held = room.TryBegin(Caller.ClientOf(context), isCollection);
        if (held is null)
        {
            await RefuseAsync(context, UploadRoom.NoRoom());
            return;
        }

        if (isCollection)
            HoldToItsLength(context, room.MaxCollectionTime);
        await HoldAsync(context, next, room, held);
    }

    private static async Task HoldAsync(HttpContext context, RequestDelegate next, UploadRoom room, UploadRoom.HeldRoom held)
    {
        var limits = context.RequestServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits;
        var (body, answers) = (context.Request.Body, context.Features.GetRequiredFeature<IHttpResponseBodyFeature>());
        var waitsForWorker = !held.IsCollection && context.GetEndpoint()?.Metadata.GetMetadata<TakesRecording>() is null;
        await using var counted = new CountedBody(context.Request, room, held, MostBytes(context, limits), waitsForWorker);
        await using var answer = new AnswerBody(context, answers.Stream, held, limits);
        context.Request.Body = counted;
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(answer, answers));
        try
        {
            await next(context);
        }
        finally
        {
            context.Request.Body = body;
            context.Features.Set(answers);
        }
    }

    /// <summary>
    /// The server itself ends an upload that is too slow for its announced length. HTTP/2 has one rate for all: there the time
    /// ends it.
    /// </summary>
    private static void HoldToItsLength(HttpContext context, TimeSpan most)
    {
        if (context.Request.ContentLength is { } length && HttpProtocol.IsHttp11(context.Request.Protocol)
            && context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { MinDataRate: { } least } rate
            && length / most.TotalSeconds > least.BytesPerSecond)
        {
            rate.MinDataRate = new MinDataRate(length / most.TotalSeconds, Grace);
        }
    }

    /// <summary>Without an exception: refusals must be cheap, as they come in floods.</summary>
    private static Task RefuseAsync(HttpContext context, ProblemException refusal) =>
        ProblemAnswer.WriteAsync(context, refusal.Kind, refusal.Message, retryAfter: refusal.RetryAfter);

    /// <summary>The longest body of a call, as the server itself is told it.</summary>
    private static long MostBytes(HttpContext context, LimitSettings limits) =>
        context.GetEndpoint()?.Metadata.GetMetadata<IRequestSizeLimitMetadata>()?.MaxRequestBodySize
        ?? limits.MaxRequestBytes;

    private static PartitionedRateLimiter<HttpContext> PerClient(LimitSettings limits) =>
        PartitionedRateLimiter.Create<HttpContext, string>(context =>
        {
            var allowance = Caller.Of(context)?.RequestsPerMinute is int own and > 0 ? own : limits.RequestsPerMinute;
            return allowance == 0 || !Calls.AreGuarded(context)
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
