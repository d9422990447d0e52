using System.ComponentModel.DataAnnotations;
using FaceDeid.Video.Media;

namespace FaceDeid.Api.Settings;

/// <summary>Recordings and other jobs: where they lie while they are worked on, and what is let in.</summary>
public sealed class VideoSettings
{
    private const int FormOverheadBytes = 1_000_000; // boundaries, headers and option fields

    /// <summary>
    /// Folder where recordings and other jobs lie, encrypted, until they expire. One service at a time has it. Empty: there are
    /// no jobs.
    /// </summary>
    public string Spool { get; set; } = string.Empty;

    /// <summary>
    /// File with 32 random bytes in Base64 under which the keys of recordings outlive a restart. Empty: they are in memory only,
    /// and a restart loses the recordings.
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
