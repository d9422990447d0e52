namespace FaceDeid.Evaluation.Figures;

/// <summary>From the scores of an attack to its figures.</summary>
internal static class AttackFigures
{
    private const int Resamples = 200;
    private const int FewestResamples = 40;
    private const int MaxResampledPairs = 20_000_000; // bounds the time of large sets, whose intervals are narrow anyway
    private const int Seed = 20050; // the same set gets the same intervals
    private const double Tail = 0.025; // on each side of a 95 % interval

    public static AttackResult Compute(Threat threat, Recogniser recogniser, Inversion? inversion, Scores scores, double? bound)
    {
        var identification = new Identification(scores);
        var list = new ScoreList(scores);
        var curve = list.Curve(Once(scores.ByProbe.Length));
        var resampled = Resample(list, scores.ByProbe.Length);
        var (low, high) = identification.AtRank(1).Interval();
        var rank5 = identification.AtRank(5);
        return new AttackResult(
            threat, recogniser, inversion, Round(identification.AtRank(1).Value), Round(low), Round(high),
            Round(1.0 / scores.People), scores.ByProbe.Length, scores.People,
            Round(rank5.Value), Tar(curve, 0.01), Tar(curve, 0.001), Round(curve.Eer), Round(curve.Auc),
            new AttackIntervals(
                Round(rank5.Interval()), Tars(0.01), Tars(0.001),
                Middle(resampled, sample => sample.Eer), Middle(resampled, sample => sample.Auc)),
            [.. identification.Curve().Select(Round)],
            [.. curve.Points().Select(point => new RocPoint(Math.Round(point.Far, 6), Round(point.Tar)))],
            Undone: null, bound is { } most ? low <= most : null);

        // One pair of a hundred, or a thousand, must be there to be seen.
        double? Tar(RocCurve from, double far) => list.DifferentPairs * far >= 1 - 1e-9 ? Round(from.TarAt(far)) : null;
        Interval? Tars(double far) => Tar(curve, far) is null ? null : Middle(resampled, sample => sample.TarAt(far));
    }

    /// <summary>The middle 95 % of a figure over the resampled curves (percentile bootstrap, Efron 1979).</summary>
    private static Interval Middle(RocCurve[] resampled, Func<RocCurve, double> figure)
    {
        var sorted = resampled.Select(figure).Order().ToArray();
        var tail = (int)(Tail * sorted.Length);
        return Round(new Interval(sorted[tail], sorted[^(tail + 1)]));
    }

    private static RocCurve[] Resample(ScoreList list, int probes)
    {
#pragma warning disable CA5394 // no secret: the same every time
        var random = new Random(Seed);
        var count = (int)Math.Clamp(MaxResampledPairs / Math.Max(1, list.DifferentPairs), FewestResamples, Resamples);
        var weights = new int[probes];
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            Array.Clear(weights);
            for (var i = 0; i < probes; i++)
                weights[random.Next(probes)]++;
            return list.Curve(weights);
        })];
#pragma warning restore CA5394
    }

    private static int[] Once(int probes)
    {
        var weights = new int[probes];
        Array.Fill(weights, 1);
        return weights;
    }

    private static Interval Round(Interval interval) => new(Round(interval.Low), Round(interval.High));

    private static double Round(double value) => Math.Round(value, 4);
}
