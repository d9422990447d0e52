namespace FaceDeid.Benchmarks.Privacy;

/// <summary>How many of how many.</summary>
internal readonly record struct Share(int Hits, int Of)
{
    private const double Z = 1.959964; // within so many standard deviations lie 95 % of a normal distribution

    public static Share Where<T>(IReadOnlyCollection<T> items, Func<T, bool> holds) => new(items.Count(holds), items.Count);

    public override string ToString() => Of == 0 ? "-" : $"{100.0 * Hits / Of:0.0} %";

    /// <summary>With Wilson's (1927) interval of 95 %, which holds near 0 and 1 and for few people, too.</summary>
    public string WithInterval()
    {
        if (Of == 0)
            return ToString();
        var (share, n) = ((double)Hits / Of, (double)Of);
        var middle = (share + (Z * Z / (2 * n))) / (1 + (Z * Z / n));
        var half = Z * Math.Sqrt((share * (1 - share) / n) + (Z * Z / (4 * n * n))) / (1 + (Z * Z / n));
        return $"{this} ({100 * Math.Max(0, middle - half):0.0} to {100 * Math.Min(1, middle + half):0.0})";
    }
}
