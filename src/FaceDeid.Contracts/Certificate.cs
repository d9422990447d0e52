using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Contracts;

/// <summary>
/// What was done to a collection, and what can be said of the result: checkable by anybody who has the files
/// (docs/collections.md).
/// </summary>
/// <param name="Schema">Name and version of this format.</param>
/// <param name="Created">When, UTC.</param>
/// <param name="Software">Name and version of the program, and the models in use with their SHA-256.</param>
/// <param name="Parameters">How the collection was made.</param>
/// <param name="People">How many people are in the groups.</param>
/// <param name="Pictures">How many pictures came in, the skipped ones too.</param>
/// <param name="Groups">Every group with every member.</param>
/// <param name="Skipped">Pictures that were left out.</param>
/// <param name="Warnings">What weakens the guarantee or the quality.</param>
/// <param name="Bound">What is guaranteed for the chips; null: there are none, and nothing is guaranteed.</param>
/// <param name="Photos">What was measured of the photos; null: there are none.</param>
/// <param name="Signature">By which key the certificate is signed; null: it is not.</param>
public sealed record Certificate(
    string Schema,
    DateTimeOffset Created,
    CertificateSoftware Software,
    CertificateParameters Parameters,
    int People,
    int Pictures,
    [property: JsonPropertyOrder(1)] IReadOnlyList<CertificateGroup> Groups, // the longest part comes last
    IReadOnlyList<SkippedPicture> Skipped,
    IReadOnlyList<CertificateWarning> Warnings,
    CertificateBound? Bound = null,
    PhotoMeasurement? Photos = null,
    CertificateSignature? Signature = null)
{
    /// <summary>The format that is written and read.</summary>
    public const string CurrentSchema = "facedeid-certificate-1";

    /// <summary>Name of the certificate's file.</summary>
    public const string FileName = "certificate.json";

    /// <summary>
    /// Name of the detached signature's file: ECDSA over the bytes of <see cref="FileName"/> with SHA-256, DER.
    /// </summary>
    public const string SignatureFileName = FileName + ".sig";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
    };

    /// <summary>The certificate as the bytes of its file.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <summary>Reads a certificate's file.</summary>
    /// <exception cref="JsonException">It is none, or a part of it is missing, doubled, or none that is known.</exception>
    public static Certificate Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize<Certificate>(json, Json) ?? throw new JsonException("The certificate is null.");
}

/// <summary>What made the collection.</summary>
/// <param name="Name">Name of the program.</param>
/// <param name="Version">Its version.</param>
/// <param name="Models">The files it worked with.</param>
public sealed record CertificateSoftware(string Name, string Version, IReadOnlyList<CertificateModel> Models);

/// <summary>A model file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Sha256">Its hash, lower-case hexadecimal.</param>
public sealed record CertificateModel(string Name, string Sha256);

/// <summary>How a collection was made.</summary>
/// <param name="Algorithm">The algorithm.</param>
/// <param name="K">The fewest people in a group.</param>
/// <param name="Neighbours">Where neighbours were looked for.</param>
/// <param name="Subjects">Where it is known from who is who.</param>
/// <param name="MultipleFaces">What became of pictures with several faces.</param>
/// <param name="OnBadImage">What became of pictures that could not be used.</param>
/// <param name="Components">Principal components in use; null: none were.</param>
/// <param name="Select">What k-Same-Select kept apart; null: another algorithm.</param>
public sealed record CertificateParameters(
    KSameAlgorithm Algorithm,
    int K,
    NeighbourSpace Neighbours,
    SubjectSource Subjects,
    MultipleFacesPolicy MultipleFaces,
    BadImagePolicy OnBadImage,
    int? Components = null,
    SelectBy? Select = null);

/// <summary>Where it is known from who is who.</summary>
public enum SubjectSource
{
    /// <summary>The caller said it of every picture.</summary>
    Given,

    /// <summary>The caller said it of some pictures; each other picture was taken for a person of its own.</summary>
    PartlyGiven,

    /// <summary>Nobody said it: each picture was taken for a person of its own.</summary>
    Assumed,
}

