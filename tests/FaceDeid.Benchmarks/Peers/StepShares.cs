using FaceDeid.Benchmarks.Measuring;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>Where the time goes: the median of each step, summed over pictures.</summary>
internal sealed class StepShares
{
    private readonly Dictionary<string, double> _milliseconds = new(StringComparer.Ordinal);

    /// <summary>Adds what was measured of one picture.</summary>
    public void Add(IReadOnlyList<Dictionary<string, double>> rounds)
    {
        foreach (var step in rounds[0].Keys)
        {
            _milliseconds[step] =
                _milliseconds.GetValueOrDefault(step) + rounds.Select(round => round.GetValueOrDefault(step)).Median();
        }
    }

    public override string ToString() =>
        string.Join(", ", _milliseconds.Select(step => $"{step.Key} {Format.Milliseconds(step.Value)}"));
}
