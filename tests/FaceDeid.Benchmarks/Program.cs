using System.Runtime.InteropServices;
using FaceDeid.Benchmarks.Accuracy;
using FaceDeid.Benchmarks.CollectionPrivacy;
using FaceDeid.Benchmarks.Collections;
using FaceDeid.Benchmarks.Deidentification;
using FaceDeid.Benchmarks.Landmarks;
using FaceDeid.Benchmarks.Load;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Merging;
using FaceDeid.Benchmarks.Overload;
using FaceDeid.Benchmarks.Peers;
using FaceDeid.Benchmarks.Privacy;
using FaceDeid.Benchmarks.Queue;
using FaceDeid.Benchmarks.Scale;
using FaceDeid.Benchmarks.Startup;
using FaceDeid.Benchmarks.Steps;
using FaceDeid.Benchmarks.Videos;

namespace FaceDeid.Benchmarks;

/// <summary>
/// What <c>make bench</c> runs: everything but accuracy, references, privacy, collections, peers, recordings, scale and queue, or
/// the parts that are named. docs/performance.md says what each one measures.
/// </summary>
internal static class Program
{
    private static readonly Dictionary<string, Func<BenchmarkOptions, Task<bool>>> Parts = new(StringComparer.Ordinal)
    {
        ["steps"] = StepBenchmark.RunAsync,
        ["landmarks"] = LandmarksBenchmark.RunAsync,
        ["deidentify"] = DeidentifyBenchmark.RunAsync,
        ["merge"] = _ => Task.FromResult(MergeBenchmark.Run()),
        ["load"] = LoadTest.RunAsync,
        [BenchmarkOptions.Memory] = async options =>
            await LoadTest.RunLargeAsync(options) & await LoadTest.RunMixedAsync(options),
        [BenchmarkOptions.Mixed] = LoadTest.RunMixedAsync,
        ["overload"] = OverloadBenchmark.RunAsync,
        ["slow"] = SlowClientsBenchmark.RunAsync,
        ["startup"] = _ => StartupBenchmark.RunAsync(),
        [BenchmarkOptions.Accuracy] = options => Task.FromResult(AccuracyBenchmark.Run(options)),
        [BenchmarkOptions.TrainSecondLook] = options => Task.FromResult(SecondLookTraining.Run(options)),
        [BenchmarkOptions.TrainGlasses] = options => Task.FromResult(GlassesTraining.Run(options)),
        [BenchmarkOptions.References] = options => Task.FromResult(ReferenceBenchmark.Run(options)),
        [BenchmarkOptions.Privacy] = PrivacyBenchmark.RunAsync,
        [BenchmarkOptions.CollectionPrivacy] = CollectionPrivacyBenchmark.RunAsync,
        [BenchmarkOptions.Collections] = CollectionBenchmark.RunAsync,
        [BenchmarkOptions.Videos] = VideoBenchmark.RunAsync,
        [BenchmarkOptions.Scale] = _ => ScaleBenchmark.RunAsync(),
        [BenchmarkOptions.ScaleSteps] = StepMeasurement.RunAsync,
        [BenchmarkOptions.Queue] = _ => QueueBenchmark.RunAsync(),
        [BenchmarkOptions.Peers] = _ => PeersBenchmark.RunAsync(),
    };

    public static async Task<int> Main(string[] args)
    {
        if (!BenchmarkOptions.TryParse(args, [.. Parts.Keys], out var options, out var mistake))
        {
            await Console.Error.WriteLineAsync(mistake);
            return 2;
        }

        // Otherwise these signals end the process without its exit handlers, and what it started would stay.
        using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => Environment.Exit(143));
        using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => Environment.Exit(129));
        NativeLibraries.Configure();
        Console.WriteLine(Machine.Describe());
        var held = true;
        foreach (var part in options.Parts)
            held &= await Parts[part](options);
        return held ? 0 : 1;
    }
}
