using FaceDeid.Collections;
using FsCheck.Xunit;
using Xunit;

namespace FaceDeid.Tests.Collections;

public sealed class PartitionTests
{
    [Property]
    public bool Every_point_is_in_exactly_one_group_of_at_least_k_and_fewer_than_2k(short seed, byte n, byte k, byte dims)
    {
        var (points, fewest) = Case(seed, n, k, dims);

        var groups = Partition.Split(points, fewest);

        return groups.All(group => group.Length >= fewest && group.Length < 2 * fewest)
            && groups.SelectMany(group => group).Order().SequenceEqual(Enumerable.Range(0, points.Length));
    }

    [Property]
    public bool Only_the_last_group_may_have_more_than_k(short seed, byte n, byte k, byte dims)
    {
        var (points, fewest) = Case(seed, n, k, dims);

        return Partition.Split(points, fewest).SkipLast(1).All(group => group.Length == fewest);
    }

    [Property]
    public bool Points_that_are_all_equal_are_grouped_like_others(byte n, byte k)
    {
        var fewest = 2 + (k % 9);
        var points = Enumerable.Repeat(new float[] { 1, 2 }, fewest + (n % 50)).ToArray();

        var groups = Partition.Split(points, fewest);

        return groups.Count == points.Length / fewest && groups.Sum(group => group.Length) == points.Length;
    }

    [Fact]
    public void Points_without_a_coordinate_are_grouped_like_others() => Assert.Equal(
        [2, 2, 3], Partition.Split([.. Enumerable.Repeat(Array.Empty<float>(), 7)], 2).Select(group => group.Length));

    [Fact]
    public void The_order_in_which_points_are_sent_does_not_change_the_groups()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var (n, k, dims) = (random.Next(2, 61), random.Next(2, 11), random.Next(2, 9));
            // Whole numbers whose sum no rounding touches, however they are ordered.
            var points = Enumerable.Range(0, Math.Max(n, k))
                .Select(_ => Enumerable.Range(0, dims).Select(_ => (float)random.Next(-100_000, 100_000)).ToArray()).ToArray();
            var order = Enumerable.Range(0, points.Length).ToArray();
            random.Shuffle(order);

            var groups = Partition.Split(points, k);
            var again = Partition.Split([.. order.Select(i => points[i])], k)
                .Select(group => group.Select(i => order[i]).ToArray());

            Assert.Equal(AsText(groups), AsText(again));
        }
    }

    [Property]
    public bool Crowds_that_are_far_from_each_other_are_the_groups(short seed, byte crowds, byte k)
    {
        var random = new Random(seed);
        var fewest = 2 + (k % 9);
        // The crowd of point i is i modulo their number.
        var count = 1 + (crowds % 6);
        var points = Enumerable.Range(0, count * fewest)
            .Select(i => new[] { (1000f * (i % count)) + random.NextSingle(), random.NextSingle() }).ToArray();

        var groups = Partition.Split(points, fewest);

        return groups.Count == count && groups.All(group => group.DistinctBy(i => i % count).Count() == 1);
    }

    [Fact]
    public void The_most_unusual_point_comes_first_with_its_nearest()
    {
        float[][] points = [[0], [1], [2], [50], [3], [40], [60], [5]];

        Assert.Equal("3 5 6", AsText(Partition.Split(points, 3).Take(1)));
    }

    [Fact]
    public void Of_as_many_points_as_k_there_is_one_group() => Assert.Equal("0 1 2", AsText(Partition.Split([[1], [2], [3]], 3)));

    private static (float[][] Points, int K) Case(short seed, byte n, byte k, byte dims)
    {
        var fewest = 2 + (k % 9);
        var random = new Random(seed);
        // Every second case has few places, so that many points are equal.
        Func<float> coordinate = seed % 2 == 0 ? () => random.Next(2) : random.NextSingle;
        var count = Math.Max(fewest, 2 + (n % 59));
        return (
            [.. Enumerable.Range(0, count).Select(_ => Enumerable.Range(0, 1 + (dims % 8)).Select(_ => coordinate()).ToArray())],
            fewest);
    }

    private static string AsText(IEnumerable<int[]> groups) =>
        string.Join(" | ", groups.Select(group => string.Join(' ', group.Order())).Order(StringComparer.Ordinal));
}
