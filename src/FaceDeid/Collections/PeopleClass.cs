using FaceDeid.Faces.Recognition;

namespace FaceDeid.Collections;

/// <summary>People who are grouped among themselves.</summary>
/// <param name="Name">The class; null: everybody, or people of several classes.</param>
/// <param name="People">At least k.</param>
/// <param name="Goal">The expression that their faces must keep; null: any.</param>
internal sealed record PeopleClass(string? Name, IReadOnlyList<Person> People, ExpressionGoal? Goal = null)
{
    private const int TypicalPeople = 8; // who stand for an expression

    /// <summary>
    /// The people by their labels. Classes of fewer than k people are put together, and with the largest class where even that is
    /// too few: a class is never kept at the price of the guarantee.
    /// </summary>
    public static IReadOnlyList<PeopleClass> ByLabel(IReadOnlyList<Person> people, int k)
    {
        var classes = people.GroupBy(person => person.Label!, StringComparer.Ordinal)
            .Select(c => new PeopleClass(c.Key, [.. c])).ToList();
        var small = classes.Where(c => c.People.Count < k).ToList();
        if (small.Count == 0)
            return classes;
        classes.RemoveAll(small.Contains);
        Person[] rest = [.. small.SelectMany(c => c.People)];
        if (rest.Length < k)
        {
            var largest = classes.MaxBy(c => c.People.Count)!;
            classes.Remove(largest);
            rest = [.. rest, .. largest.People];
        }

        return [.. classes, new PeopleClass(Name: null, rest)];
    }

    /// <summary>
    /// The people by the expression that their faces show most; where fewer than k show it, by the next that enough people show.
    /// </summary>
    /// <param name="people">At least k.</param>
    /// <param name="probabilities">Of each person, in the same order, the mean probability of each class.</param>
    /// <param name="k">The fewest in a class.</param>
    public static IReadOnlyList<PeopleClass> ByExpression(
        IReadOnlyList<Person> people, IReadOnlyList<double[]> probabilities, int k)
    {
        var enough = Enumerable.Range(0, ExpressionClassifier.Classes)
            .Where(c => probabilities.Count(p => p.Index().MaxBy(v => v.Item).Index == c) >= k).ToArray();
        return enough.Length == 0
            ? [new PeopleClass(Name: null, people)]
            : [.. people.Zip(probabilities).GroupBy(pair => enough.MaxBy(c => pair.Second[c])).Select(c => new PeopleClass(
                NameOf(c.Key),
                [.. c.Select(pair => pair.First)],
                new ExpressionGoal(c.Key, [.. c.OrderByDescending(pair => pair.Second[c.Key]).Take(Math.Max(k, TypicalPeople))
                    .Select(pair => pair.First)])))];
    }

    /// <summary>How the certificate calls an expression: the network's package gives its classes no names.</summary>
    public static string NameOf(int expression) => $"expression-{expression + 1}";
}
