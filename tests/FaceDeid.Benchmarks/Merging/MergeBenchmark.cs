using System.Security.Cryptography;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Notebook;

namespace FaceDeid.Benchmarks.Merging;

/// <summary>The merge of two 300 x 300 gray pictures: the library's vectors, the notebook's double loop, and NumPy.</summary>
internal static class MergeBenchmark
{
    public static bool Run()
    {
        using var kernels = new MergeKernels();
        var (first, second) = kernels.Inputs();
        var expected = Convert.ToHexStringLower(SHA256.HashData(kernels.Expected()));

        var before = PythonMerge.Run(first, second);
        var compiled = InCSharp();
        var after = PythonMerge.Run(first, second);
        var library = compiled[nameof(MergeKernels.Library)];

        var table = new Table("way", "ms", "of the library's");
        Add("the library: PairwiseMerge.Pixels (C#, vectors)", library);
        Add("the notebook's double loop in C#", compiled[nameof(MergeKernels.NotebookLoop)]);
        if (before is null || after is null)
        {
            Console.WriteLine("\nNo python3 with NumPy was found (Debian: python3-numpy), so C# is compared only.");
        }
        else
        {
            foreach (var (name, way) in new (string, Func<PythonMerge, PythonMerge.Timing>)[]
            {
                ("the notebook's double loop in Python", run => run.Loop),
                ("NumPy, the formula", run => run.Numpy),
                ("NumPy, a table of all pairs", run => run.Table),
            })
            {
                if (!string.Equals(way(before).Sha256, expected, StringComparison.Ordinal))
                    throw new InvalidOperationException($"{name} gives another picture than the library.");
                Add(name, way(before).Milliseconds.Concat(way(after).Milliseconds).Median());
            }
        }

        Bandwidth();
        table.Print("merge: two 300x300 gray pictures, equal results, medians (Python before and after C#)");
        return true;

        void Add(string name, double milliseconds) =>
            table.Add(name, $"{milliseconds:0.000}", Format.Ratio(milliseconds / library));
    }

    /// <summary>
    /// The kernel on pictures that do not fit into the cache, against copying as many bytes as it reads and writes.
    /// </summary>
    private static void Bandwidth()
    {
        const int Pixels = 48_000_000;
        var (first, second, merged) = (new byte[Pixels], new byte[Pixels], new byte[Pixels]);
        Random.Shared.NextBytes(first);
        Random.Shared.NextBytes(second);
        var (copies, merges) = (new List<double>(), new List<double>());
        for (var i = 0; i < 21; i++)
        {
            // Copying reads and writes two bytes for three of the merge.
            copies.Add(1.5 * Stopwatches.Time(() => first.CopyTo(merged, 0)));
            merges.Add(Stopwatches.Time(() => PairwiseMerge.Row(first, second, merged, MergeNormalization.Half)));
        }

        var ratio = merges.Median() / copies.Median();
        Console.WriteLine(
            $"\nmerge kernel, two times 48 million pixels: {Format.Milliseconds(merges.Median())} ms; as many bytes copied: "
            + $"{Format.Milliseconds(copies.Median())} ms. {Format.Aim(ratio <= 2, "at most 2x the memory's bandwidth")} "
            + $"({Format.Ratio(ratio)})");
    }

    /// <summary>Medians in milliseconds, by method.</summary>
    private static Dictionary<string, double> InCSharp()
    {
        var artifacts = Directory.CreateTempSubdirectory("facedeid-bench-").FullName;
        var config = ManualConfig.CreateEmpty()
            .AddJob(BenchmarkDotNet.Jobs.Job.ShortRun.WithIterationCount(9).WithToolchain(InProcessEmitToolchain.Instance))
            .AddLogger(NullLogger.Instance)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .WithArtifactsPath(artifacts);
        var summary = BenchmarkRunner.Run<MergeKernels>(config);
        Directory.Delete(artifacts, recursive: true);
        return summary.Reports.ToDictionary(
            report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name,
            report => report.ResultStatistics!.Median / 1_000_000,
            StringComparer.Ordinal);
    }
}
