using FaceDeid.Evaluation.Figures;

namespace FaceDeid.Tests.Evaluation.Figures;

/// <summary>Made-up scores.</summary>
internal static class Score
{
    /// <summary>
    /// As many probes as people, each of whom has one face: the values by a function of both, the right ones on the diagonal.
    /// </summary>
    public static Scores Of(int people, Func<int, int, double> value) => new(
        [.. Enumerable.Range(0, people)
            .Select(probe => Enumerable.Range(0, people).Select(person => (float)value(probe, person)).ToArray())],
        [.. Enumerable.Range(0, people)]);

    /// <summary>Everybody is named.</summary>
    public static Scores Perfect(int people) => Of(people, (probe, person) => probe == person ? 1 : (probe * person) % 7 * 0.1);

    /// <summary>All faces look the same.</summary>
    public static Scores Constant(int people) => Of(people, (_, _) => 0.5);

    /// <summary>Some are named and some are not, with ties.</summary>
    public static Scores Random(int people, int seed)
    {
        var random = new Random(seed);
        return Of(people, (probe, person) => random.Next(20) + (probe == person ? random.Next(10) : 0));
    }
}
