using System.Security.Cryptography;

namespace FaceDeid.Collections;

/// <summary>People who get one face.</summary>
/// <param name="Group">Number of their group, from 0.</param>
/// <param name="People">All of the group, or one of them.</param>
/// <param name="Face">What the face is made of.</param>
internal sealed record Assignment(int Group, IReadOnlyList<Person> People, FaceMixture Face);

/// <summary>Who is in a group with whom, and who gets which face.</summary>
/// <param name="Groups">The groups: every person is in exactly one.</param>
/// <param name="Assignments">The faces: every person gets exactly one.</param>
internal sealed record KSamePlan(IReadOnlyList<Group> Groups, IReadOnlyList<Assignment> Assignments)
{
    // Of the far group in a face of k-Diff-furthest; the rest comes from another group, so that no two people look the same.
    // More than half, or two groups that are far from a third could get each other's mixture.
    private const double LeastFarShare = 0.55;
    private const double MostFarShare = 0.9;

    /// <summary>How many people an algorithm needs.</summary>
    public static int FewestPeople(KSameAlgorithm algorithm, int k) => IsFar(algorithm) ? 2 * k : k;

    /// <summary>Makes the groups and mixes their faces.</summary>
    /// <param name="classes">The people, by class; each class has at least k of them.</param>
    /// <param name="points">Where each person lies.</param>
    /// <param name="options">Algorithm and k.</param>
    public static KSamePlan Create(
        IReadOnlyList<PeopleClass> classes, IReadOnlyDictionary<Person, float[]> points, CollectionOptions options)
    {
        var groups = classes.SelectMany(people => Partition.Split([.. people.People.Select(person => points[person])], options.K)
            .Select(numbers => new Group([.. numbers.Select(i => people.People[i])], people.Name, people.Goal))).ToArray();
        if (!IsFar(options.Algorithm))
        {
            return new KSamePlan(
                groups, [.. groups.Select((group, i) => new Assignment(i, group.People, FaceMixture.Create(group.People)))]);
        }

        Person[] everybody = [.. points.Keys];
        var number = everybody.Index().ToDictionary(person => person.Item, person => person.Index);
        var far = Partition.Far(
            [.. groups.Select(group => group.People.Select(person => number[person]).ToArray())], [.. points.Values]);
        return new KSamePlan(groups, options.Algorithm == KSameAlgorithm.KSameFurthest
            ? [.. groups.Select((group, i) => new Assignment(i, group.People, FaceMixture.Create(groups[far[i]].People)))]
            : [.. groups.SelectMany((_, i) => ByLot(groups, i, far[i], everybody))]);
    }

    /// <summary>
    /// A face for each member of a group. As published, k-Diff-furthest carries a member's own difference from its group over to
    /// the far one, and whoever knows both averages takes it off again. Here nothing in a face is one person's, and the lot
    /// decides who gets it.
    /// </summary>
    private static IEnumerable<Assignment> ByLot(Group[] groups, int own, int far, Person[] everybody)
    {
        Person[] people = [.. groups[own].People];
        int[] others = [.. Enumerable.Range(0, groups.Length).Where(i => i != own && i != far)];
        Shuffle(people);
        Shuffle(others);
        for (var i = 0; i < people.Length; i++)
        {
            var share = LeastFarShare + ((MostFarShare - LeastFarShare) * i / people.Length);
            var second = others.Length > 0 ? groups[others[i % others.Length]].People : everybody;
            yield return new Assignment(own, [people[i]], FaceMixture.Create(groups[far].People, share).Add(second, 1 - share));
        }

        static void Shuffle<T>(T[] items) => RandomNumberGenerator.Shuffle<T>(items);
    }

    private static bool IsFar(KSameAlgorithm? algorithm) =>
        algorithm is KSameAlgorithm.KSameFurthest or KSameAlgorithm.KDiffFurthest;
}
