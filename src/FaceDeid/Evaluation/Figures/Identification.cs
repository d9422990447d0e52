using FaceDeid.Evaluation.Utility;

namespace FaceDeid.Evaluation.Figures;

/// <summary>How often the right person is among the nearest of the gallery (cumulative match characteristic).</summary>
internal sealed class Identification
{
    /// <summary>The last rank of the curve.</summary>
    public const int MaxRank = 20;

    private readonly double[] _hits;
    private readonly int _probes;

    public Identification(Scores scores)
    {
        _probes = scores.ByProbe.Length;
        _hits = new double[Math.Min(MaxRank, scores.People)];
        for (var probe = 0; probe < _probes; probe++)
        {
            var (better, equal) = scores.PlaceOf(probe);
            // Among equals one must guess: the hit counts as often as the guess is right on average.
            for (var rank = 1; rank <= _hits.Length; rank++)
                _hits[rank - 1] += Math.Clamp((rank - better) / (equal + 1.0), 0, 1);
        }
    }

    /// <summary>How many probes have the right person among the nearest; in a small gallery everybody is.</summary>
    public Share AtRank(int rank) => rank > _hits.Length ? new Share(_probes, _probes) : new Share(_hits[rank - 1], _probes);

    /// <summary>The curve from rank 1.</summary>
    public IReadOnlyList<double> Curve() => [.. _hits.Select(hits => hits / _probes)];
}
