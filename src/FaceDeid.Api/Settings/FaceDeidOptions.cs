using System.ComponentModel.DataAnnotations;
using FaceDeid.Imaging.Formats;

namespace FaceDeid.Api.Settings;

/// <summary>
/// The section <c>FaceDeid</c> of the configuration. As environment variables: <c>FaceDeid__Limits__MaxMegapixels=20</c>.
/// </summary>
public sealed class FaceDeidOptions : IValidatableObject
{
    /// <summary>Name of the section.</summary>
    public const string Section = "FaceDeid";

    /// <summary>Where the models are.</summary>
    public ModelSettings Models { get; set; } = new();

    /// <summary>What is let in.</summary>
    public LimitSettings Limits { get; set; } = new();

    /// <summary>Who is let in.</summary>
    public SecuritySettings Security { get; set; } = new();

    /// <summary>Which pages may call the service from a browser.</summary>
    public CorsSettings Cors { get; set; } = new();

    /// <summary>HTTP/2 without TLS.</summary>
    public Http2Settings Http2 { get; set; } = new();

    /// <summary>What vouches for collections and recordings.</summary>
    public CertificateSettings Certificates { get; set; } = new();

    /// <summary>Keys that seal and open.</summary>
    public SealingSettings Sealing { get; set; } = new();

    /// <summary>Recordings.</summary>
    public VideoSettings Videos { get; set; } = new();

    /// <summary>Jobs.</summary>
    public JobSettings Jobs { get; set; } = new();

    /// <summary>Who is told of jobs that have ended.</summary>
    public WebhookSettings Webhooks { get; set; } = new();

    /// <summary>What this machine does: answer requests, work on jobs, or both.</summary>
    public Role Role { get; set; }

    /// <summary>How the service goes down.</summary>
    public ShutdownSettings Shutdown { get; set; } = new();

    /// <summary>The folder of what is kept of jobs beside their files.</summary>
    internal string StateFolder => Jobs.Folder.Length > 0 ? Jobs.Folder : Path.Combine(Videos.Spool, "state");

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Videos.AreInS3 && Jobs.Folder.Length == 0 && !Jobs.AreShared)
        {
            yield return new ValidationResult(
                "must name a folder on a disk that stays, because FaceDeid:Videos:Spool is in S3; or set "
                + "FaceDeid:Jobs:ConnectionString.",
                [nameof(Jobs), nameof(JobSettings.Folder)]);
        }

        if (Jobs.AreShared && Videos.AreOn && Videos.WrappingKeyFile.Length == 0)
        {
            yield return new ValidationResult(
                "must name a file, because with FaceDeid:Jobs:ConnectionString several machines share the jobs: one can open "
                + "what another has received only where both have the key.",
                [nameof(Videos), nameof(VideoSettings.WrappingKeyFile)]);
        }

        if (Role != Role.All && !Jobs.AreShared)
        {
            yield return new ValidationResult(
                "may be front or worker only where FaceDeid:Jobs:ConnectionString is set: else no other machine does the rest.",
                [nameof(Role)]);
        }
    }

    /// <summary>What the library is built with.</summary>
    internal EngineOptions ToEngineOptions() => new()
    {
        ModelsDirectory = Models.Directory,
        Workers = Limits.WorkersOrProcessors,
        Limits = new ImageLimits(Limits.MaxMegapixels, Limits.MaxSide),
        DonorPictures = Models.DonorPictures.Length > 0 ? Models.DonorPictures : null,
        MaxCollectionFaces = Limits.MaxCollectionFaces,
        MaxEvaluationRows = Limits.MaxEvaluationRows,
        PixelBytes = Limits.MaxPixelBytes,
    };
}

/// <summary>Where the models are.</summary>
public sealed class ModelSettings
{
    /// <summary>Folder with `manifest.json` and, in `cache/`, the model files; relative to the working directory.</summary>
    [Required]
    public string Directory { get; set; } = new EngineOptions().ModelsDirectory;

    /// <summary>
    /// Folder with pictures of generated or consenting people, at least eight, that donor faces are made of at start. Empty: the
    /// donors that the service brings.
    /// </summary>
    public string DonorPictures { get; set; } = string.Empty;
}

