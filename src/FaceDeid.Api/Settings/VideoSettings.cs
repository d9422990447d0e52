using System.ComponentModel.DataAnnotations;
using System.Text.RegularExpressions;
using FaceDeid.Video.Media;

namespace FaceDeid.Api.Settings;

/// <summary>Recordings and other jobs: where they lie while they are worked on, and what is let in.</summary>
public sealed partial class VideoSettings : IValidatableObject
{
    private const int FormOverheadBytes = 1_000_000; // boundaries, headers and option fields

    /// <summary>
    /// Folder where recordings and other jobs lie, encrypted, until they expire, or `s3://bucket/prefix`. One service at a time
    /// has it. Empty: there are no jobs.
    /// </summary>
    public string Spool { get; set; } = string.Empty;

    /// <summary>Where S3 is, when `Spool` says `s3://`.</summary>
    public S3Settings S3 { get; set; } = new();

    /// <summary>
    /// File with 32 random bytes in Base64 under which the keys of recordings outlive a restart. Of several such lines the first
    /// is used, and the others open what was kept under them. Empty: keys are in memory only, and a restart loses the recordings.
    /// </summary>
    public string WrappingKeyFile { get; set; } = string.Empty;

    /// <summary>Jobs worked on at once.</summary>
    [Range(1, 64)]
    public int Jobs { get; set; } = 1;

    /// <summary>Jobs that may be under way to the service or wait for their turn; more are answered 503.</summary>
    [Range(1, 10_000)]
    public int MaxQueued { get; set; } = 20;

    /// <summary>Largest recording, in megabytes of 1,000,000 bytes.</summary>
    [Range(1, 100_000)]
    public int MaxMegabytes { get; set; } = 8000;

    /// <summary>
    /// Most of the disk for all recordings and their results, in megabytes of 1,000,000 bytes; more is answered 503.
    /// </summary>
    [Range(1, 10_000_000)]
    public int MaxSpoolMegabytes { get; set; } = 50_000;

    /// <summary>Longest time for the upload of a recording, in seconds; then 408.</summary>
    [Range(1, 86_400)]
    public int MaxUploadSeconds { get; set; } = 3600;

    /// <summary>Longest recording, in hours.</summary>
    [Range(1, 24)]
    public int MaxHours { get; set; } = 4;

    /// <summary>Most frames of a recording.</summary>
    [Range(1, 10_000_000)]
    public int MaxFrames { get; set; } = 500_000;

    /// <summary>Longest side of a recording's picture, in pixels; the shorter may have nine sixteenths of it.</summary>
    [Range(64, 8192)]
    public int MaxSide { get; set; } = 4096;

    /// <summary>Most streams of a recording: pictures, sounds, subtitles, data.</summary>
    [Range(1, 256)]
    public int MaxStreams { get; set; } = 16;

    /// <summary>Longest time for the work on a job, in seconds, waiting for its turn not included.</summary>
    [Range(1, 604_800)]
    public int TimeoutSeconds { get; set; } = 43_200;

    /// <summary>Seconds after its end for which a job is kept; a caller may ask for fewer.</summary>
    [Range(1, 2_592_000)]
    public int RetentionSeconds { get; set; } = 86_400;

    internal bool AreOn => Spool.Length > 0;

    internal bool AreInS3 => Spool.StartsWith("s3://", StringComparison.OrdinalIgnoreCase);

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (AreInS3 && !BucketAddress().IsMatch(Spool))
            yield return new ValidationResult("must be a folder, or s3://bucket/prefix.", [nameof(Spool)]);
    }

    /// <summary>How a bucket is named, and a prefix of what is ours in it.</summary>
    [GeneratedRegex(
        @"\As3://(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(/(?<prefix>[A-Za-z0-9._/-]{0,200}))?\z",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    internal static partial Regex BucketAddress();

    internal MediaLimits ToMediaLimits() => new()
    {
        MaxBytes = MaxBytes,
        MaxDuration = TimeSpan.FromHours(MaxHours),
        MaxFrames = MaxFrames,
        MaxLongSide = MaxSide,
        MaxShortSide = MaxSide * 9 / 16,
        MaxStreams = MaxStreams,
    };

    internal long MaxBytes => MaxMegabytes * 1_000_000L;

    /// <summary>Of a request: a recording, and the pictures that say who is meant.</summary>
    internal long MaxRequestBytes(LimitSettings limits) => MaxBytes + (2L * limits.MaxUploadBytes) + FormOverheadBytes;

    internal long MaxSpoolBytes => MaxSpoolMegabytes * 1_000_000L;
}

/// <summary>
/// Where S3, or something that speaks its language, is. Credentials are found as by every program of AWS: in the environment, in
/// its files, or by the role of the machine.
/// </summary>
public sealed class S3Settings : IValidatableObject
{
    /// <summary>Address of the service. Empty: AWS.</summary>
    public string ServiceUrl { get; set; } = string.Empty;

    /// <summary>Region of the bucket. Empty: as the environment says.</summary>
    public string Region { get; set; } = string.Empty;

    /// <summary>
    /// Whether the bucket's name is sent in the path of addresses, and not in the host: what is not AWS often wants it.
    /// </summary>
    public bool ForcePathStyle { get; set; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (ServiceUrl.Length > 0
            && !(Uri.TryCreate(ServiceUrl, UriKind.Absolute, out var url) && url.Scheme is "https" or "http"))
            yield return new ValidationResult("must be an address that begins with https:// or http://.", [nameof(ServiceUrl)]);
    }
}

/// <summary>What is kept of jobs beside their files.</summary>
public sealed class JobSettings
{
    /// <summary>
    /// Folder of the databases that say how far each job is. Empty: `state` in the folder of `FaceDeid:Videos:Spool`; where that
    /// is in S3, a folder must be named.
    /// </summary>
    public string Folder { get; set; } = string.Empty;

    /// <summary>
    /// Connection string of PostgreSQL (15 or later), where several machines share the jobs. Empty: SQLite in a folder, for one
    /// machine.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    internal bool AreShared => ConnectionString.Length > 0;
}
