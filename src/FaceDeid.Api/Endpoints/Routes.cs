using FaceDeid.Api.Errors;

namespace FaceDeid.Api.Endpoints;

/// <summary>The table of calls.</summary>
internal static class Routes
{
    public static void MapFaceDeid(this WebApplication app)
    {
        var v1 = app.MapGroup("/v1").WithTags("FaceDeid v1");

        v1.MapPost("/detect", DetectEndpoint.DetectAsync)
            .WithName("detect")
            .WithSummary("Find the faces of a picture")
            .WithDescription("Boxes and scores of all faces. No face is an empty list: looking is not protecting.")
            .MayRefusePictures();

        v1.MapPost("/landmarks", LandmarksEndpoint.LandmarksAsync)
            .WithName("landmarks")
            .WithSummary("Place the 68 landmarks of every face, or draw them")
            .WithDescription("JSON with the 68 points and the seven regions of each face, or the overlay: a copy of the picture with the regions drawn on it.")
            .WithMetadata(new PictureAnswerMetadata("The points as JSON, or the picture; see `format`."))
            .MayRefusePictures();

        v1.MapPost("/merge", MergeEndpoint.MergeAsync)
            .WithName("merge")
            .WithSummary("Merge two faces")
            .WithDescription(
                "The original notebook's merge of gray values or of landmark coordinates. It is NOT anonymisation: a modern recogniser "
                + "still names 39 of 100 merged faces (300 people, another photo of each as gallery).")
            .WithMetadata(new PictureAnswerMetadata("The points as JSON, or the picture; see `format`."))
            .MayRefusePictures();

        v1.MapPost("/deidentify", DeidentifyEndpoint.DeidentifyAsync)
            .WithName("deidentify")
            .WithSummary("Protect every face of a picture, and touch nothing else")
            .WithDescription(
                "The same picture, upright and without metadata, in which every face that was found or given is treated by `method`; or a report "
                + "of what was done. The default `replace` puts a natural face of donors in place. `eyebar`, `threshold` and `merge` leave most "
                + "people recognisable and need `allowWeak`. Faces that no detector finds are not protected: look at the result, or edit `faces`. A "
                + "picture without a face is an error; `onNoFace=pass` returns it with everything that is on it.")
            .WithMetadata(new PictureAnswerMetadata("The picture, the report as JSON, or both as multipart/mixed; see `format`.", HasReport: true))
            .MayRefusePictures();

        v1.MapGet("/capabilities", CapabilitiesEndpoint.Get)
            .WithName("capabilities")
            .WithSummary("What this service can do")
            .WithDescription("Detectors, methods, formats, models with hash and licence, and the limits in force.")
            .MayFail(ProblemKinds.Unauthorized, ProblemKinds.RateLimited, ProblemKinds.Internal);
    }

    private static void MayRefusePictures(this RouteHandlerBuilder call) =>
        call.MayFail([.. ProblemKinds.All.Where(kind => kind != ProblemKinds.NotFound && kind != ProblemKinds.MethodNotAllowed)]);

    private static void MayFail(this RouteHandlerBuilder call, params ProblemKind[] kinds)
    {
        foreach (var status in kinds.Select(kind => kind.Status).Distinct())
            call.Produces<Problem>(status, ProblemAnswer.MediaType);
        call.WithMetadata(kinds);
    }
}
