using FaceDeid.Api.Admission;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Videos;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api;

/// <summary>The calls of recordings.</summary>
internal static class VideoRoutes
{
    public static readonly ProblemKind[] Asked =
    [
        ProblemKinds.UnknownParameter, ProblemKinds.UnknownHost, ProblemKinds.Unauthorized, ProblemKinds.RateLimited,
        ProblemKinds.Internal, ProblemKinds.IssuerUnavailable, ProblemKinds.JobsOff,
        ProblemKinds.StorageUnavailable,
    ];

    private static readonly JobCalls Calls = new(JobGroup.Videos, VideoFiles.TypeOfAsync);

    public static readonly ProblemKind[] AskedOfOne = [.. Asked, ProblemKinds.NotFound, ProblemKinds.Expired];

    public static void MapVideos(this RouteGroupBuilder v1)
    {
        v1.MapPost("/videos", VideosEndpoint.CreateAsync)
            .WithName("createVideo")
            .WithSummary("Protect every face in every frame of a recording")
            .WithDescription(
                "Takes a recording and answers at once with its `id`: the work goes on after the answer. Fields and photos come "
                + "first, `video` last. The recording lies encrypted on the service's disk until its time is over. With the "
                + "header `Idempotency-Key` a request that is sent again, with the same fields and files, is answered with the "
                + "recording that is there already (200).")
            .Accepts<VideoForm>("multipart/form-data")
            .Produces<Job>(StatusCodes.Status202Accepted)
            .Produces<Job>()
            .TakesRecordings()
            .MayFail(
            [
                .. Routes.Uploads, ProblemKinds.EmptyPart, ProblemKinds.InvalidOption, ProblemKinds.IdempotencyConflict,
                ProblemKinds.AlreadyEnded, ProblemKinds.JobsOff, ProblemKinds.StorageUnavailable, ProblemKinds.UnsupportedVideo,
                ProblemKinds.CorruptVideo, ProblemKinds.TooLong, ProblemKinds.TooManyPixels, ProblemKinds.TooManyStreams,
            ]);

        v1.MapPost("/videos/verify", VideoVerifyEndpoint.VerifyAsync)
            .WithName("verifyVideo")
            .WithSummary("Check a recording against its report")
            .WithDescription(
                "Whether the recording is the one that the report names, to the last byte, and whether the report is signed by "
                + "this service. Nothing of it is kept. The answer is 200 whether `valid` or not.")
            .Accepts<VideoVerifyForm>("multipart/form-data")
            .TakesRecordings()
            .MayFail(Routes.Uploads);

        v1.MapGet("/videos", Calls.ListVideosAsync)
            .WithName("listVideos")
            .WithSummary("List recordings")
            .WithDescription(
                "Your recordings, the newest first; with the scope `videos` everybody's. `limit` says how many (1 to 100, by "
                + "default 20), `cursor` behind which: the answer names that of the next page.")
            .WithMetadata(new ReadsParameters(JobCalls.Cursor, JobCalls.Limit))
            .MayFail([.. Asked, ProblemKinds.InvalidOption, ProblemKinds.NotFound]);
        v1.MapVideo();
        v1.MapVideoResults();
        v1.MapVideoReview();
    }

    private static RouteHandlerBuilder TakesRecordings(this RouteHandlerBuilder call)
    {
        call.WithMetadata(new TakesRecording(), new RequestTimeoutAttribute(HostingSetup.VideoTimeout));
        call.Add(endpoint =>
        {
            var options = endpoint.ApplicationServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value;
            endpoint.Metadata.Add(new RequestSizeLimitAttribute(options.Videos.MaxRequestBytes(options.Limits)));
        });
        return call;
    }

    private static void MapVideo(this RouteGroupBuilder v1)
    {
        v1.MapGet("/videos/{id}", Calls.GetAsync)
            .WithName("getVideo")
            .WithSummary("See how far a recording is")
            .WithDescription("State, progress, warnings, and where the result is. It is there for who sent it, for others not.")
            .MayFail(AskedOfOne);

        v1.MapGet("/videos/{id}/events", Calls.WatchAsync)
            .WithName("watchVideo")
            .WithSummary("Follow a recording")
            .WithDescription(
                "The recording each time it changes, until it has ended: server-sent events, or lines of JSON (`Accept: "
                + "application/x-ndjson`). With `Last-Event-ID` only what changed since.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream", "application/x-ndjson")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .MayFail([.. AskedOfOne, ProblemKinds.NotAcceptable]);

        v1.MapPost("/videos/{id}/cancel", Calls.CancelAsync)
            .WithName("cancelVideo")
            .WithSummary("Stop the work on a recording")
            .WithDescription("The work stops, and all that was stored of the recording is deleted.")
            .WithMetadata(new TakesNothing())
            .MayFail([.. AskedOfOne, ProblemKinds.AlreadyEnded, ProblemKinds.ForeignOrigin]);

        v1.MapDelete("/videos/{id}", Calls.DeleteAsync)
            .WithName("deleteVideo")
            .WithSummary("Delete a recording")
            .WithDescription(
                "The recording, its result, its report and its key are deleted, and the work on it stops. Deleting it again is "
                + "no error.")
            .WithMetadata(new TakesNothing())
            .MayFail([.. Asked, ProblemKinds.NotFound, ProblemKinds.ForeignOrigin]);
    }

    private static void MapVideoResults(this RouteGroupBuilder v1)
    {
        ProblemKind[] problems = [.. AskedOfOne, ProblemKinds.NotReady, ProblemKinds.LostKey];

        v1.MapMethods("/videos/{id}/result", [HttpMethods.Get], Calls.ResultAsync)
            .WithName("getVideoResult")
            .WithSummary("Fetch the new recording")
            .WithDescription("The recording in which every face is protected; a part of it with `Range`.")
            .Produces<Stream>(StatusCodes.Status200OK, "video/mp4", "video/x-matroska", "video/webm")
            .Produces<Stream>(StatusCodes.Status206PartialContent, "video/mp4", "video/x-matroska", "video/webm")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .MayFail(problems);
        v1.MapMethods("/videos/{id}/result", [HttpMethods.Head], Calls.ResultAsync).ExcludeFromDescription();

        v1.MapGet("/videos/{id}/report", Calls.Report)
            .WithName("getVideoReport")
            .WithSummary("Read what was covered in a recording")
            .WithDescription("The coverage report: who was followed where, and where that is uncertain.")
            .Produces<Stream>(StatusCodes.Status200OK, "application/json")
            .MayFail(problems);
    }
}
