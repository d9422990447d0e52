using FaceDeid.Benchmarks.Measuring;

using FaceDeid.Evaluation;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>What is left of the faces for those who need no identity.</summary>
internal sealed class UtilityTable(IReadOnlyList<Person> people)
{
    private readonly Table _table = new(
        "method", $"HOG finds (of {people.Count(person => person.Traits.Hog)})", $"UltraFace finds (of {people.Count(person => person.Traits.UltraFace)})",
        "landmark NME, mean", "landmark NME, median", "expression kept", "fallback");

    public void Add(string name, IReadOnlyList<Outcome> outcomes)
    {
        (Traits Before, Traits After)[] pairs = [.. people.Zip(outcomes, (person, outcome) => (person.Traits, outcome.Traits))];
        var errors = pairs.Select(pair => pair.Before.LandmarkError(pair.After)).ToArray();
        _table.Add(
            name,
            $"{Share.Where([.. pairs.Where(pair => pair.Before.Hog)], pair => pair.After.Hog)}",
            $"{Share.Where([.. pairs.Where(pair => pair.Before.UltraFace)], pair => pair.After.UltraFace)}",
            $"{errors.Average():0.000}",
            $"{errors.Median():0.000}",
            $"{Share.Where(pairs, pair => pair.After.Expression == pair.Before.Expression)}",
            $"{Share.Where(outcomes, outcome => outcome.IsFallback)}");
    }

    public void Print()
    {
        var commonest = people.CountBy(person => person.Traits.Expression).Max(expression => expression.Value);
        _table.Print(
            $"utility: the main faces of {people.Count} people; NME in distances between the eyes; the commonest of 7 expressions is {new Share(commonest, people.Count)} of the originals'");
    }
}
