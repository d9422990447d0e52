using System.Security.Cryptography;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using FaceDeid.Benchmarks.Measuring;

namespace FaceDeid.Benchmarks.Merging;

/// <summary>The merge of two 300 x 300 gray pictures: the library's table, the notebook's double loop, and NumPy.</summary>
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
        var library = compiled[nameof(MergeKernels.LibraryTable)];

        var table = new Table("way", "ms", "of the library's");
        Add("the library: PairwiseMerge.Pixels (C#, table)", library);
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
                ("NumPy, a table as the library's", run => run.Table),
            })
            {
                if (!string.Equals(way(before).Sha256, expected, StringComparison.Ordinal))
                    throw new InvalidOperationException($"{name} gives another picture than the library.");
                Add(name, way(before).Milliseconds.Concat(way(after).Milliseconds).Median());
            }
        }

        table.Print("merge: two 300x300 gray pictures, equal results, medians (Python before and after C#)");
        return true;

        void Add(string name, double milliseconds) => table.Add(name, $"{milliseconds:0.000}", Format.Ratio(milliseconds / library));
    }

    /// <summary>Medians in milliseconds, by method.</summary>
    private static Dictionary<string, double> InCSharp()
    {
        var artifacts = Directory.CreateTempSubdirectory("facedeid-bench-").FullName;
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithIterationCount(9).WithToolchain(InProcessEmitToolchain.Instance))
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