/// <summary>What is let in.</summary>
public sealed class LimitSettings
{
    private static readonly EngineOptions Engine = new();

    private const int FormOverheadBytes = 1_000_000; // boundaries, headers and option fields

    /// <summary>Largest picture file, in megabytes of 1,000,000 bytes. A request may hold twice as much in all.</summary>
    [Range(1, 200)]
    public int MaxUploadMegabytes { get; set; } = 40;

    /// <summary>Largest picture, in 1,000,000 pixels, judged by its header.</summary>
    [Range(1, 200)]
    public int MaxMegapixels { get; set; } = ImageLimits.DefaultMegapixels;

    /// <summary>
    /// Memory for decoded pictures that are worked on, all workers together, in megabytes of 1,000,000 bytes. A picture counts
    /// with 10 bytes a pixel; one that does not fit waits for others, and one that is larger than all of it is worked on alone.
    /// </summary>
    [Range(50, 100_000)]
    public int MaxPixelMegabytes { get; set; } = (int)(Engine.PixelBytes / 1_000_000);

    /// <summary>Longest side of a picture, in pixels, judged by its header.</summary>
    [Range(256, 65_500)]
    public int MaxSide { get; set; } = ImageLimits.DefaultSide;

    /// <summary>Pictures worked on at once. 0: as many as there are processors.</summary>
    [Range(0, 64)]
    public int Workers { get; set; }

    /// <summary>
    /// Memory for uploads that are under way, wait, or are worked on, in megabytes of 1,000,000 bytes, counted as they arrive;
    /// more is answered 503. At least one request of the largest size always fits.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxHeldMegabytes { get; set; } = 320;

    /// <summary>Requests whose upload is under way at once; more are answered 503.</summary>
    [Range(1, 100_000)]
    public int MaxUploads { get; set; } = 512;

    /// <summary>
    /// Most of the uploads' places and memory that one client (by API key or token, else by address) may hold, in percent; more
    /// is answered 503. One request of the largest size always fits. 100: not limited.
    /// </summary>
    [Range(1, 100)]
    public int MaxClientPercent { get; set; } = 50;

    /// <summary>Requests that may wait for a worker; more are answered 503.</summary>
    [Range(0, 10_000)]
    public int MaxQueuedRequests { get; set; } = 128;

    /// <summary>
    /// Longest wait for a worker that a request is let into, in seconds, judged by how long the last pictures took; then 503. So
    /// costly pictures make the queue short.
    /// </summary>
    [Range(1, 600)]
    public int MaxQueueSeconds { get; set; } = 10;

    /// <summary>
    /// Longest time for a request, waiting and upload included, in seconds; then 504 (or 408 during the upload).
    /// </summary>
    [Range(1, 600)]
    public int RequestTimeoutSeconds { get; set; } = 60;

    /// <summary>
    /// Slowest upload, in bytes a second, after five seconds of grace; slower ones are answered 408. 0: not limited.
    /// </summary>
    [Range(0, 100_000_000)]
    public int MinUploadBytesPerSecond { get; set; } = 4096;

    /// <summary>
    /// Slowest reading of an answer, in bytes a second over the whole answer, after <see cref="AnswerGraceSeconds"/>; slower
    /// readers are cut off. 0: not limited.
    /// </summary>
    [Range(0, 100_000_000)]
    public int MinAnswerBytesPerSecond { get; set; } = 32_768;

    /// <summary>Seconds that a reader may wait in all before <see cref="MinAnswerBytesPerSecond"/> counts.</summary>
    [Range(1, 600)]
    public int AnswerGraceSeconds { get; set; } = 10;

    /// <summary>Longest time in which nothing comes of an upload, in seconds; then 408.</summary>
    [Range(1, 600)]
    public int MaxUploadPauseSeconds { get; set; } = 10;

    /// <summary>Longest time for the head of a request, in seconds; then 408.</summary>
    [Range(1, 600)]
    public int MaxHeadSeconds { get; set; } = 10;

    /// <summary>Connections at once, idle ones too; more are closed.</summary>
    [Range(1, 100_000)]
    public int MaxConnections { get; set; } = 2048;

