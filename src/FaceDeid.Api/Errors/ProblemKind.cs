using System.Collections.Frozen;

namespace FaceDeid.Api.Errors;

/// <summary>One row of the error table.</summary>
/// <param name="Code">Stable, documented name of the cause.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">What happened, in one sentence.</param>
internal sealed record ProblemKind(string Code, int Status, string Title)
{
    /// <summary>Identifies the problem type (RFC 9457, section 3.1.1).</summary>
    public string Type => $"urn:facedeid:problem:{Code}";
}

/// <summary>The error table: every way a request can fail. <c>docs/errors.md</c> is checked against it by a test.</summary>
internal static class ProblemKinds
{
    public static readonly ProblemKind MalformedForm = new("malformed_form", 400, "The form cannot be read.");
    public static readonly ProblemKind MissingPart = new("missing_part", 400, "A picture is missing.");
    public static readonly ProblemKind DuplicatePart = new("duplicate_part", 400, "A field or picture was sent more than once.");
    public static readonly ProblemKind EmptyPart = new("empty_part", 400, "A picture is empty.");
    public static readonly ProblemKind UnknownField = new("unknown_field", 400, "The form has a field that this call does not know.");
    public static readonly ProblemKind UnknownParameter =
        new("unknown_parameter", 400, "The address has a parameter that is not read.");
    public static readonly ProblemKind UnknownHost = new("unknown_host", 400, "The service is not known by this name.");
    public static readonly ProblemKind InvalidOption = new("invalid_option", 400, "An option is out of its range.");
    public static readonly ProblemKind MissingKey = new("missing_key", 400, "There is no key.");
    public static readonly ProblemKind Unauthorized = new("unauthorized", 401, "A valid API key or token is needed.");
    public static readonly ProblemKind MissingScope = new("missing_scope", 403, "The key or token does not allow this call.");
    public static readonly ProblemKind ForeignOrigin =
        new("foreign_origin", 403, "A page of another origin may not call the service.");
    public static readonly ProblemKind WrongKey = new("wrong_key", 403, "The key does not open the seal.");
    public static readonly ProblemKind NotFound = new("not_found", 404, "There is nothing at this address.");
    public static readonly ProblemKind MethodNotAllowed = new("method_not_allowed", 405, "This address does not answer to this method.");
    public static readonly ProblemKind NotAcceptable = new("not_acceptable", 406, "The answer does not come in the form that was asked for.");
    public static readonly ProblemKind UploadTooSlow = new("upload_too_slow", 408, "The upload took too long.");
    public static readonly ProblemKind UploadTooLarge = new("upload_too_large", 413, "The upload is too large.");
    public static readonly ProblemKind UnsupportedMediaType = new("unsupported_media_type", 415, "The body is not multipart/form-data.");
    public static readonly ProblemKind UnsupportedEncoding =
        new("unsupported_encoding", 415, "The body is packed in a way that is not read.");
    /// <summary>How a body may be packed.</summary>
    public const string KnownEncoding = "gzip";

    public static readonly ProblemKind UnsupportedFormat = new("unsupported_format", 415, "The content is not a picture that is read.");
    public static readonly ProblemKind AnimatedImage = new("animated_image", 415, "The picture is animated.");
    public static readonly ProblemKind MultiPageImage = new("multi_page_image", 415, "The file holds several pages.");
    public static readonly ProblemKind CorruptImage = new("corrupt_image", 422, "The picture is damaged.");
    public static readonly ProblemKind TooManyPixels = new("too_many_pixels", 422, "The picture is too large in pixels.");
    public static readonly ProblemKind NoFace = new("no_face", 422, "No face was found.");
    public static readonly ProblemKind AmbiguousReference =
        new("ambiguous_reference", 422, "A reference photo does not say who is meant.");
    public static readonly ProblemKind UnclearReference =
        new("unclear_reference", 422, "A reference photo's person cannot be recognised.");
    public static readonly ProblemKind PersonNotFound = new("person_not_found", 422, "Nobody of 'only' was recognised.");
    public static readonly ProblemKind TooFewPeople = new("too_few_people", 422, "There are too few people.");
    public static readonly ProblemKind BadPictures = new("bad_pictures", 422, "Pictures of the collection cannot be used.");
    public static readonly ProblemKind TooManyPictures = new("too_many_pictures", 422, "There are too many pictures.");
    public static readonly ProblemKind BadDataset = new("bad_dataset", 422, "The dataset cannot be evaluated.");
    public static readonly ProblemKind CorruptArchive = new("corrupt_archive", 422, "The archive cannot be read.");
    public static readonly ProblemKind NotSealed = new("not_sealed", 422, "The picture carries no seal.");
    public static readonly ProblemKind SealTampered = new("seal_tampered", 422, "The seal is not as it was written.");
    public static readonly ProblemKind PixelsChanged = new("pixels_changed", 422, "The picture is not the one that was sealed.");
    public static readonly ProblemKind SidecarMismatch = new("sidecar_mismatch", 422, "The sidecar belongs to another picture.");
    public static readonly ProblemKind TooMuchWork =
        new("too_much_work", 422, "The faces of the request would take too long.");
    public static readonly ProblemKind RateLimited = new("rate_limited", 429, "This client sends too fast.");
    public static readonly ProblemKind Internal = new("internal_error", 500, "The service failed. The picture was not processed.");
    public static readonly ProblemKind ServiceFull = new("service_full", 503, "The service is full.");
    public static readonly ProblemKind IssuerUnavailable = new("issuer_unavailable", 503, "Tokens cannot be checked now.");
    public static readonly ProblemKind Timeout = new("timeout", 504, "The request took too long.");

