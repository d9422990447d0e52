namespace FaceDeid.Benchmarks.Measuring;

internal static class Statistics
{
    /// <summary>The value below which a share of the values lies (nearest rank); not a number when there are none.</summary>
    public static double Percentile(this IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? double.NaN : sorted[Math.Max(0, (int)Math.Ceiling(share * sorted.Length) - 1)];
    }

    public static double Median(this IEnumerable<double> values) => values.Percentile(0.5);

    /// <summary>Rise per step of the straight line that fits best (least squares).</summary>
    public static double Slope(this IReadOnlyList<double> values)
    {
        if (values.Count < 2)
            return 0;
        var (middle, mean) = ((values.Count - 1) / 2.0, values.Average());
        var products = values.Select((value, i) => (i - middle) * (value - mean)).Sum();
        return products / values.Select((_, i) => (i - middle) * (i - middle)).Sum();
    }
}
