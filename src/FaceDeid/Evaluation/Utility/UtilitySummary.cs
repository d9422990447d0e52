namespace FaceDeid.Evaluation.Utility;

/// <summary>From rows to the report's figures.</summary>
internal static class UtilitySummary
{
    public static UtilityReport Compute(IReadOnlyList<RowUtility> rows, IEnumerable<DetectorKind> detectors)
    {
        var errors = rows.Select(row => row.LandmarkError).OfType<double>().Order().ToList();
        var turns = rows.Where(row => row.Turn is not null).ToList();
        var outside = rows.Select(row => row.Outside).OfType<PixelComparison>().ToList();
        var steps = rows.Select(row => row.RimStep).OfType<double>().ToList();
        return new UtilityReport(
            [.. detectors.Select(detector => new DetectorRetention(detector, Agreement(
                Share.Where(
                    [.. rows.Where(row => row.FoundBefore.Contains(detector))], row => row.FoundAfter.Contains(detector)))))],
            errors.Count == 0 ? null : new LandmarkError(Round(errors.Average()), Round(errors[errors.Count / 2]), errors.Count),
            Agreement(Share.Where([.. rows.Where(row => row.KeepsExpression is not null)], row => row.KeepsExpression == true)),
            turns.Count == 0 ? null : Pose(turns),
            Likeness([.. rows.Select(row => row.Inside).OfType<PixelComparison>()]),
            Likeness(outside),
            outside.Count == 0 ? null : new ChangedBytes(
                Math.Round(outside.Average(pixels => pixels.Changed), 6),
                outside.Count(pixels => pixels.Changed > 0), outside.Count),
            Agreement(Share.Where([.. rows.Where(row => row.Kind.Sex is not null)], row => row.Kind.Sex == true)),
            Agreement(Share.Where(rows, row => row.Kind.AgeClass)),
            Median([.. rows.Select(row => row.Skin?.Sharpness).OfType<double>()]) is var (sharpness, ratios)
                ? new SharpnessRatio(sharpness, ratios) : null,
            Skin([.. rows.Select(row => row.Skin).OfType<SkinComparison>()]),
            steps.Count == 0 ? null : new RimStepMean(Round(steps.Average()), steps.Count),
            Median([.. rows.Select(row => row.Gaze).OfType<double>()]) is var (moved, eyes) ? new GazeShift(moved, eyes) : null);
    }

    private static SkinDifference? Skin(List<SkinComparison> faces) => faces.Count == 0 ? null : new SkinDifference(
        Median([.. faces.Select(skin => skin.Lightness)])!.Value.Value,
        Median([.. faces.Select(skin => skin.Colour)])!.Value.Value, faces.Count);

    /// <summary>The median and of how many; null: of none.</summary>
    private static (double Value, int N)? Median(List<double> values)
    {
        values.Sort();
        return values.Count == 0 ? null : (Round(values[values.Count / 2]), values.Count);
    }

    private static PoseError Pose(List<RowUtility> rows)
    {
        var comparable = rows.Where(row => row.LandmarkError is not null).ToList();
        return new PoseError(
            Degrees(rows.Average(row => row.Turn!.Value.Yaw)), Degrees(rows.Average(row => row.Turn!.Value.Pitch)),
            comparable.Count == 0 ? null : Degrees(comparable.Average(row => row.Turn!.Value.Roll)), rows.Count);
    }

    private static PixelLikeness? Likeness(List<PixelComparison> pictures)
    {
        if (pictures.Count == 0)
            return null;
        var error = pictures.Average(picture => picture.SquaredError);
        return new PixelLikeness(
            Round(pictures.Average(picture => picture.Ssim)),
            error == 0 ? null : Math.Round(10 * Math.Log10(255 * 255 / error), 2), pictures.Count);
    }

    private static Agreement Agreement(Share share)
    {
        var (low, high) = share.Interval();
        return new Agreement(share.Of == 0 ? null : Round(share.Value), Round(low), Round(high), share.Of);
    }

    private static double Round(double value) => Math.Round(value, 4);

    private static double Degrees(double value) => Math.Round(value, 2);
}
