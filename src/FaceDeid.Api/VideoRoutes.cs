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
    ];

    private static readonly JobCalls Calls = new(JobGroup.Videos, VideoFiles.TypeOfAsync);

    public static readonly ProblemKind[] AskedOfOne = [.. Asked, ProblemKinds.NotFound, ProblemKinds.Expired];

    public static void MapVideos(this RouteGroupBuilder v1)
    {
        var create = v1.MapPost("/videos", VideosEndpoint.CreateAsync)
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
            .WithMetadata(new TakesRecording(), new RequestTimeoutAttribute(HostingSetup.VideoTimeout));
        create.Add(endpoint =>
        {
            var options = endpoint.ApplicationServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value;
            endpoint.Metadata.Add(new RequestSizeLimitAttribute(options.Videos.MaxRequestBytes(options.Limits)));
        });
        create.MayFail(
        [
            .. Routes.Uploads, ProblemKinds.EmptyPart, ProblemKinds.InvalidOption, ProblemKinds.IdempotencyConflict,
            ProblemKinds.AlreadyEnded, ProblemKinds.JobsOff, ProblemKinds.UnsupportedVideo, ProblemKinds.CorruptVideo,
            ProblemKinds.TooLong, ProblemKinds.TooManyPixels, ProblemKinds.TooManyStreams,
        ]);

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

    private static void MapVideoReview(this RouteGroupBuilder v1)
    {
        ProblemKind[] problems = [.. AskedOfOne, ProblemKinds.NotReady, ProblemKinds.LostKey];
        ProblemKind[] changes =
        [
            .. problems, ProblemKinds.AlreadyEnded, ProblemKinds.ForeignOrigin, ProblemKinds.InvalidOption, ProblemKinds.NoFace,
            ProblemKinds.TracksChanged, ProblemKinds.UploadTooLarge, ProblemKinds.UploadTooSlow, ProblemKinds.MalformedForm,
            ProblemKinds.UnsupportedMediaType, ProblemKinds.UnsupportedEncoding, ProblemKinds.ServiceFull,
        ];

        v1.MapGet("/videos/{id}/tracks", VideoReviewEndpoint.Tracks)
            .WithName("getVideoTracks")
            .WithSummary("Read the tracks of a recording")
            .WithDescription(
                "The place of everybody who was followed, frame by frame, those to look at first in front: weak ones, then those "
                + "with uncertain places. From the state `review` on. The `ETag` is what `PUT` wants as `If-Match`.")
            .Produces<VideoTracks>()
            .MayFail(problems);

        v1.MapPut("/videos/{id}/tracks", VideoReviewEndpoint.PutTracksAsync)
            .WithName("putVideoTracks")
            .WithSummary("Change what is done in a recording")
            .WithDescription(
                "The tracks as they shall be: each of `GET`, and new ones. `action` protects a face or leaves it; `places` or `keys` "
                + "move its boxes; `keys` without `id` draw a face that was missed, which is followed between them and beyond; `of` "
                + "joins tracks, or parts of them. A track that is left out is an error: nothing is uncovered by forgetting it. Then "
                + "only the segments are rendered again in which something is changed. Needs `review=true` when it was sent.")
            .Accepts<VideoTracks>("application/json")
            .Produces<Job>(StatusCodes.Status202Accepted)
            .WithMetadata(new TakesRecording(), new RequestSizeLimitAttribute(VideoReviewEndpoint.MaxTracksBytes))
            .MayFail([.. changes, ProblemKinds.BadTracks]);

        v1.MapPost("/videos/{id}/render", VideoReviewEndpoint.RenderAsync)
            .WithName("renderVideo")
            .WithSummary("Let a reviewed recording go on, or render it in another way")
            .WithDescription(
                "What was found is rendered as it is, with other options where they are sent: no face is searched again. Needs "
                + "`review=true` when it was sent.")
            .Accepts<RenderForm>(isOptional: true, "multipart/form-data")
            .Produces<Job>(StatusCodes.Status202Accepted)
            .WithMetadata(new TakesRecording())
            .MayFail([.. changes, ProblemKinds.UnknownField, ProblemKinds.DuplicatePart, ProblemKinds.MissingPart]);

        v1.MapGet("/videos/{id}/contact-sheet", VideoReviewEndpoint.ContactSheetAsync)
            .WithName("getVideoContactSheet")
            .WithSummary("See moments of the tracks of a recording")
            .WithDescription(
                "Up to four moments of each track on one picture, in the order of the tracks, 25 tracks a `page`, or of one `track`. "
                + "All faces in them are treated; with `original=true` they are as they were recorded, which needs the scope "
                + "`review` and leaves a line in the audit log. Needs `review=true` when it was sent.")
            .Produces<Stream>(StatusCodes.Status200OK, "image/jpeg")
            .Needs(Scopes.Review, VideoReviewEndpoint.AsksForOriginals)
            .WithMetadata(new ReadsParameters(
                VideoReviewEndpoint.Track, VideoReviewEndpoint.Page, VideoReviewEndpoint.Original))
            .MayFail([.. problems, ProblemKinds.InvalidOption, ProblemKinds.MissingScope]);

        v1.MapGet("/videos/{id}/mask", VideoReviewEndpoint.Mask)
            .WithName("getVideoMask")
            .WithSummary("See where a recording is treated")
            .WithDescription(
                "A recording of the same frames, white where something is treated, else black. Needs `review=true` when it was sent.")
            .Produces<Stream>(StatusCodes.Status200OK, "video/mp4")
            .Produces<Stream>(StatusCodes.Status206PartialContent, "video/mp4")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .MayFail(problems);
    }
}
