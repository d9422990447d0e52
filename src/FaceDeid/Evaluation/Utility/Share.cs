namespace FaceDeid.Evaluation.Utility;

/// <summary>
/// How many of how many; hits of which only a part counts, such as guesses among several people, may be in pieces.
/// </summary>
internal readonly record struct Share(double Hits, int Of)
{
    private const double Z = 1.959964; // within so many standard deviations lie 95 % of a normal distribution

    public double Value => Of == 0 ? double.NaN : Hits / Of;

    public static Share Where<T>(IReadOnlyCollection<T> items, Func<T, bool> holds) => new(items.Count(holds), items.Count);

    /// <summary>
    /// Wilson's (1927) interval of 95 %, which holds near 0 and 1 and for few people, too; of none, everything is possible.
    /// </summary>
    public Interval Interval()
    {
        if (Of == 0)
            return new Interval(0, 1);
        var (share, n) = (Value, (double)Of);
        var middle = (share + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n))) / (1 + (Z * Z / n));
        return new Interval(Math.Max(0, middle - half), Math.Min(1, middle + half));
    }
}