    /// <summary>All rows, by status.</summary>
    public static IReadOnlyList<ProblemKind> All { get; } =
    [
        MalformedForm, MissingPart, DuplicatePart, EmptyPart, UnknownField, UnknownParameter, UnknownHost, InvalidOption,
        MissingKey, Unauthorized, MissingScope, ForeignOrigin, WrongKey, NotFound, MethodNotAllowed, NotAcceptable,
        UploadTooSlow, UploadTooLarge,
        UnsupportedMediaType, UnsupportedEncoding, UnsupportedFormat, AnimatedImage, MultiPageImage, CorruptImage, TooManyPixels,
        NoFace, AmbiguousReference, UnclearReference, PersonNotFound, TooFewPeople, BadPictures, TooManyPictures, BadDataset,
        CorruptArchive,
        NotSealed, SealTampered, PixelsChanged, SidecarMismatch, TooMuchWork, RateLimited, Internal, ServiceFull, IssuerUnavailable,
        Timeout,
    ];

    private static readonly FrozenDictionary<FaceDeidError, ProblemKind> FromLibrary = new Dictionary<FaceDeidError, ProblemKind>
    {
        [FaceDeidError.UnsupportedFormat] = UnsupportedFormat,
        [FaceDeidError.AnimatedImage] = AnimatedImage,
        [FaceDeidError.MultiPageImage] = MultiPageImage,
        [FaceDeidError.CorruptImage] = CorruptImage,
        [FaceDeidError.TooManyPixels] = TooManyPixels,
        [FaceDeidError.NoFace] = NoFace,
        [FaceDeidError.AmbiguousReference] = AmbiguousReference,
        [FaceDeidError.UnclearReference] = UnclearReference,
        [FaceDeidError.PersonNotFound] = PersonNotFound,
        [FaceDeidError.TooFewPeople] = TooFewPeople,
        [FaceDeidError.BadPictures] = BadPictures,
        [FaceDeidError.TooManyPictures] = TooManyPictures,
        [FaceDeidError.BadDataset] = BadDataset,
        [FaceDeidError.InvalidOption] = InvalidOption,
        [FaceDeidError.MissingKey] = MissingKey,
        [FaceDeidError.WrongKey] = WrongKey,
        [FaceDeidError.NotSealed] = NotSealed,
        [FaceDeidError.SealTampered] = SealTampered,
        [FaceDeidError.PixelsChanged] = PixelsChanged,
        [FaceDeidError.SidecarMismatch] = SidecarMismatch,
        [FaceDeidError.TooMuchWork] = TooMuchWork,
        [FaceDeidError.ModelUnavailable] = Internal,
    }.ToFrozenDictionary();

    /// <summary>The row for a refusal of the library.</summary>
    public static ProblemKind For(FaceDeidError code) => FromLibrary[code];
}

/// <summary>A refusal that has its row in the error table and a public text that says what to change.</summary>
internal sealed class ProblemException(ProblemKind kind, string detail, IReadOnlyDictionary<string, string>? fields = null)
    : Exception(detail)
{
    public ProblemKind Kind { get; } = kind;

    /// <summary>What is wrong with each field, by field name, with each picture of a collection, by its index, or with each row of a dataset, by folder and number.</summary>
    public IReadOnlyDictionary<string, string>? Fields { get; } = fields;

    /// <summary>What the header WWW-Authenticate says, a line for each.</summary>
    public string[] Challenges { get; init; } = [];

    /// <summary>What the header Retry-After says.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
