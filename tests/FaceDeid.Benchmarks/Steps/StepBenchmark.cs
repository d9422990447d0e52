using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.Notebook;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Steps;

/// <summary>
/// Time per step of the pipeline, as the library's own histogram <c>facedeid.step.duration</c> reports it; p50 of each.
/// </summary>
internal static class StepBenchmark
{
    private const int WarmUps = 5;
    private const int Rounds = 21;
    private static readonly string[] Steps =
    [
        "inspect", "decode", "detect", "landmarks", "align", "overlay", "merge", "examine", "choose", "transform", "verify",
        "encode",
    ];
    private static readonly ExamplePicture[] Pictures =
    [
        ExamplePicture.All[0], ExamplePicture.All[2], ExamplePicture.All[^1],
        ExamplePicture.TwoPeople with { Name = "two people, 1 MP", Bytes = ExamplePicture.TwoPeopleOf(1e6) },
        ExamplePicture.Large,
    ];
    private static readonly DetectionOptions Hog = new() { Detector = DetectorKind.Hog };
    private static readonly DetectionOptions NotebookHaar = DetectionOptions.Notebook(DetectorKind.Haar);
    private static readonly OverlayOptions Black = new([new RgbColor(0, 0, 0)], Alpha: 0.75);
    private static readonly ImageOutput Png = new(ImageFormat.Png);
    private static readonly ImageOutput Jpeg = ImageOutput.Like(ImageFormat.Jpeg);
    private static readonly DeidentificationOptions HogBlur =
        new() { Method = DeidentificationMethod.Blur, Detection = Hog, OnNoFace = NoFacePolicy.Pass };
    private static readonly MergeOptions Merge =
        new(DetectionOptions.NotebookSide, MergeNormalization.Half, MergeAlignment.None, Hog);

    private static readonly MergeOptions AlignedMerge = Merge with { Alignment = MergeAlignment.Landmarks };

    private sealed record Call(string Name, Func<IServiceProvider, byte[], Task> Run);

    private static readonly Call[] Calls =
    [
        new("detect, Haar notebook", (services, picture) =>
            services.GetRequiredService<FacePipeline>().DetectAsync(picture, NotebookHaar, CancellationToken.None)),
        new("landmarks, JSON", (services, picture) =>
            services.GetRequiredService<FacePipeline>().LandmarksAsync(picture, Hog, CancellationToken.None)),
        new("landmarks, overlay PNG", (services, picture) =>
            Notebook(services).OverlayAsync(picture, Hog, Black, Png, CancellationToken.None)),
        new("deidentify, replace", (services, picture) =>
            Protection(services).DeidentifyAsync(picture, new DeidentificationOptions(), Jpeg, CancellationToken.None)),
        new("deidentify, blur, HOG", (services, picture) =>
            Protection(services).DeidentifyAsync(picture, HogBlur, Jpeg, CancellationToken.None)),
        new("merge, pixels", (services, picture) =>
            Notebook(services).MergePixelsAsync(picture, picture, Merge, Png, CancellationToken.None)),
        new("merge, aligned", (services, picture) =>
            Notebook(services).MergePixelsAsync(picture, picture, AlignedMerge, Png, CancellationToken.None)),
        new("merge, landmarks", (services, picture) =>
            Notebook(services).MergeLandmarksAsync(picture, picture, Merge, CancellationToken.None)),
    ];

    public static async Task<bool> RunAsync(BenchmarkOptions options)
    {
        await using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions { Limits = new ImageLimits(MaxMegapixels: 50, MaxSide: 16_384) })
            .BuildServiceProvider();
        services.GetRequiredService<SelfTest>().Run();
        await using var scope = services.CreateAsyncScope();

        var table = new Table(["call", "picture", .. Steps, "rest", "whole"]);
        foreach (var call in Calls)
        {
            foreach (var picture in Pictures)
                table.Add([call.Name, picture.Name, .. await MeasureAsync(() => call.Run(scope.ServiceProvider, picture.Bytes))]);
        }

        table.Print(
            $"steps: p50 in ms of {Rounds} calls in process, one at a time (merges: a picture with itself, steps "
            + "of both counted)");
        return true;
    }

    private static NotebookPipeline Notebook(IServiceProvider services) => services.GetRequiredService<NotebookPipeline>();

    private static DeidentificationPipeline Protection(IServiceProvider services) =>
        services.GetRequiredService<DeidentificationPipeline>();

    private static async Task<IEnumerable<string>> MeasureAsync(Func<Task> call)
    {
        for (var i = 0; i < WarmUps; i++)
            await call();

        using var recorder = new StepRecorder();
        var rounds = new List<Dictionary<string, double>>();
        var whole = new List<double>();
        for (var i = 0; i < Rounds; i++)
        {
            whole.Add(await Stopwatches.TimeAsync(call));
            rounds.Add(recorder.Take());
        }

        var rest = whole.Zip(rounds, (all, steps) => all - Steps.Sum(step => steps.GetValueOrDefault(step)));
        return Steps.Select(step => rounds.Where(r => r.ContainsKey(step)).Select(r => r[step]).Median())
            .Append(rest.Median())
            .Append(whole.Median())
            .Select(Format.Milliseconds);
    }
}
