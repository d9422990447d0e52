using FaceDeid.Api.Access;
using FaceDeid.Api.Admission;
using FaceDeid.Api.Collections;
using FaceDeid.Api.Deidentify;
using FaceDeid.Api.Evaluate;
using FaceDeid.Api.Faces;
using FaceDeid.Api.Http;
using FaceDeid.Api.Seals;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api;

/// <summary>The table of calls.</summary>
internal static class Routes
{
    /// <summary>How every call that takes a form can fail, whatever is in it.</summary>
    public static readonly ProblemKind[] Uploads =
    [
        ProblemKinds.MalformedForm, ProblemKinds.MissingPart, ProblemKinds.DuplicatePart, ProblemKinds.UnknownField,
        ProblemKinds.Unauthorized, ProblemKinds.NotAcceptable, ProblemKinds.UploadTooSlow, ProblemKinds.UploadTooLarge,
        ProblemKinds.UnsupportedMediaType, ProblemKinds.RateLimited, ProblemKinds.Internal, ProblemKinds.ServiceFull,
        ProblemKinds.Timeout, ProblemKinds.UnknownParameter, ProblemKinds.UnsupportedEncoding, ProblemKinds.UnknownHost,
        ProblemKinds.ForeignOrigin, ProblemKinds.IssuerUnavailable,
    ];

    /// <summary>How a picture is refused whose faces are to be protected.</summary>
    private static readonly ProblemKind[] TreatmentProblems =
    [
        ProblemKinds.NoFace, ProblemKinds.AmbiguousReference, ProblemKinds.UnclearReference, ProblemKinds.PersonNotFound,
        ProblemKinds.MissingKey, ProblemKinds.TooMuchWork, ProblemKinds.TooManyFaces, ProblemKinds.UncertainFaces,
    ];

    /// <summary>How a seal is refused.</summary>
    private static readonly ProblemKind[] SealProblems =
        [ProblemKinds.MissingKey, ProblemKinds.NotSealed, ProblemKinds.SealTampered];

    /// <summary>How a request is refused that is to become a job.</summary>
    private static readonly ProblemKind[] JobProblems =
    [
        ProblemKinds.JobsOff, ProblemKinds.StorageUnavailable, ProblemKinds.IdempotencyConflict, ProblemKinds.AlreadyEnded,
    ];

    private const string AsJob =
        "With the header `Prefer: respond-async`, or the field `async` before the first file, the answer is a job, whose work "
        + "goes on after it: see `/v1/jobs/{id}`. Then `Idempotency-Key` is read as in `/v1/videos`.";

    public static void MapFaceDeid(this WebApplication app)
    {
        if (app.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Role == Role.Worker)
            return;
        var v1 = app.MapGroup("/v1").WithTags("FaceDeid v1");

        v1.MapPost("/detect", DetectEndpoint.DetectAsync)
            .WithName("detect")
            .WithSummary("Find the faces of a picture")
            .WithDescription("Boxes and scores of all faces. No face is an empty list: looking is not protecting.")
            .MayRefusePictures(ProblemKinds.NoFace);

        v1.MapPost("/landmarks", LandmarksEndpoint.LandmarksAsync)
            .WithName("landmarks")
            .WithSummary("Place the 68 landmarks of every face, or draw them")
            .WithDescription(
                "JSON with the 68 points and the seven regions of each face, or the overlay: a copy of the picture with the "
                + "regions drawn on it.")
            .WithMetadata(new PictureAnswerMetadata("The points as JSON, or the picture; see `format`."))
            .MayRefusePictures(ProblemKinds.NoFace);

        v1.MapPost("/merge", MergeEndpoint.MergeAsync)
            .WithName("merge")
            .WithSummary("Merge two faces")
            .WithDescription(
                "The original notebook's merge of gray values or of landmark coordinates. It is NOT anonymisation: a modern "
                + "recogniser still names 39 of 100 merged faces (300 people, another photo of each as gallery).")
            .WithMetadata(new PictureAnswerMetadata("The points as JSON, or the picture; see `format`."))
            .MayRefusePictures(ProblemKinds.NoFace);

        v1.MapPost("/deidentify", DeidentifyEndpoint.DeidentifyAsync)
            .WithName("deidentify")
            .WithSummary("Protect every face of a picture, and touch nothing else")
            .WithDescription(
                "The same picture, upright and without metadata, in which every face that was found or given is treated by "
                + "`method`; or a report of what was done. The default `replace` puts a natural face of nobody in place. "
                + "`eyebar`, `threshold` and `merge` leave most people recognisable and need `allowWeak`. Faces that no detector "
                + "finds are not protected: look at the result, or edit `faces`. A picture in which nobody would be protected is "
                + "an error; `onNoFace=pass` returns it with all that is on it.")
            .WithMetadata(new PictureAnswerMetadata(
                "The picture, the report as JSON, or both as multipart/mixed; see `format`. After `scramble` with a third "
                + "part, `sidecar`.",
                HasReport: true, IsSealed: true))
            .MayRefusePictures(TreatmentProblems);

        v1.MapSealing();
        v1.MapCollections();
        v1.MapEvaluation();
        v1.MapVideos();
        v1.MapJobs();

        v1.MapGet("/capabilities", CapabilitiesEndpoint.Get)
            .WithName("capabilities")
            .WithSummary("What this service can do")
            .WithDescription(
                "Detectors, methods, algorithms, attacks, formats, models with hash and licence, the key that signs "
                + "certificates, the keys that seal, and the limits in force.")
            .MayFail(
                ProblemKinds.UnknownParameter, ProblemKinds.UnknownHost, ProblemKinds.Unauthorized, ProblemKinds.RateLimited,
                ProblemKinds.Internal, ProblemKinds.IssuerUnavailable);
        v1.MapMethods("/capabilities", [HttpMethods.Head], CapabilitiesEndpoint.Get).ExcludeFromDescription();
    }

