using static FaceDeid.Reports.EvaluationWords;

namespace FaceDeid.Reports;

/// <summary>A figure of what the faces are still good for.</summary>
/// <param name="Name">What is measured.</param>
/// <param name="Value">The figure, with its unit.</param>
/// <param name="N">Of how many; null: of none.</param>
/// <param name="Meaning">How to read it.</param>
internal sealed record UtilityMeasure(string Name, string Value, int? N, string Meaning)
{
    /// <summary>Every figure of a report; what could not be measured is a dash.</summary>
    public static IEnumerable<UtilityMeasure> List(UtilityReport utility) =>
    [
        .. utility.Detection.Select(detection => new UtilityMeasure(
            $"Faces still found: {EvaluationWords.Word(detection.Detector)}", Share(detection.Kept), detection.Kept.N,
            "of those found in the originals; more is better")),
        new("Expression kept", Share(utility.Expression), utility.Expression.N, "same class of seven; more is better"),
        new(
            "Sex kept", Share(utility.SexKept), utility.SexKept.N,
            "same class, of those of 13 years and more whose class is clear; more is better"),
        new("Age class kept", Share(utility.AgeClassKept), utility.AgeClassKept.N, "child, grown-up or old; more is better"),
        .. Landmarks(utility.Landmarks),
        .. Pose(utility.Pose),
        new("Gaze moved", Percent(utility.Gaze?.Median), utility.Gaze?.N, "median, of the width of an eye; less is better"),
        new(
            "Sharpness of the skin", utility.Sharpness is { } ratio ? Fraction(ratio.Median) : Nothing, utility.Sharpness?.N,
            "median, of the sharpness before; 1 is best"),
        .. Skin(utility.SkinDifference),
        new(
            "Step at the rim", Lightness(utility.RimStep?.Mean), utility.RimStep?.N,
            "mean edge around what was changed that was not there; less is better"),
        .. Pixels("inside the faces", utility.Inside, "less hides more"),
        .. Pixels("outside of the faces", utility.Outside, "more is better"),
        BytesOutside(utility.BytesOutside),
    ];

    private static IEnumerable<UtilityMeasure> Landmarks(LandmarkError? error)
    {
        const string meaning = "of the distance between the eyes; less is better";
        yield return new("Landmarks moved, mean", Percent(error?.Mean), error?.N, meaning);
        yield return new("Landmarks moved, median", Percent(error?.Median), error?.N, meaning);
    }

    private static IEnumerable<UtilityMeasure> Pose(PoseError? error)
    {
        const string meaning = "mean change; less is better";
        yield return new("Head turned, left and right", Degrees(error?.Yaw), error?.N, meaning);
        yield return new("Head turned, up and down", Degrees(error?.Pitch), error?.N, meaning);
        yield return new("Head turned, to the shoulders", Degrees(error?.Roll), error?.N, meaning);
    }

    private static IEnumerable<UtilityMeasure> Skin(SkinDifference? skin)
    {
        yield return new("Skin off in lightness", Lightness(skin?.Lightness), skin?.N, "median, of 100 L*; less is better");
        yield return new("Skin off in colour", Plain(skin?.Colour), skin?.N, "median distance in a*b*; less is better");
    }

    private static IEnumerable<UtilityMeasure> Pixels(string where, PixelLikeness? likeness, string meaning)
    {
        yield return new(
            $"Likeness {where} (SSIM)", likeness is null ? Nothing : Fraction(likeness.Ssim),
            likeness?.N, $"1: equal; {meaning}");
        yield return new($"Likeness {where} (PSNR)", likeness is null ? Nothing : Decibels(likeness.Psnr), likeness?.N, meaning);
    }

    private static UtilityMeasure BytesOutside(ChangedBytes? bytes) => new(
        "Bytes changed outside of the faces",
        bytes is null
            ? Nothing
            : FormattableString.Invariant($"{100 * bytes.Share:0.###} %, in {Count(bytes.Pictures, "picture", "pictures")}"),
        bytes?.N,
        "none is best");
}
