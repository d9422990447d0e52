using System.Numerics.Tensors;

namespace FaceDeid.Collections;

/// <summary>
/// k-Same's way to groups (Newton, Sweeney, Malin 2005), which are disjoint: neighbours per probe would guarantee nothing.
/// </summary>
internal static class Partition
{
    /// <summary>
    /// While 2k points or more are left, one is taken with its k - 1 nearest; the last k to 2k - 1 are one group. The most
    /// unusual come first, whatever order they were sent in: in the middle there is always somebody near.
    /// </summary>
    /// <param name="points">At least <paramref name="k"/>.</param>
    /// <param name="k">The fewest in a group.</param>
    /// <returns>Groups of numbers of points; every point is in exactly one.</returns>
    public static IReadOnlyList<int[]> Split(float[][] points, int k)
    {
        var middle = Mean(points);
        var left = Enumerable.Range(0, points.Length).OrderByDescending(i => Distance(points[i], middle)).ToList();
        var groups = new List<int[]>();
        while (left.Count >= 2 * k)
        {
            WorkerGate.Checkpoint();
            var first = left[0];
            int[] group = [first, .. Nearest(points[first], left.Skip(1), k - 1)];
            groups.Add(group);
            var taken = group.ToHashSet();
            left.RemoveAll(taken.Contains);
        }

        groups.Add([.. left]);
        return groups;

        IEnumerable<int> Nearest(float[] point, IEnumerable<int> candidates, int count)
        {
            // The furthest of those kept comes out first.
            var nearest = new PriorityQueue<int, float>(Comparer<float>.Create((a, b) => b.CompareTo(a)));
            foreach (var candidate in candidates)
            {
                var distance = Distance(point, points[candidate]);
                if (nearest.Count < count)
                    nearest.Enqueue(candidate, distance);
                else
                    nearest.EnqueueDequeue(candidate, distance);
            }

            return nearest.UnorderedItems.Select(item => item.Element);
        }
    }

    /// <summary>
    /// For each group another, far one, and each group for exactly one: pairs swap, the most unusual first; of an odd number the
    /// last three go round.
    /// </summary>
    /// <param name="groups">At least two groups, by the numbers of their points.</param>
    /// <param name="points">The points.</param>
    public static int[] Far(IReadOnlyList<int[]> groups, float[][] points)
    {
        var centres = groups.Select(group => Mean([.. group.Select(i => points[i])])).ToArray();
        var middle = Mean(centres);
        var left = Enumerable.Range(0, centres.Length).OrderByDescending(i => Distance(centres[i], middle)).ToList();
        var far = new int[centres.Length];
        while (left.Count > 3)
        {
            var (first, second) = (left[0], left.Skip(1).MaxBy(i => Distance(centres[left[0]], centres[i])));
            (far[first], far[second]) = (second, first);
            left.Remove(first);
            left.Remove(second);
        }

        for (var i = 0; i < left.Count; i++)
            far[left[i]] = left[(i + 1) % left.Count];
        return far;
    }

    // Pictures that are all alike have no components, and all lie in one place.
    private static float Distance(float[] a, float[] b) => a.Length == 0 ? 0 : TensorPrimitives.Distance<float>(a, b);

    private static float[] Mean(float[][] points)
    {
        var mean = new float[points[0].Length];
        foreach (var point in points)
            TensorPrimitives.Add(mean, point, mean);
        TensorPrimitives.Divide(mean, points.Length, mean);
        return mean;
    }
}
