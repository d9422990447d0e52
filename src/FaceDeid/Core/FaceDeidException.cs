namespace FaceDeid.Core;

/// <summary>
/// Why the library refused a request. Every value is the caller's to mend except <see cref="ModelUnavailable"/> and
/// <see cref="MediaUnavailable"/>.
/// </summary>
public enum FaceDeidError
{
    /// <summary>The bytes are not a picture in a format that is read.</summary>
    UnsupportedFormat,

    /// <summary>The picture is animated: only single frames are handled.</summary>
    AnimatedImage,

    /// <summary>The file holds several pages: only single pictures are handled.</summary>
    MultiPageImage,

    /// <summary>The picture's data is damaged or incomplete.</summary>
    CorruptImage,

    /// <summary>The picture has more pixels, or a longer side, than the limits allow.</summary>
    TooManyPixels,

    /// <summary>No face was found where one is needed.</summary>
    NoFace,

    /// <summary>It is not clear who is meant by a reference photo.</summary>
    AmbiguousReference,

    /// <summary>Who is meant by a reference photo cannot be recognised in it.</summary>
    UnclearReference,

    /// <summary>Nobody of those who are to be protected was recognised in a picture.</summary>
    PersonNotFound,

    /// <summary>A collection has fewer people than k asks for.</summary>
    TooFewPeople,

    /// <summary>
    /// Pictures of a collection cannot be used; <see cref="FaceDeidException.Options"/> says which and why, by index.
    /// </summary>
    BadPictures,

    /// <summary>A collection has more faces, or a dataset more rows, than the limit.</summary>
    TooManyPictures,

    /// <summary>
    /// A dataset cannot be evaluated; <see cref="FaceDeidException.Options"/> says which rows are wrong and why, by
    /// <c>folder/number</c>.
    /// </summary>
    BadDataset,

    /// <summary>An option, or a combination of options, is out of its documented range.</summary>
    InvalidOption,

    /// <summary>Nothing was sent that opens seals.</summary>
    MissingKey,

    /// <summary>The keys that were sent do not open every face that is asked for.</summary>
    WrongKey,

    /// <summary>The picture carries no seal.</summary>
    NotSealed,

    /// <summary>A seal is not as it was written.</summary>
    SealTampered,

    /// <summary>A sealed picture is not as it was written.</summary>
    PixelsChanged,

    /// <summary>A sidecar belongs to another picture.</summary>
    SidecarMismatch,

    /// <summary>The faces of a request are too many, or too large together: the work would take too long.</summary>
    TooMuchWork,

    /// <summary>A picture has more faces than can be protected in time.</summary>
    TooManyFaces,

    /// <summary>Some of the faces may be none, and the caller wants to look at such.</summary>
    UncertainFaces,

    /// <summary>
    /// Edited tracks contradict themselves or the recording; <see cref="FaceDeidException.Options"/> says which and why.
    /// </summary>
    BadTracks,

    /// <summary>There is no room left for what is stored of recordings.</summary>
    SpoolFull,

    /// <summary>What is stored of a recording cannot be opened: its key is gone, or it was altered.</summary>
    LostKey,

    /// <summary>Where recordings are stored does not answer, or not as it should.</summary>
    StorageUnavailable,

    /// <summary>The bytes are not a recording in a format that is read.</summary>
    UnsupportedVideo,

    /// <summary>The recording's data is damaged or incomplete.</summary>
    CorruptVideo,

    /// <summary>The recording is longer, or has more frames, than the limits allow.</summary>
    TooLong,

    /// <summary>The recording has more streams than the limits allow.</summary>
    TooManyStreams,

    /// <summary>The programs that read and write recordings do not work here.</summary>
    MediaUnavailable,

    /// <summary>A model file is missing, altered or does not work.</summary>
    ModelUnavailable,
}

/// <summary>
/// A refusal with a text for the caller. <see cref="Exception.Message"/> is public: it says what to change and never holds
/// anything read from the uploaded picture. Details for the operator are in <see cref="Exception.InnerException"/>.
/// </summary>
public sealed class FaceDeidException(FaceDeidError code, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>The cause, stable across versions.</summary>
    public FaceDeidError Code { get; } = code;

    /// <summary>
    /// With <see cref="FaceDeidError.InvalidOption"/>: what is wrong with each option, by its name in camel case; null: it is no
    /// single option. With <see cref="FaceDeidError.BadPictures"/>: what is wrong with each picture, by its index. With
    /// <see cref="FaceDeidError.BadDataset"/>: with each row, by folder and number. With <see cref="FaceDeidError.BadTracks"/>:
    /// with each track, by its place in what was sent.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Options { get; private init; }

    /// <summary>The refusal of pictures; what is wrong with each, by its index.</summary>
    internal static FaceDeidException OfPictures(string message, IReadOnlyDictionary<string, string> faults) =>
        new(FaceDeidError.BadPictures, message) { Options = faults };

    /// <summary>The refusal of a dataset; what is wrong with each row, by <c>folder/number</c>.</summary>
    internal static FaceDeidException OfDataset(string message, IReadOnlyDictionary<string, string> faults) =>
        new(FaceDeidError.BadDataset, message) { Options = faults };

    /// <summary>The refusal of edited tracks; what is wrong with each, by its place in what was sent.</summary>
    internal static FaceDeidException OfTracks(string message, IReadOnlyDictionary<string, string> faults) =>
        new(FaceDeidError.BadTracks, message) { Options = faults };

    /// <summary>The refusal of one option's value; the mistake is a sentence without its subject.</summary>
    internal static FaceDeidException Invalid(string option, string mistake) =>
        Invalid(new Dictionary<string, string>(StringComparer.Ordinal) { [option] = mistake });

    /// <summary>The refusal of option values; each mistake is a sentence without its subject.</summary>
    internal static FaceDeidException Invalid(IReadOnlyDictionary<string, string> mistakes) =>
        new(FaceDeidError.InvalidOption, string.Join(' ', mistakes.Select(m => $"'{m.Key}' {m.Value}"))) { Options = mistakes };
}
