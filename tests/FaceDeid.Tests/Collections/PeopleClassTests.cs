using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using FsCheck.Xunit;
using Xunit;

namespace FaceDeid.Tests.Collections;

public sealed class PeopleClassTests
{
    [Property]
    public bool By_label_everybody_is_in_one_class_and_none_has_fewer_than_k(short seed, byte n, byte k, byte labels)
    {
        var fewest = 2 + (k % 9);
        var random = new Random(seed);
        var people = Faces.People(fewest + (n % 50), _ => $"label {random.Next(1 + (labels % 9))}");

        var classes = PeopleClass.ByLabel(people, fewest);

        return AreRight(classes, people, fewest)
            && classes.All(c =>
                c.Name is null || c.People.All(person => string.Equals(person.Label, c.Name, StringComparison.Ordinal)));
    }

    [Property]
    public bool By_expression_everybody_is_in_one_class_and_none_has_fewer_than_k(short seed, byte n, byte k)
    {
        var fewest = 2 + (k % 9);
        var random = new Random(seed);
        var people = Faces.People(fewest + (n % 50));
        var probabilities = people
            .Select(_ => Enumerable.Range(0, ExpressionClassifier.Classes).Select(_ => random.NextDouble()).ToArray()).ToArray();

        return AreRight(PeopleClass.ByExpression(people, probabilities, fewest), people, fewest);
    }

    [Fact]
    public void Labels_that_enough_people_have_are_kept_apart() =>
        Assert.Equal("a: 1 2 3 | b: 4 5", Labelled("aaabb", 2));

    [Fact]
    public void Labels_of_too_few_people_are_put_together() =>
        Assert.Equal("a: 1 2 3 | mixed: 4 5", Labelled("aaabc", 2));

    [Fact]
    public void Where_even_together_they_are_too_few_the_largest_class_takes_them_in() =>
        Assert.Equal("a: 1 2 | mixed: 3 4 5 6", Labelled("aabbbc", 2));

    [Fact]
    public void Where_no_label_has_enough_people_there_is_one_class() =>
        Assert.Equal("mixed: 1 2 3", Labelled("abc", 3));

    [Fact]
    public void Whoever_shows_what_too_few_show_goes_where_the_next_most_of_their_expressions_is_kept() =>
        // The last one shows the third class most, alone, then the second.
        Assert.Equal(
            "expression-1: 1 2 | expression-2: 3 4 5",
            Expressed([[0.9, 0.1, 0], [0.8, 0, 0.2], [0.1, 0.9, 0], [0.2, 0.8, 0], [0.1, 0.3, 0.6]], 2));

    [Fact]
    public void Where_no_expression_is_shown_by_enough_people_there_is_one_class() =>
        Assert.Equal("mixed: 1 2 3", Expressed([[0.9, 0.1, 0], [0, 0.9, 0], [0, 0.1, 0.9]], 2));

    private static bool AreRight(IReadOnlyList<PeopleClass> classes, Person[] people, int k) =>
        classes.All(c => c.People.Count >= k)
        && classes.SelectMany(c => c.People).OrderBy(person => person.Number).SequenceEqual(people);

    private static string Labelled(string labels, int k) =>
        AsText(PeopleClass.ByLabel(Faces.People(labels.Length, i => $"{labels[i]}"), k));

    private static string Expressed(double[][] probabilities, int k) => AsText(PeopleClass.ByExpression(
        Faces.People(probabilities.Length),
        [.. probabilities.Select(p => (double[])[.. p, .. new double[ExpressionClassifier.Classes - p.Length]])], k));

    private static string AsText(IReadOnlyList<PeopleClass> classes) =>
        string.Join(" | ", classes.Select(c => $"{c.Name ?? "mixed"}: {string.Join(' ', c.People.Select(p => p.Number).Order())}")
            .Order(StringComparer.Ordinal));
}
