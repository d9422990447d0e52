namespace FaceDeid.Contracts;

/// <summary>One row of the error table.</summary>
/// <param name="Code">Stable, documented name of the cause.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">What happened, in one sentence.</param>
public sealed record ProblemKind(string Code, int Status, string Title)
{
    /// <summary>Identifies the problem type (RFC 9457, section 3.1.1).</summary>
    public string Type => $"urn:facedeid:problem:{Code}";
}

/// <summary>The error table: every way a request can fail. <c>docs/errors.md</c> is checked against it by a test.</summary>
public static class ProblemKinds
{
    private static readonly List<ProblemKind> Rows = [];

    public static ProblemKind MalformedForm { get; } = Row("malformed_form", 400, "The form cannot be read.");
    public static ProblemKind MissingPart { get; } = Row("missing_part", 400, "A picture is missing.");
    public static ProblemKind DuplicatePart { get; } = Row("duplicate_part", 400, "A field or picture was sent more than once.");
    public static ProblemKind EmptyPart { get; } = Row("empty_part", 400, "A picture is empty.");
    public static ProblemKind UnknownField { get; } =
        Row("unknown_field", 400, "The form has a field that this call does not know.");
    public static ProblemKind UnknownParameter { get; } =
        Row("unknown_parameter", 400, "The address has a parameter that is not read.");
    public static ProblemKind UnknownHost { get; } = Row("unknown_host", 400, "The service is not known by this name.");
    public static ProblemKind InvalidOption { get; } = Row("invalid_option", 400, "An option is out of its range.");
    public static ProblemKind MissingKey { get; } = Row("missing_key", 400, "There is no key.");
    public static ProblemKind Unauthorized { get; } = Row("unauthorized", 401, "A valid API key or token is needed.");
    public static ProblemKind MissingScope { get; } = Row("missing_scope", 403, "The key or token does not allow this call.");
    public static ProblemKind ForeignOrigin { get; } =
        Row("foreign_origin", 403, "A page of another origin may not call the service.");
    public static ProblemKind WrongKey { get; } = Row("wrong_key", 403, "The key does not open the seal.");
    public static ProblemKind NotFound { get; } = Row("not_found", 404, "There is nothing at this address.");
    public static ProblemKind MethodNotAllowed { get; } =
        Row("method_not_allowed", 405, "This address does not answer to this method.");
    public static ProblemKind NotAcceptable { get; } =
        Row("not_acceptable", 406, "The answer does not come in the form that was asked for.");
    public static ProblemKind UploadTooSlow { get; } = Row("upload_too_slow", 408, "The upload took too long.");
    public static ProblemKind NotReady { get; } = Row("not_ready", 409, "The result is not there yet.");
    public static ProblemKind AlreadyEnded { get; } = Row("already_ended", 409, "The job has ended already.");
    public static ProblemKind IdempotencyConflict { get; } =
        Row("idempotency_conflict", 409, "Something else was sent with this Idempotency-Key.");
    public static ProblemKind Expired { get; } = Row("expired", 410, "The job was deleted when its time was over.");
    public static ProblemKind LostKey { get; } = Row("lost_key", 410, "What is stored of the job cannot be opened.");
    public static ProblemKind TracksChanged { get; } =
        Row("tracks_changed", 412, "The tracks are others than those that were edited.");
    public static ProblemKind UploadTooLarge { get; } = Row("upload_too_large", 413, "The upload is too large.");
    public static ProblemKind UnsupportedMediaType { get; } =
        Row("unsupported_media_type", 415, "The body is not of the type that is read.");
    public static ProblemKind UnsupportedEncoding { get; } =
        Row("unsupported_encoding", 415, "The body is packed in a way that is not read.");
    public static ProblemKind UnsupportedFormat { get; } =
        Row("unsupported_format", 415, "The content is not a picture that is read.");
    public static ProblemKind AnimatedImage { get; } = Row("animated_image", 415, "The picture is animated.");
    public static ProblemKind MultiPageImage { get; } = Row("multi_page_image", 415, "The file holds several pages.");
    public static ProblemKind UnsupportedVideo { get; } =
        Row("unsupported_video", 415, "The content is not a recording that is read.");
    public static ProblemKind CorruptImage { get; } = Row("corrupt_image", 422, "The picture is damaged.");
    public static ProblemKind TooManyPixels { get; } = Row("too_many_pixels", 422, "The picture is too large in pixels.");
    public static ProblemKind CorruptVideo { get; } = Row("corrupt_video", 422, "The recording is damaged.");
    public static ProblemKind TooLong { get; } = Row("too_long", 422, "The recording is too long.");
    public static ProblemKind TooManyStreams { get; } = Row("too_many_streams", 422, "The recording has too many streams.");
    public static ProblemKind NoFace { get; } = Row("no_face", 422, "No face was found.");
    public static ProblemKind AmbiguousReference { get; } =
        Row("ambiguous_reference", 422, "A reference photo does not say who is meant.");
    public static ProblemKind UnclearReference { get; } =
        Row("unclear_reference", 422, "A reference photo's person cannot be recognised.");
    public static ProblemKind PersonNotFound { get; } = Row("person_not_found", 422, "Nobody of 'only' was recognised.");
    public static ProblemKind TooFewPeople { get; } = Row("too_few_people", 422, "There are too few people.");
    public static ProblemKind BadPictures { get; } = Row("bad_pictures", 422, "Pictures of the collection cannot be used.");
    public static ProblemKind TooManyPictures { get; } = Row("too_many_pictures", 422, "There are too many pictures.");
    public static ProblemKind BadDataset { get; } = Row("bad_dataset", 422, "The dataset cannot be evaluated.");
    public static ProblemKind CorruptArchive { get; } = Row("corrupt_archive", 422, "The archive cannot be read.");
    public static ProblemKind NotSealed { get; } = Row("not_sealed", 422, "The picture carries no seal.");
    public static ProblemKind SealTampered { get; } = Row("seal_tampered", 422, "The seal is not as it was written.");
    public static ProblemKind PixelsChanged { get; } = Row("pixels_changed", 422, "The picture is not the one that was sealed.");
    public static ProblemKind SidecarMismatch { get; } = Row("sidecar_mismatch", 422, "The sidecar belongs to another picture.");
    public static ProblemKind BadTracks { get; } = Row("bad_tracks", 422, "The edited tracks cannot be used.");
    public static ProblemKind UncertainFaces { get; } = Row("uncertain_faces", 422, "Some of the faces may be none.");

