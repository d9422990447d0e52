namespace FaceDeid.Contracts;

/// <summary>What this service can do.</summary>
/// <param name="Version">Version of the service.</param>
/// <param name="Detectors">The face detectors.</param>
/// <param name="Methods">What can be done to a face.</param>
/// <param name="Algorithms">How the people of a collection can be hidden among each other.</param>
/// <param name="Threats">The attacks that an evaluation tries.</param>
/// <param name="Recognisers">Who compares faces in these attacks.</param>
/// <param name="InputFormats">
/// Picture formats that are read; `heic`, `gif`, `bmp` and `jpegXl` where the system lets their decoder be locked in.
/// </param>
/// <param name="OutputFormats">Picture formats that are written.</param>
/// <param name="Models">The models in use.</param>
/// <param name="CertificateKey">
/// The key that signs certificates of collections and reports of recordings; left out: they are not signed.
/// </param>
/// <param name="SealingKeys">The keys that `keyId` can name.</param>
/// <param name="Limits">The limits in force.</param>
/// <param name="Videos">The limits of recordings; left out: this service takes none.</param>
/// <param name="Webhooks">Whether receivers can be told of jobs (`webhook`).</param>
public sealed record CapabilitiesResponse(
    string Version,
    IReadOnlyList<DetectorKind> Detectors,
    IReadOnlyList<string> Methods,
    IReadOnlyList<KSameAlgorithm> Algorithms,
    IReadOnlyList<Threat> Threats,
    IReadOnlyList<Recogniser> Recognisers,
    IReadOnlyList<ImageFormat> InputFormats,
    IReadOnlyList<ImageFormat> OutputFormats,
    IReadOnlyList<CapabilitiesResponse.Model> Models,
    CapabilitiesResponse.SigningKey? CertificateKey,
    IReadOnlyList<CapabilitiesResponse.SealingKeyInfo> SealingKeys,
    CapabilitiesResponse.LimitValues Limits,
    CapabilitiesResponse.VideoLimits? Videos = null,
    bool Webhooks = false)
{
    /// <summary>A model in use.</summary>
    /// <param name="Name">Its name.</param>
    /// <param name="Purpose">What it is for.</param>
    /// <param name="Source">Package and version it comes from.</param>
    /// <param name="Sha256">Hash of the file.</param>
    /// <param name="License">Its licence.</param>
    /// <param name="Consequences">What the licence means for whoever runs the service.</param>
    public sealed record Model(string Name, string Purpose, string Source, string Sha256, string License, string Consequences);

    /// <summary>The key that signs certificates.</summary>
    /// <param name="KeyId">
    /// SHA-256 of the public key (DER SubjectPublicKeyInfo), lower-case hexadecimal, as in the certificates.
    /// </param>
    /// <param name="PublicKey">The public key, PEM.</param>
    public sealed record SigningKey(string KeyId, string PublicKey);

    /// <summary>A key that seals and perhaps opens.</summary>
    /// <param name="KeyId">Its name.</param>
    /// <param name="Kind">What it is.</param>
    /// <param name="CanOpen">Whether this service can open with it; a public key only seals.</param>
    public sealed record SealingKeyInfo(string KeyId, KeyKind Kind, bool CanOpen);

    /// <summary>The limits of recordings.</summary>
    /// <param name="MaxMegabytes">Largest recording, in megabytes of 1,000,000 bytes.</param>
    /// <param name="MaxHours">Longest recording, in hours.</param>
    /// <param name="MaxFrames">Most frames.</param>
    /// <param name="MaxSide">Longest side of the picture, in pixels.</param>
    /// <param name="MaxStreams">Most streams of a file.</param>
    /// <param name="RetentionSeconds">Longest time for which a recording is kept after its end, in seconds.</param>
    public sealed record VideoLimits(
        int MaxMegabytes, int MaxHours, int MaxFrames, int MaxSide, int MaxStreams, int RetentionSeconds);

    /// <summary>The limits in force.</summary>
    /// <param name="MaxUploadMegabytes">Largest picture file, in megabytes of 1,000,000 bytes.</param>
    /// <param name="MaxMegapixels">Largest picture, in 1,000,000 pixels.</param>
    /// <param name="MaxSide">Longest side of a picture, in pixels.</param>
    /// <param name="RequestTimeoutSeconds">Longest time for a request, upload included, in seconds.</param>
    /// <param name="RequestsPerMinute">Requests one client may send in a minute; 0: not limited.</param>
    /// <param name="MaxCollectionMegabytes">Largest upload of a collection or dataset, in megabytes of 1,000,000 bytes.</param>
    /// <param name="MaxCollectionFaces">Most pictures and faces of a collection.</param>
    /// <param name="CollectionTimeoutSeconds">
    /// Longest time for a collection or an evaluation, upload included, in seconds.
    /// </param>
    /// <param name="MaxCollections">Collections and evaluations worked on at once.</param>
    /// <param name="MaxEvaluationRows">Most rows (pictures before and after) of a dataset that is evaluated.</param>
    public sealed record LimitValues(
        int MaxUploadMegabytes,
        int MaxMegapixels,
        int MaxSide,
        int RequestTimeoutSeconds,
        int RequestsPerMinute,
        int MaxCollectionMegabytes,
        int MaxCollectionFaces,
        int CollectionTimeoutSeconds,
        int MaxCollections,
        int MaxEvaluationRows);
}
