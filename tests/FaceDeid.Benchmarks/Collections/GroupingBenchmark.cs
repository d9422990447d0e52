using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Collections;

namespace FaceDeid.Benchmarks.Collections;

/// <summary>What follows when all faces of a collection are aligned: groups, their faces as files, the certificate.</summary>
internal static class GroupingBenchmark
{
    private const double AimSeconds = 600;

    // As the service would choose it, then the other spaces.
    private static readonly (KSameAlgorithm Algorithm, NeighbourSpace Neighbours)[] Rows =
    [
        (KSameAlgorithm.KSamePixel, NeighbourSpace.Pixel),
        (KSameAlgorithm.KSameEigen, NeighbourSpace.Pca),
        (KSameAlgorithm.KSameM, NeighbourSpace.Pca),
        (KSameAlgorithm.KSameM, NeighbourSpace.Pixel),
        (KSameAlgorithm.KSameM, NeighbourSpace.Embedding),
        (KSameAlgorithm.KSameFurthest, NeighbourSpace.Pca),
        (KSameAlgorithm.KDiffFurthest, NeighbourSpace.Pca),
    ];

    public static async Task RunAsync(IReadOnlyList<AlignedFace> faces, IServiceProvider services)
    {
        var steps = new CollectionSteps(services);
        var table = new Table(
            "algorithm", "neighbours", "groups s", "faces s", "certificate s", "whole s", "CPU s", "peak MiB", "distinct chips");
        var longest = 0.0;
        foreach (var (algorithm, neighbours) in Rows)
        {
            GC.Collect();
            ProcessMemory.ForgetPeak();
            var before = Environment.CpuUsage.TotalTime;
            var took = await steps.RunAsync(faces, new CollectionOptions { Algorithm = algorithm, Neighbours = neighbours });
            longest = Math.Max(longest, took.Whole);
            table.Add(
                AlgorithmName.Of(algorithm), $"{neighbours}".ToLowerInvariant(), Format.Seconds(took.Groups),
                Format.Seconds(took.Faces), Format.Seconds(took.Certificate),
                Format.Seconds(took.Whole), Format.Seconds((Environment.CpuUsage.TotalTime - before).TotalSeconds),
                $"{ProcessMemory.Peak(Environment.ProcessId):0}", $"{took.Chips}");
        }

        table.Print(
            $"collections: {faces.Count} aligned faces of as many people to chips and certificate, in process, k = 5, "
            + $"{Environment.ProcessorCount} workers; the faces themselves are "
            + $"{faces.Count * (double)ChipFrame.Bytes / (1 << 20):0} MiB");
        Console.WriteLine(
            $"\n{Format.Aim(longest < AimSeconds, $"< {AimSeconds} s each")} (the longest: {Format.Seconds(longest)} s)");
    }
}
