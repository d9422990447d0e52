namespace FaceDeid.Evaluation.Figures;

/// <summary>
/// Every pair of a probe and a person, the most alike first: what ROC curves are read from. It is sorted once and can be read
/// with other weights of the probes, as a bootstrap does.
/// </summary>
internal sealed class ScoreList
{
    private readonly float[] _scores;
    private readonly int[] _pairs; // number of the probe; of pairs of different people its complement
    private readonly int _probes;
    private readonly int _people;

    public ScoreList(Scores scores)
    {
        (_probes, _people) = (scores.ByProbe.Length, scores.People);
        _scores = new float[_probes * _people];
        _pairs = new int[_scores.Length];
        for (var probe = 0; probe < _probes; probe++)
        {
            for (var person = 0; person < _people; person++)
            {
                var pair = (probe * _people) + person;
                _scores[pair] = -scores.ByProbe[probe][person];
                _pairs[pair] = person == scores.Right[probe] ? probe : ~probe;
            }
        }

        Array.Sort(_scores, _pairs);
    }

    /// <summary>How many pairs of different people there are.</summary>
    public long DifferentPairs => (long)_probes * (_people - 1);

    /// <summary>
    /// The ROC curve with every probe counted so many times; pairs that are equally alike are accepted together.
    /// </summary>
    public RocCurve Curve(ReadOnlySpan<int> weights)
    {
        var genuine = 0L;
        foreach (var weight in weights)
            genuine += weight;
        var curve = new RocCurve(genuine, genuine * (_people - 1));
        for (var i = 0; i < _pairs.Length;)
        {
            var (right, wrong, score) = (0, 0, _scores[i]);
            for (; i < _pairs.Length && _scores[i] == score; i++)
            {
                if (_pairs[i] >= 0)
                    right += weights[_pairs[i]];
                else
                    wrong += weights[~_pairs[i]];
            }

            curve.Add(right, wrong);
        }

        return curve;
    }
}