    private static void MapSealing(this RouteGroupBuilder v1)
    {
        v1.MapPost("/seal", SealEndpoint.SealAsync)
            .WithName("seal")
            .WithSummary("Protect every face of a picture, and seal the originals for who has a key")
            .WithDescription(
                "As `/v1/deidentify`, and the original pixels of each face are encrypted (AES-256-GCM, one key a face) for the "
                + "recipients of `keyId`, `passphrase`, `recipients` or the header `X-FaceDeid-Key`. The file carries the seal "
                + "(or `sidecar` does), and the service keeps nothing. A face that no recipient may open is protected and not "
                + "sealed. What the file shows is protected as by the method alone; the seal is as good as its keys.")
            .Produces(StatusCodes.Status200OK)
            .WithMetadata(new PictureAnswerMetadata(
                "The picture, which carries the seal; or multipart/mixed, see `sidecar` and `report`.",
                HasReport: true, IsSealed: true))
            .MayRefusePictures(TreatmentProblems);

        v1.MapPost("/restore", RestoreEndpoint.RestoreAsync)
            .WithName("restore")
            .WithSummary("Bring sealed or scrambled faces back")
            .WithDescription(
                "The picture with its faces, all or those of `faces`, as they were: to the last bit where they were sealed, up "
                + "to the loss of later compression where they were scrambled. It fails, and nothing is answered, unless every "
                + "face that is asked for opens and neither seal nor picture was altered. Every attempt leaves a line in the "
                + "service's audit log, without pictures and keys.")
            .Produces(StatusCodes.Status200OK)
            .WithMetadata(new PictureAnswerMetadata("The picture.", IsSealed: true))
            .Needs(Scopes.Restore)
            .MayRefusePictures(
                [
                    ProblemKinds.MissingScope, ProblemKinds.WrongKey, .. SealProblems, ProblemKinds.PixelsChanged,
                    ProblemKinds.SidecarMismatch, ProblemKinds.TooMuchWork,
                ]);

        v1.MapPost("/seal/rewrap", RewrapEndpoint.RewrapAsync)
            .WithName("rewrapSeal")
            .WithSummary("Change the keys of a seal")
            .WithDescription(
                "The same file or sidecar, which other keys open: to rotate keys, or to let somebody else in. Pixels are neither "
                + "decrypted nor decoded. Whoever kept the file as it was can open that with the old key. Every attempt leaves a "
                + "line in the service's audit log.")
            .Produces(StatusCodes.Status200OK)
            .WithMetadata(new PictureAnswerMetadata("The file: a picture or a sidecar, as it was sent.", IsSidecar: true))
            .Needs(Scopes.Restore)
            .MayRefusePictures([ProblemKinds.MissingScope, ProblemKinds.WrongKey, .. SealProblems]);
    }