    public static ProblemKind TooMuchWork { get; } = Row("too_much_work", 422, "The faces of the request would take too long.");
    public static ProblemKind TooManyFaces { get; } = Row("too_many_faces", 422, "The picture has too many faces.");
    public static ProblemKind RateLimited { get; } = Row("rate_limited", 429, "This client sends too fast.");
    public static ProblemKind Internal { get; } =
        Row("internal_error", 500, "The service failed. The picture was not processed.");
    public static ProblemKind ServiceFull { get; } = Row("service_full", 503, "The service is full.");
    public static ProblemKind JobsOff { get; } = Row("jobs_off", 503, "This service does no such jobs.");
    public static ProblemKind StorageUnavailable { get; } =
        Row("storage_unavailable", 503, "What is stored cannot be reached now.");
    public static ProblemKind IssuerUnavailable { get; } = Row("issuer_unavailable", 503, "Tokens cannot be checked now.");
    public static ProblemKind Timeout { get; } = Row("timeout", 504, "The request took too long.");

    /// <summary>All rows, by status.</summary>
    public static IReadOnlyList<ProblemKind> All => Rows;

    private static ProblemKind Row(string code, int status, string title)
    {
        Rows.Add(new ProblemKind(code, status, title));
        return Rows[^1];
    }
}
