using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;

namespace FaceDeid.Api.Videos;

/// <summary>What is done to the faces of a recording that were found already; what is left out stays as it was.</summary>
public sealed class RenderForm
{
    /// <summary>What is done to each face, as in `POST /v1/videos`.</summary>
    [AllowedValues(
        DeidentificationMethod.Replace, DeidentificationMethod.Average, DeidentificationMethod.Blur,
        DeidentificationMethod.Pixelate, DeidentificationMethod.Mask, DeidentificationMethod.Eyebar,
        DeidentificationMethod.Threshold, DeidentificationMethod.Merge)]
    public DeidentificationMethod? Method { get; set; }

    /// <summary>How strong; with another method by default that of the method.</summary>
    [Range(0.0, 1.0)]
    public double? Strength { get; set; }

    /// <summary>Allows methods and strengths after which people are known to be recognised.</summary>
    public bool? AllowWeak { get; set; }

    /// <summary>What belongs to a face.</summary>
    public RegionShape? Region { get; set; }

    /// <summary>Mask: its colour as `#RRGGBB`.</summary>
    [RegularExpression(HexColor.Pattern, ErrorMessage = "must be a colour such as #FF8800.")]
    public string? Color { get; set; }

    /// <summary>Replace: with one key a person gets the same face in other recordings too, mostly.</summary>
    [StringLength(256, MinimumLength = 1, ErrorMessage = "must have 1 to 256 characters.")]
    public string? PseudonymKey { get; set; }

    /// <summary>What becomes of the sound.</summary>
    public AudioPolicy? Audio { get; set; }

    /// <summary>What becomes of subtitles.</summary>
    public SubtitlePolicy? Subtitles { get; set; }

    /// <summary>The file format of the result.</summary>
    public VideoContainer? Container { get; set; }

    /// <summary>The codec of the result's picture; with another container by default its usual one.</summary>
    public VideoCodec? Codec { get; set; }

    /// <summary>Quality of the result's picture as its encoder counts it: 0 (best) to 51 (smallest).</summary>
    [Range(0, 51)]
    public int? Crf { get; set; }

    /// <summary>Whether the result is looked at once more.</summary>
    public bool? Verify { get; set; }

    /// <summary>The wishes, changed as this says.</summary>
    /// <exception cref="ProblemException">400: they contradict each other.</exception>
    internal VideoWishes Change(VideoWishes before) => (before with
    {
        Method = Method ?? before.Method,
        Strength = Strength ?? (Method is null || Method == before.Method ? before.Strength : null),
        AllowWeak = AllowWeak ?? before.AllowWeak,
        Region = Region ?? before.Region,
        Color = Color ?? before.Color,
        PseudonymKey = PseudonymKey ?? before.PseudonymKey,
        Audio = Audio ?? before.Audio,
        Subtitles = Subtitles ?? before.Subtitles,
        Container = Container ?? before.Container,
        Codec = Codec ?? (Container is { } other && other != before.Container ? VideoWishes.UsualCodec(other) : before.Codec),
        Crf = Crf ?? before.Crf,
        Verify = Verify ?? before.Verify,
    }).Checked();
}
