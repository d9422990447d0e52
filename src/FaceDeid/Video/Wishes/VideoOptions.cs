using FaceDeid.Protection.Subjects;

namespace FaceDeid.Video.Wishes;

/// <summary>How a recording is de-identified.</summary>
public sealed record VideoOptions
{
    /// <summary>The constant rate factor where nobody says otherwise.</summary>
    public const int DefaultRateFactor = 20;

    /// <summary>The worst that can be asked for.</summary>
    public const int MostRateFactor = 51;

    /// <summary>
    /// What is done to faces: all of a picture's options but faces drawn by hand; a face that is uncertain is always covered.
    /// </summary>
    public DeidentificationOptions Faces { get; init; } = new();

    /// <summary>How often the recording is searched in full.</summary>
    public VideoQuality Quality { get; init; } = VideoQuality.Normal;

    /// <summary>What becomes of the sound.</summary>
    public AudioPolicy Audio { get; init; }

    /// <summary>What becomes of subtitles.</summary>
    public SubtitlePolicy Subtitles { get; init; }

    /// <summary>The file format of the result.</summary>
    public VideoContainer Container { get; init; }

    /// <summary>The codec of the result; null: H.264, in WebM VP9.</summary>
    public VideoCodec? Codec { get; init; }

    /// <summary>Constant rate factor of the codec, 0 to 51: lower is better and larger.</summary>
    public int RateFactor { get; init; } = DefaultRateFactor;

    /// <summary>Areas that are always covered, or never searched.</summary>
    public IReadOnlyList<VideoRegion> Regions { get; init; } = [];

    /// <summary>
    /// Whether a person looks at what was found before it is rendered, and may change it: then the recording is kept, and what
    /// was found in it.
    /// </summary>
    public bool Review { get; init; }

    /// <summary>What happens to a damaged recording.</summary>
    public VideoDamagePolicy OnDamage { get; init; }

    /// <summary>Outlines of the areas in which no face is looked for at a time, in seconds from the first frame.</summary>
    internal IReadOnlyList<IReadOnlyList<PixelPoint>> IgnoredAt(double seconds) =>
        [.. Regions.Where(region => region.Action == RegionAction.Ignore && region.HoldsAt(seconds))
            .Select(region => region.Polygon)];

    /// <summary>The codec that is written.</summary>
    internal VideoCodec WrittenCodec => Codec ?? (Container == VideoContainer.Webm ? VideoCodec.Vp9 : VideoCodec.H264);
}