/// <summary>How a bound holds.</summary>
public enum GuaranteeKind
{
    /// <summary>All members of a group have the same bytes: whoever sees them cannot tell the members apart.</summary>
    Identical,

    /// <summary>
    /// Members have faces of their own, made of averages of groups, and given to them by lot: the file cannot prove the lot.
    /// </summary>
    Shuffled,
}

/// <summary>What is guaranteed for the chips.</summary>
/// <param name="Value">
/// The largest probability of naming the person behind a chip rightly, by the chip alone: 1 / (people in the smallest group).
/// </param>
/// <param name="Kind">How it holds.</param>
/// <param name="RestsOn">What must be true for it.</param>
public sealed record CertificateBound(double Value, GuaranteeKind Kind, IReadOnlyList<string> RestsOn);

/// <summary>People who share a face.</summary>
/// <param name="Id">Number of the group, from 1.</param>
/// <param name="People">How many people, at least k.</param>
/// <param name="Members">Every face of every person.</param>
/// <param name="Class">k-Same-Select: the label or expression of the group; null: none, or people of several classes.</param>
public sealed record CertificateGroup(
    int Id, int People, [property: JsonPropertyOrder(1)] IReadOnlyList<CertificateMember> Members, string? Class = null);

/// <summary>A face of a group.</summary>
/// <param name="Index">Which picture it is in, from 0 in the order of the upload.</param>
/// <param name="Person">Number of the person, from 1; it is nobody's name.</param>
/// <param name="Face">Which face of the picture, from 1; null: the picture counts as one face.</param>
/// <param name="InputSha256">Hash of the picture's file as it was uploaded; null: left out on request.</param>
/// <param name="Chip">Name of its chip; null: none was asked for.</param>
/// <param name="ChipSha256">Hash of that file.</param>
/// <param name="Photo">Name of its photo; null: none was asked for.</param>
/// <param name="PhotoSha256">Hash of that file.</param>
/// <param name="PhotoMethod">
/// What was done to this face in the photo: <c>group</c>, or the fallback where the group's face could not be put in place.
/// </param>
/// <param name="PhotoSimilarity">Cosine similarity of the face in the photo to the original, -1 to 1.</param>
public sealed record CertificateMember(
    int Index,
    int Person,
    int? Face = null,
    string? InputSha256 = null,
    string? Chip = null,
    string? ChipSha256 = null,
    string? Photo = null,
    string? PhotoSha256 = null,
    string? PhotoMethod = null,
    double? PhotoSimilarity = null);

/// <summary>A picture that cannot be used.</summary>
/// <param name="Index">Which, from 0 in the order of the upload.</param>
/// <param name="Reason">
/// Why, as a stable name: the codes of docs/errors.md, or <c>several_faces</c>, <c>face_too_small</c>.
/// </param>
/// <param name="Detail">Why, in words.</param>
public sealed record SkippedPicture(int Index, string Reason, string Detail);

/// <summary>Something to know before the collection is passed on.</summary>
/// <param name="Code">Stable name.</param>
/// <param name="Detail">In words.</param>
/// <param name="Indexes">The pictures it is about.</param>
public sealed record CertificateWarning(string Code, string Detail, IReadOnlyList<int> Indexes);

/// <summary>How many of the photos' faces the service's own embedding still names, with the originals as gallery.</summary>
/// <param name="Guaranteed">Always false: hair, ears and surroundings are the photo's own.</param>
/// <param name="Rank1">Part of the faces whose nearest original is of the same person.</param>
/// <param name="Faces">How many faces.</param>
/// <param name="Gallery">How many people are in the gallery.</param>
/// <param name="Chance">What guessing gives.</param>
public sealed record PhotoMeasurement(bool Guaranteed, double Rank1, int Faces, int Gallery, double Chance);

/// <summary>By which key a certificate is signed.</summary>
/// <param name="Algorithm">Always <c>ECDSA-SHA256</c>.</param>
/// <param name="KeyId">SHA-256 of the public key (its DER SubjectPublicKeyInfo), lower-case hexadecimal.</param>
public sealed record CertificateSignature(string Algorithm, string KeyId);
