using System.Diagnostics;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Videos;
using FaceDeid.Protection.Subjects;
using FaceDeid.Video;
using FaceDeid.Video.Media;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Wishes;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Scale;

/// <summary>
/// What each step of a shared recording takes, by one worker that does them all: by the clock, and of processors, children
/// included, which says more on a machine that others use, too.
/// </summary>
internal static class StepMeasurement
{
    private const int Repeats = 3;

    private static readonly int[] Lengths = [10, 100]; // seconds, at 30 frames a second: one segment, and two

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { ModelsDirectory = options.Models ?? new EngineOptions().ModelsDirectory })
            .BuildServiceProvider();
        _ = services.GetRequiredService<SelfTest>(); // loads the models
        var table = new Table("recording", "step", "s", "processor s", "processor ms/frame");
        foreach (var seconds in Lengths)
        {
            var clip = VideoBenchmark.MakeClip(seconds);
            try
            {
                await MeasureAsync(services, clip, $"{seconds} s", table);
            }
            finally
            {
                File.Delete(clip);
            }
        }

        table.Print("steps of recordings of 1280 x 720, two faces, blur, segments as several machines share them");
        return true;
    }

    private static async Task MeasureAsync(IServiceProvider services, string clip, string name, Table table)
    {
        var output = $"{clip}.out.mp4";
        var options = new VideoOptions
        {
            Faces = new DeidentificationOptions { Method = DeidentificationMethod.Blur, OnNoFace = NoFacePolicy.Pass },
        };
        using var processor = new ProcessorTime();
        using var store = new LocalRecording(clip, output);
        try
        {
            var opening = Mark();
            for (var i = 0; i < Repeats; i++)
                await (await OpenRecording.OpenAsync(store, options, new MediaLimits(), CancellationToken.None)).DisposeAsync();
            var opened = Mark();
            await using (var recording =
                await OpenRecording.OpenAsync(store, options, new MediaLimits(), CancellationToken.None))
            {
                opened = Mark();
                for (var i = 0; i < Repeats; i++)
                    _ = await SharedFrames.ReadAsync(recording, CancellationToken.None);
            }

            var listed = Mark();
            var steps = new Steps(Mark);
            var begun = Mark();
            await using var scope = services.CreateAsyncScope();
            var report = (await scope.ServiceProvider.GetRequiredService<VideoPipeline>().RunAsync(
                store, options, new MediaLimits(), revision: null, new AllClaimed(), steps, CancellationToken.None))!;
            var ended = Mark();
            var frames = report.Result.Frames;
            Add("open", opening, opened, Repeats + 1);
            Add("list of frames", opened, listed, Repeats);
            Add("open, list, analyse", begun, steps.Last[VideoPhase.Analysing]);
            Add("link, and the first frame of render", steps.Last[VideoPhase.Analysing], steps.First[VideoPhase.Rendering]);
            Add("render", steps.First[VideoPhase.Rendering], steps.First[VideoPhase.Joining]);
            Add("join, count, hash, report", steps.First[VideoPhase.Joining], ended);
            Add("all", begun, ended);

            (double Clock, double Processor) Mark() =>
                (Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency, processor.Seconds());

            void Add(string step, (double Clock, double Processor) from, (double Clock, double Processor) to, int times = 1) =>
                table.Add(
                    name, step, $"{(to.Clock - from.Clock) / times:0.000}", $"{(to.Processor - from.Processor) / times:0.000}",
                    $"{(to.Processor - from.Processor) / times / frames * 1000:0.000}");
        }
        finally
        {
            File.Delete(output);
        }
    }

    /// <summary>When each phase was first and last heard of.</summary>
    private sealed class Steps(Func<(double Clock, double Processor)> mark) : IProgress<VideoProgress>
    {
        public Dictionary<VideoPhase, (double Clock, double Processor)> First { get; } = [];

        public Dictionary<VideoPhase, (double Clock, double Processor)> Last { get; } = [];

        public void Report(VideoProgress value)
        {
            var now = mark();
            First.TryAdd(value.Phase, now);
            Last[value.Phase] = now;
        }
    }

    /// <summary>There is one machine, which has every segment.</summary>
    private sealed class AllClaimed : ISegmentClaims
    {
        public bool TryClaim(VideoPhase phase, int segment) => true;
    }
}
