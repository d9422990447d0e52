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
        .. Landmarks(utility.Landmarks),
        .. Pose(utility.Pose),
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
