using FaceDeid.Benchmarks.Measuring;
using FaceDeid.KSame;

namespace FaceDeid.Benchmarks.Collections;

/// <summary>What follows when all faces of a collection are aligned: groups, their faces as files, the certificate.</summary>
internal static class GroupingBenchmark
{
    private const double AimSeconds = 600;

    // As the service would choose it, then the other spaces.
    private static readonly (string Name, KSameAlgorithm Algorithm, NeighbourSpace Neighbours)[] Rows =
    [
        ("k-same-pixel", KSameAlgorithm.KSamePixel, NeighbourSpace.Pixel),
        ("k-same-eigen", KSameAlgorithm.KSameEigen, NeighbourSpace.Pca),
        ("k-same-m", KSameAlgorithm.KSameM, NeighbourSpace.Pca),
        ("k-same-m", KSameAlgorithm.KSameM, NeighbourSpace.Pixel),
        ("k-same-m", KSameAlgorithm.KSameM, NeighbourSpace.Embedding),
        ("k-same-furthest", KSameAlgorithm.KSameFurthest, NeighbourSpace.Pca),
        ("k-diff-furthest", KSameAlgorithm.KDiffFurthest, NeighbourSpace.Pca),
    ];

    public static async Task RunAsync(IReadOnlyList<AlignedFace> faces, IServiceProvider services)
    {
        var steps = new CollectionSteps(services);
        var table = new Table("algorithm", "neighbours", "groups s", "faces s", "certificate s", "whole s", "peak MiB", "distinct chips");
        var longest = 0.0;
        foreach (var (name, algorithm, neighbours) in Rows)
        {
            GC.Collect();
            ProcessMemory.ForgetPeak();
            var took = await steps.RunAsync(faces, new CollectionOptions { Algorithm = algorithm, Neighbours = neighbours });
            longest = Math.Max(longest, took.Whole);
            table.Add(
                name, $"{neighbours}".ToLowerInvariant(), Format.Seconds(took.Groups), Format.Seconds(took.Faces), Format.Seconds(took.Certificate),
                Format.Seconds(took.Whole), $"{ProcessMemory.Peak(Environment.ProcessId):0}", $"{took.Chips}");
        }

        table.Print($"collections: {faces.Count} aligned faces of as many people to chips and certificate, in process, k = 5, {Environment.ProcessorCount} workers; the faces themselves are {faces.Count * (double)ChipFrame.Bytes / (1 << 20):0} MiB");
        Console.WriteLine($"\n{Format.Aim(longest < AimSeconds, $"< {AimSeconds} s each")} (the longest: {Format.Seconds(longest)} s)");
    }
}
