using FaceDeid.Fuzz.Recipes;

namespace FaceDeid.Fuzz.Running;

/// <summary>Recipes that showed something new, with what they were answered.</summary>
internal sealed class Corpus
{
    private const int MostOfOneFile = 1500; // recipes: what the test of them can run through in its time

    private readonly HashSet<string> _signatures = new(StringComparer.Ordinal);
    private readonly List<Outcome> _kept = [];
    private readonly List<Outcome>[] _byDepth = [[], [], [], []];

    public int Count => _kept.Count;

    /// <summary>Those that came so far.</summary>
    public IReadOnlyList<Outcome> OfDepth(int depth) => _byDepth[depth];

    /// <summary>Keeps an execution unless one like it is there.</summary>
    public void Add(Outcome outcome)
    {
        if (outcome.Violation is not null || !_signatures.Add(outcome.Signature))
            return;
        _kept.Add(outcome);
        _byDepth[outcome.Depth].Add(outcome);
    }

    /// <summary>
    /// Writes one recipe of each kind, the shortest and fastest, with its answer. Where there are more than a test can run
    /// through, those go whose last change has most others.
    /// </summary>
    public void Write(string path, string about)
    {
        // Sealed and scrambled: by chance.
        var briefs = _kept.Where(outcome => !outcome.Recipe.Seed.StartsWith("live-s", StringComparison.Ordinal))
            .GroupBy(outcome => outcome.Brief, StringComparer.Ordinal)
            .Select(alike => alike.OrderBy(outcome => outcome.Recipe.Steps.Count).ThenBy(outcome => outcome.Seconds).First())
            .GroupBy(outcome => outcome.Kinds.Count == 0 ? "-" : outcome.Kinds[^1], StringComparer.Ordinal)
            .SelectMany(alike => alike.Index()).OrderBy(outcome => outcome.Index).Select(outcome => outcome.Item)
            .Take(MostOfOneFile);
        var lines = briefs.Select(outcome => $"{outcome.Recipe} = {outcome.Answer}").Order(StringComparer.Ordinal);
        File.WriteAllLines(
            path,
            [
                $"# {about}",
                "# Recipes of docs/fuzzing.md, with what they were answered: target, seed, options, envelope, steps = status, "
                + "code or media type.",
                .. lines,
            ]);
    }

    /// <summary>The recipes of a file, and the answers that they had.</summary>
    public static IReadOnlyList<(Recipe Recipe, string Answer)> Read(string path) =>
    [
        .. File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(" = "))
            .Select(halves => (Recipe.Parse(halves[0]), halves[1])),
    ];
}
