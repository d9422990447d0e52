using FaceDeid.Collections;
using FsCheck.Xunit;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Which group's average another group gets.</summary>
public sealed class FarGroupTests
{
    [Property]
    public bool Every_group_gets_another_and_each_is_given_once(short seed, byte n, byte dims)
    {
        var far = Partition.Far(Pairs(2 + (n % 40)), Points(seed, 2 + (n % 40), dims));

        return far.Order().SequenceEqual(Enumerable.Range(0, far.Length)) && far.Index().All(group => group.Item != group.Index);
    }

    [Property]
    public bool Of_an_even_number_of_groups_two_and_two_swap_and_of_an_odd_one_three_go_round(short seed, byte n, byte dims)
    {
        var far = Partition.Far(Pairs(2 + (n % 40)), Points(seed, 2 + (n % 40), dims));

        return far.Index().Count(group => far[group.Item] != group.Index) == (far.Length % 2 == 0 ? 0 : 3);
    }

    [Fact]
    public void Two_groups_swap() => Assert.Equal([1, 0], Partition.Far(Pairs(2), [[0], [1], [8], [9]]));

    [Fact]
    public void Groups_in_one_place_get_each_others_face_too() => Assert.Equal(
        [0, 1, 2, 3, 4], Partition.Far(Pairs(5), [.. Enumerable.Repeat(Array.Empty<float>(), 10)]).Order());

    [Fact]
    public void The_most_unusual_group_gets_the_furthest() =>
        // Centres at 10, 0, 1 and 13.
        Assert.Equal([2, 3, 0, 1], Partition.Far(Pairs(4), [[9], [11], [0], [0], [0], [2], [12], [14]]));

    private static int[][] Pairs(int count) => [.. Enumerable.Range(0, count).Select(i => new[] { 2 * i, (2 * i) + 1 })];

    private static float[][] Points(short seed, int groups, byte dims)
    {
        var random = new Random(seed);
        Func<float> coordinate = seed % 2 == 0 ? () => random.Next(2) : random.NextSingle;
        return [.. Enumerable.Range(0, 2 * groups)
            .Select(_ => Enumerable.Range(0, 1 + (dims % 8)).Select(_ => coordinate()).ToArray())];
    }
}
