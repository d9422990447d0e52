using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Who shares a face, and whose faces it is made of.</summary>
public sealed class KSamePlanTests
{
    public static TheoryData<KSameAlgorithm, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<KSameAlgorithm, int, int>();
            foreach (var algorithm in Enum.GetValues<KSameAlgorithm>())
            {
                foreach (var (people, k) in new[] { (4, 2), (5, 2), (7, 2), (11, 3), (20, 4), (23, 5) })
                    cases.Add(algorithm, people, k);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Everybody_is_in_one_group_of_at_least_k_and_gets_one_whole_face(KSameAlgorithm algorithm, int people, int k)
    {
        var (everybody, plan) = Plan(algorithm, people, k);

        Assert.Equal(everybody, plan.Groups.SelectMany(group => group.People).OrderBy(person => person.Number));
        Assert.All(plan.Groups, group => Assert.InRange(group.People.Count, k, (2 * k) - 1));
        Assert.Equal(everybody, plan.Assignments.SelectMany(assignment => assignment.People).OrderBy(person => person.Number));
        Assert.All(plan.Assignments, assignment =>
            Assert.Subset(plan.Groups[assignment.Group].People.ToHashSet(), assignment.People.ToHashSet()));
        Assert.All(plan.Assignments, assignment => Assert.Equal(1, assignment.Face.Parts.Sum(part => part.Weight), 1e-9));
        Assert.All(plan.Assignments, assignment => Assert.All(assignment.Face.Parts, part => Assert.True(part.Weight > 0)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void No_ones_share_of_a_face_is_more_than_one_of_k(KSameAlgorithm algorithm, int people, int k)
    {
        var (everybody, plan) = Plan(algorithm, people, k);

        Assert.All(plan.Assignments, assignment =>
            Assert.All(everybody, person => Assert.InRange(assignment.Face.ShareOf(person), 0, (1.0 / k) + 1e-9)));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_group_shares_one_face_except_where_everybody_gets_their_own(KSameAlgorithm algorithm, int people, int k)
    {
        var (_, plan) = Plan(algorithm, people, k);

        if (algorithm == KSameAlgorithm.KDiffFurthest)
        {
            Assert.All(plan.Assignments, assignment => Assert.Single(assignment.People));
            return;
        }

        Assert.Equal(Enumerable.Range(0, plan.Groups.Count), plan.Assignments.Select(assignment => assignment.Group));
        Assert.All(plan.Assignments, assignment => Assert.Equal(plan.Groups[assignment.Group].People, assignment.People));
    }

    [Theory]
    [InlineData(KSameAlgorithm.KSamePixel)]
    [InlineData(KSameAlgorithm.KSameEigen)]
    [InlineData(KSameAlgorithm.KSameM)]
    public void A_group_gets_its_own_average(KSameAlgorithm algorithm)
    {
        var (everybody, plan) = Plan(algorithm, 11, 3);

        Assert.All(plan.Assignments, assignment => Assert.All(everybody, person => Assert.Equal(
            assignment.People.Contains(person) ? 1.0 / assignment.People.Count : 0, assignment.Face.ShareOf(person), 1e-9)));
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(6, 2)]
    [InlineData(11, 2)]
    [InlineData(23, 5)]
    public void With_furthest_a_group_gets_the_average_of_another(int people, int k)
    {
        var (_, plan) = Plan(KSameAlgorithm.KSameFurthest, people, k);

        var givers = plan.Assignments.Select(assignment => plan.Groups.Index().Single(
            group => group.Item.People.All(person =>
                Math.Abs(assignment.Face.ShareOf(person) - (1.0 / group.Item.People.Count)) < 1e-9)).Index).ToArray();
        Assert.All(givers.Zip(plan.Assignments), pair => Assert.NotEqual(pair.Second.Group, pair.First));
        Assert.Equal(Enumerable.Range(0, plan.Groups.Count), givers.Order());
    }

    [Theory]
    [InlineData(6, 2)]
    [InlineData(8, 2)]
    [InlineData(11, 3)]
    [InlineData(23, 5)]
    public void With_diff_and_three_groups_nothing_of_the_own_group_is_in_a_face(int people, int k)
    {
        var (_, plan) = Plan(KSameAlgorithm.KDiffFurthest, people, k);

        Assert.All(plan.Assignments, assignment =>
            Assert.All(plan.Groups[assignment.Group].People, person => Assert.Equal(0, assignment.Face.ShareOf(person))));
    }

    [Theory]
    [InlineData(4, 2)]
    [InlineData(5, 2)]
    [InlineData(6, 2)]
    [InlineData(7, 2)]
    [InlineData(11, 3)]
    [InlineData(8, 2)]
    [InlineData(20, 2)]
    public void With_diff_no_two_people_get_the_same_mixture(int people, int k)
    {
        for (var lot = 0; lot < 20; lot++)
        {
            var (everybody, plan) = Plan(KSameAlgorithm.KDiffFurthest, people, k);
            var mixtures = plan.Assignments.Select(assignment =>
                string.Join(' ', everybody.Select(person => $"{assignment.Face.ShareOf(person):0.######}")));

            Assert.Equal(people, mixtures.Distinct(StringComparer.Ordinal).Count());
        }
    }

    [Fact]
    public void With_diff_the_lot_decides_who_of_a_group_gets_which_face()
    {
        // Of 30 lots over seven members all give the first the same face once in 7^29.
        var mine = Enumerable.Range(0, 30)
            .Select(_ =>
                Plan(KSameAlgorithm.KDiffFurthest, 14, 7).Plan.Assignments.Single(assignment => assignment.People[0].Number == 1))
            .Select(assignment =>
                string.Join(' ', assignment.Face.Parts.Select(part => $"{part.Face.Index} {part.Weight:0.######}")));

        Assert.True(mine.Distinct(StringComparer.Ordinal).Count() > 1);
    }

    [Fact]
    public void Groups_are_made_within_classes_and_carry_their_names()
    {
        var people = Faces.People(9);
        var points = people.ToDictionary(person => person, person => new float[] { person.Number });
        PeopleClass[] classes =
            [new("odd", [.. people.Where(p => p.Number % 2 == 1)]), new(Name: null, [.. people.Where(p => p.Number % 2 == 0)])];

        var plan = KSamePlan.Create(classes, points, new CollectionOptions { Algorithm = KSameAlgorithm.KSameSelect, K = 2 });

        Assert.Equal(4, plan.Groups.Count);
        Assert.All(plan.Groups, group =>
            Assert.All(group.People, person => Assert.Equal(group.Class is "odd" ? 1 : 0, person.Number % 2)));
    }

    [Theory]
    [InlineData(KSameAlgorithm.KSamePixel, 5)]
    [InlineData(KSameAlgorithm.KSameEigen, 5)]
    [InlineData(KSameAlgorithm.KSameM, 5)]
    [InlineData(KSameAlgorithm.KSameSelect, 5)]
    [InlineData(KSameAlgorithm.KSameFurthest, 10)]
    [InlineData(KSameAlgorithm.KDiffFurthest, 10)]
    public void The_furthest_ones_need_two_groups(KSameAlgorithm algorithm, int people) =>
        Assert.Equal(people, KSamePlan.FewestPeople(algorithm, 5));

    private static (Person[] People, KSamePlan Plan) Plan(KSameAlgorithm algorithm, int people, int k)
    {
        var random = new Random(people);
        var everybody = Faces.People(people);
        var points = everybody.ToDictionary(
            person => person, _ => new[] { random.NextSingle(), random.NextSingle(), random.NextSingle() });
        return (everybody, KSamePlan.Create(
            [new PeopleClass(Name: null, everybody)], points, new CollectionOptions { Algorithm = algorithm, K = k }));
    }
}
