using FaceDeid.Api.Admission;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Videos;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.AspNetCore.Mvc;

namespace FaceDeid.Api;

/// <summary>The calls by which a person looks at a recording and changes what is done.</summary>
internal static class VideoReviewRoutes
{
    private static readonly ProblemKind[] Problems = [.. VideoRoutes.AskedOfOne, ProblemKinds.NotReady, ProblemKinds.LostKey];

    private static readonly ProblemKind[] Changes =
    [
        .. Problems, ProblemKinds.AlreadyEnded, ProblemKinds.ForeignOrigin, ProblemKinds.InvalidOption, ProblemKinds.NoFace,
        ProblemKinds.TracksChanged, ProblemKinds.UploadTooLarge, ProblemKinds.UploadTooSlow, ProblemKinds.MalformedForm,
        ProblemKinds.UnsupportedMediaType, ProblemKinds.UnsupportedEncoding, ProblemKinds.ServiceFull,
    ];

    public static void MapVideoReview(this RouteGroupBuilder v1)
    {
        v1.MapGet("/videos/{id}/tracks", VideoReviewEndpoint.Tracks)
            .WithName("getVideoTracks")
            .WithSummary("Read the tracks of a recording")
            .WithDescription(
                "The place of everybody who was followed, frame by frame, those to look at first in front: weak ones, then those "
                + "with uncertain places. From the state `review` on. The `ETag` is what `PUT` wants as `If-Match`.")
            .Produces<VideoTracks>()
            .MayFail(Problems);

        v1.MapGet("/videos/{id}/contact-sheet", VideoReviewEndpoint.ContactSheetAsync)
            .WithName("getVideoContactSheet")
            .WithSummary("See moments of the tracks of a recording")
            .WithDescription(
                "Up to four moments of each track on one picture, in the order of the tracks, 25 tracks a `page`, or of one "
                + "`track`. All faces in them are treated; with `original=true` they are as they were recorded, which needs the "
                + "scope `review` and leaves a line in the audit log. Needs `review=true` when it was sent.")
            .Produces<Stream>(StatusCodes.Status200OK, "image/jpeg")
            .Needs(Scopes.Review, VideoReviewEndpoint.AsksForOriginals)
            .WithMetadata(new ReadsParameters(
                VideoReviewEndpoint.Track, VideoReviewEndpoint.Page, VideoReviewEndpoint.Original))
            .MayFail([.. Problems, ProblemKinds.InvalidOption, ProblemKinds.MissingScope]);

        v1.MapGet("/videos/{id}/mask", VideoReviewEndpoint.Mask)
            .WithName("getVideoMask")
            .WithSummary("See where a recording is treated")
            .WithDescription(
                "A recording of the same frames, white where something is treated, else black. Needs `review=true` when it was "
                + "sent.")
            .Produces<Stream>(StatusCodes.Status200OK, "video/mp4")
            .Produces<Stream>(StatusCodes.Status206PartialContent, "video/mp4")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .MayFail(Problems);
        v1.MapChanges();
    }

    private static void MapChanges(this RouteGroupBuilder v1)
    {
        v1.MapPut("/videos/{id}/tracks", VideoReviewEndpoint.PutTracksAsync)
            .WithName("putVideoTracks")
            .WithSummary("Change what is done in a recording")
            .WithDescription(
                "The tracks as they shall be: each of `GET`, and new ones. `action` protects a face or leaves it; `places` or "
                + "`keys` move its boxes; `keys` without `id` draw a face that was missed, which is followed between them and "
                + "beyond; `of` joins tracks, or parts of them. A track that is left out is an error: nothing is uncovered by "
                + "forgetting it. Then only the segments are rendered again in which something is changed. Needs `review=true` "
                + "when it was sent.")
            .Accepts<VideoTracks>("application/json")
            .Produces<Job>(StatusCodes.Status202Accepted)
            .WithMetadata(new TakesRecording(), new RequestSizeLimitAttribute(VideoReviewEndpoint.MaxTracksBytes))
            .MayFail([.. Changes, ProblemKinds.BadTracks]);

        v1.MapPost("/videos/{id}/render", VideoReviewEndpoint.RenderAsync)
            .WithName("renderVideo")
            .WithSummary("Let a reviewed recording go on, or render it in another way")
            .WithDescription(
                "What was found is rendered as it is, with other options where they are sent: no face is searched again. Needs "
                + "`review=true` when it was sent.")
            .Accepts<RenderForm>(isOptional: true, "multipart/form-data")
            .Produces<Job>(StatusCodes.Status202Accepted)
            .WithMetadata(new TakesRecording())
            .MayFail([.. Changes, ProblemKinds.UnknownField, ProblemKinds.DuplicatePart, ProblemKinds.MissingPart]);
    }
}
