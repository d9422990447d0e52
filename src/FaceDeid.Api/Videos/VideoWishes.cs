using System.Text.Json;
using System.Text.Json.Serialization;
using FaceDeid.Api.Forms;

namespace FaceDeid.Api.Videos;

/// <summary>What is wished for a recording, as it is kept with it: every field with its default.</summary>
internal sealed record VideoWishes
{
    internal static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public required DeidentificationMethod Method { get; init; }

    public double? Strength { get; init; }

    public required bool AllowWeak { get; init; }

    public required RegionShape Region { get; init; }

    public required string Color { get; init; }

    /// <summary>How many photos of `keep` there are: the objects <c>keep-1</c> and so on.</summary>
    public required int Keep { get; init; }

    /// <summary>How many photos of `only` there are: the objects <c>only-1</c> and so on.</summary>
    public required int Only { get; init; }

    public string? PseudonymKey { get; init; }

    public required DetectorKind Detector { get; init; }

    public double? MinScore { get; init; }

    public required NoFacePolicy OnNoFace { get; init; }

    public required VideoQuality Quality { get; init; }

    public required AudioPolicy Audio { get; init; }

    public required SubtitlePolicy Subtitles { get; init; }

    public required VideoContainer Container { get; init; }

    public required VideoCodec Codec { get; init; }

    public required int Crf { get; init; }

    public required VideoDamagePolicy OnDamage { get; init; }

    public required VideoUncertainPolicy Uncertain { get; init; }

    public required bool Verify { get; init; }

    public IReadOnlyList<VideoRegion> Regions { get; init; } = [];

    public bool Review { get; init; }

    public required int Retention { get; init; }

    public string? Webhook { get; init; }

    public static VideoCodec UsualCodec(VideoContainer container) =>
        container == VideoContainer.Webm ? VideoCodec.Vp9 : VideoCodec.H264;

    /// <summary>These, if they do not contradict each other.</summary>
    /// <exception cref="ProblemException">400: they do.</exception>
    public VideoWishes Checked() => Container == VideoContainer.Webm && Codec is not (VideoCodec.Vp9 or VideoCodec.Av1)
        ? throw FormBinder.Invalid(WireNames.OfProperty(nameof(Codec)), "must be vp9 or av1 in the container webm.")
        : this;

    public static VideoWishes Parse(string json) => JsonSerializer.Deserialize<VideoWishes>(json, Json)!;

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, Json);
}