    private static void MapCollections(this RouteGroupBuilder v1)
    {
        v1.MapPost("/collections", CollectionsEndpoint.CreateAsync)
            .WithName("collections")
            .WithSummary("Hide the people of a collection among each other")
            .WithDescription(
                "k-Same and its family: at least `k` people share each face. The answer is a ZIP file with a chip (an aligned "
                + "face) or photo for every face and `certificate.json`, which says what is guaranteed and can be checked. The "
                + "guarantee holds for the chips, against whoever has only them, and only as far as it is known who is who: name "
                + "the people in `subjects` or `subjectPattern`. Photos keep hair, ears and surroundings: for them it is "
                + "measured how many faces are still recognised. Options may come before, between or after the pictures. "
                + AsJob)
            .Accepts<CollectionForm>("multipart/form-data")
            .Produces(StatusCodes.Status200OK)
            .WithMetadata(new ArchiveAnswerMetadata("The archive."))
            .TakesManyPictures()
            .MayBecomeJob()
            .MayFail(
            [
                .. Uploads, .. JobProblems, ProblemKinds.InvalidOption, ProblemKinds.TooFewPeople, ProblemKinds.BadPictures,
                ProblemKinds.TooManyPictures, ProblemKinds.CorruptArchive,
            ]);

        v1.MapPost("/collections/verify", CollectionVerifyEndpoint.VerifyAsync)
            .WithName("verifyCollection")
            .WithSummary("Check a collection against its certificate")
            .WithDescription(
                "Whether the files are those that the certificate names, whether its groups keep `k`, and whether it is signed "
                + "by this service. The answer is 200 whether `valid` or not.")
            .Accepts<CollectionVerifyForm>("multipart/form-data")
            .TakesManyPictures()
            .MayFail([.. Uploads, ProblemKinds.InvalidOption, ProblemKinds.TooManyPictures, ProblemKinds.CorruptArchive]);
    }

    private static void MapEvaluation(this RouteGroupBuilder v1) => v1.MapPost("/evaluate", EvaluateEndpoint.EvaluateAsync)
        .WithName("evaluate")
        .WithSummary("Measure what a de-identified set is worth")
        .WithDescription(
            "Attacks a set of pictures as an attacker would, with three recognisers: `naive` knows other photos of the people, "
            + "`samePhoto` the very originals, `reverse` looks originals up among the de-identified pictures, `parrot` "
            + "de-identifies its own photos in the same way, and `reconstruction` undoes first what can be undone. All of them "
            + "are always made, `parrot` too, which needs other photos in `gallery/` or `gallery-deidentified/`, or several rows "
            + "of a person; what could not be made is in `notRun` with the reason. For each: how many people are named, with the "
            + "95 % interval, what guessing gives, and what the untouched originals give. And what the faces are still good for: "
            + "detection, landmarks, expression, sex and age class, pose, gaze, sharpness and colour of skin, the rim of what "
            + "was changed, and the pixels around them, as figures of the set and never of a person. The answer is a report with "
            + "a verdict; names and paths of the dataset are not in it, rows are named by number. Nor are pictures, unless "
            + "`pictures` asks for them. Options may come before or after the dataset. " + AsJob)
        .Accepts<EvaluateForm>("multipart/form-data")
        .Produces<EvaluationReport>(StatusCodes.Status200OK)
        .WithMetadata(new EvaluationAnswerMetadata(
            "The report as JSON, as a page, as curves, or all three as an archive; or progress and then the report, or a problem "
            + "document, as lines of JSON or server-sent events; see `format`."))
        .Needs(Scopes.Evaluate)
        .TakesManyPictures()
        .MayBecomeJob()
        .MayFail(
        [
            .. Uploads, .. JobProblems, ProblemKinds.MissingScope, ProblemKinds.InvalidOption, ProblemKinds.TooFewPeople,
            ProblemKinds.TooManyPictures, ProblemKinds.BadDataset, ProblemKinds.CorruptArchive,
        ]);

    /// <summary>Marks a call that needs a scope.</summary>
    public static RouteHandlerBuilder Needs(this RouteHandlerBuilder call, string scope, Func<HttpRequest, bool>? when = null) =>
        call.WithMetadata(new NeedsScope(scope, when));

    private static RouteHandlerBuilder TakesManyPictures(this RouteHandlerBuilder call)
    {
        call.WithMetadata(new TakesCollection()).WithRequestTimeout(HostingSetup.CollectionTimeout);
        call.Add(endpoint => endpoint.Metadata.Add(new RequestSizeLimitAttribute(
            endpoint.ApplicationServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits.MaxCollectionBytes)));
        return call;
    }

    private static RouteHandlerBuilder MayBecomeJob(this RouteHandlerBuilder call) => call
        .Produces<Job>(StatusCodes.Status202Accepted);

    private static void MayRefusePictures(this RouteHandlerBuilder call, params ProblemKind[] others) => call.MayFail(
    [
        .. Uploads, ProblemKinds.EmptyPart, ProblemKinds.InvalidOption, ProblemKinds.UnsupportedFormat,
        ProblemKinds.AnimatedImage, ProblemKinds.MultiPageImage, ProblemKinds.CorruptImage, ProblemKinds.TooManyPixels, .. others,
    ]);

    /// <summary>Says how a call can fail, beside what its description says.</summary>
    public static void MayFail(this RouteHandlerBuilder call, params ProblemKind[] unordered)
    {
        ProblemKind[] kinds = [.. ProblemKinds.All.Where(unordered.Contains)];
        foreach (var status in kinds.Select(kind => kind.Status).Distinct())
            call.Produces<Problem>(status, ProblemAnswer.MediaType);
        call.WithMetadata(kinds);
    }
}
