namespace FaceDeid.Video.Media;

/// <summary>What a recording may be.</summary>
public sealed record MediaLimits
{
    /// <summary>Bytes of the file.</summary>
    public long MaxBytes { get; init; } = 8_000_000_000;

    public TimeSpan MaxDuration { get; init; } = TimeSpan.FromHours(4);

    public int MaxFrames { get; init; } = 500_000;

    /// <summary>Pixels of the longer side.</summary>
    public int MaxLongSide { get; init; } = 4096;

    /// <summary>Pixels of the shorter side.</summary>
    public int MaxShortSide { get; init; } = 2304;

    /// <summary>Frames in a second, on the average.</summary>
    public double MaxFrameRate { get; init; } = 60;

    /// <summary>Streams of the file, of all kinds.</summary>
    public int MaxStreams { get; init; } = 16;
}