    /// <summary>
    /// Requests one client (by API key or token, else by address) may send in a minute; more are answered 429. 0: not limited.
    /// </summary>
    [Range(0, 100_000)]
    public int RequestsPerMinute { get; set; }

    /// <summary>
    /// Largest upload of a collection or dataset, in megabytes of 1,000,000 bytes. All of it is held in memory.
    /// </summary>
    [Range(1, 4000)]
    public int MaxCollectionMegabytes { get; set; } = 500;

    /// <summary>
    /// Memory for uploads of collections and datasets, all together, in megabytes of 1,000,000 bytes, counted as they arrive;
    /// more is answered 503. At least one of the largest size always fits.
    /// </summary>
    [Range(1, 100_000)]
    public int MaxHeldCollectionMegabytes { get; set; } = 600;

    /// <summary>
    /// Longest time for the upload of a collection or dataset, in seconds; then 408. Of an announced length so much must come in
    /// each second that it would end in time.
    /// </summary>
    [Range(1, 3600)]
    public int MaxCollectionUploadSeconds { get; set; } = 300;

    /// <summary>Most faces of a collection; each takes 200 kB while it is worked on.</summary>
    [Range(2, 50_000)]
    public int MaxCollectionFaces { get; set; } = Engine.MaxCollectionFaces;

    /// <summary>
    /// Longest time for a collection or an evaluation, instead of <see cref="RequestTimeoutSeconds"/>, in seconds.
    /// </summary>
    [Range(1, 3600)]
    public int CollectionTimeoutSeconds { get; set; } = 900;

    /// <summary>
    /// Collections worked on or checked, and datasets evaluated, at once; more are answered 503 at once. Uploads under way do not
    /// count.
    /// </summary>
    [Range(1, 64)]
    public int MaxCollections { get; set; } = 1;

    /// <summary>
    /// Most rows (pictures before and after) of a dataset that is evaluated. Its galleries may have four times as many photos
    /// together.
    /// </summary>
    [Range(2, 4000)]
    public int MaxEvaluationRows { get; set; } = Engine.MaxEvaluationRows;

    internal int MaxUploadBytes => MaxUploadMegabytes * 1_000_000;

    internal long MaxRequestBytes => (2L * MaxUploadBytes) + FormOverheadBytes;

    internal long MaxHeldBytes => Math.Max(MaxHeldMegabytes * 1_000_000L, MaxRequestBytes);

    internal long MaxPixelBytes => MaxPixelMegabytes * 1_000_000L;

    internal long MaxCollectionBytes => MaxCollectionMegabytes * 1_000_000L;

    internal long MaxHeldCollectionBytes => Math.Max(MaxHeldCollectionMegabytes * 1_000_000L, MaxCollectionBytes);

    internal int WorkersOrProcessors => Workers == 0 ? Environment.ProcessorCount : Workers;
}

/// <summary>What vouches for collections and recordings.</summary>
public sealed class CertificateSettings
{
    /// <summary>
    /// PEM file of the EC private key that signs certificates and reports of recordings. Empty: they are not signed.
    /// </summary>
    public string SigningKeyFile { get; set; } = string.Empty;
}

/// <summary>Keys that seal and open. Who may call `/v1/restore` can use all of them.</summary>
public sealed class SealingSettings
{
    /// <summary>Keys by name, each 32 random bytes in Base64.</summary>
    public IDictionary<string, string> Keys { get; set; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>
    /// Folder of keys, such as a mounted secret: `NAME.key` holds 32 random bytes in Base64, `NAME.pem` a public or private key
    /// of the curve P-256. Empty: none.
    /// </summary>
    public string KeyDirectory { get; set; } = string.Empty;
}

/// <summary>How the service goes down.</summary>
public sealed class ShutdownSettings
{
    /// <summary>
    /// Seconds for which `/health/ready` answers 503 before the service stops listening, so that gateways can turn away.
    /// </summary>
    [Range(0, 120)]
    public int DrainSeconds { get; set; }

    /// <summary>Seconds that requests in work then have to finish.</summary>
    [Range(1, 600)]
    public int GraceSeconds { get; set; } = 30;
}
