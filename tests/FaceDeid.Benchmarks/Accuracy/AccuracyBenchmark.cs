using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>
/// How many of the outlined faces each detector finds, and how much else; docs/detection.md says what is measured.
/// </summary>
internal static class AccuracyBenchmark
{
    private const int SmallestFace = 20;
    private static readonly bool Details = Environment.GetEnvironmentVariable("DETAILS") is "1";

    public static bool Run(BenchmarkOptions options)
    {
        using var services = SecondLookTraining.Engine(options);
        var finder = services.GetRequiredService<FaceFinder>();
        var decoder = services.GetRequiredService<ImageDecoder>();
        Measure("43 boxes made by hand (libdlib19.1)", AnnotatedPicture.Dlib(), turns: [0]);
        if (options.Groups is { } groups)
        {
            var pictures = AnnotatedPicture.Of(groups, SmallestFace);
            Measure($"{Path.GetFileName(groups)}, boxes from {SmallestFace} pixels", pictures, turns: [0]);
            Measure($"{Path.GetFileName(groups)}, turned", [.. pictures.Where(p => p.Noses.Count == 0)], turns: [90, 180, 270]);
        }

        if (options.NoFaces is { } empty)
            Measure("pictures without a face", AnnotatedPicture.WithoutFaces(empty), turns: [0]);
        if (options is { Faces: { } people, NoFaces: { } nobody })
            SceneAccuracy.Measure(services, people, AnnotatedPicture.WithoutFaces(nobody));
        return true;

        void Measure(string title, IReadOnlyList<AnnotatedPicture> pictures, int[] turns)
        {
            var table = new Table("detector", "found", "recall", "false per picture", "of them uncertain", "ms per picture");
            foreach (var kind in finder.Kinds)
            {
                if (kind == DetectorKind.HaarProfile)
                    continue; // not for faces from the front, which these are
                if (turns is [0] || kind == DetectorKind.Auto)
                    table.Add(Row(new DetectionOptions { Detector = kind }));
                if (kind == DetectorKind.Auto)
                    table.Add(Row(new DetectionOptions { Detector = kind, Thorough = true }));
            }

            table.Print(title);

            string[] Row(DetectionOptions options)
            {
                var (score, milliseconds) = (new Score(), new List<double>());
                foreach (var picture in pictures)
                {
                    using var upright = decoder.Decode(File.ReadAllBytes(picture.Path));
                    foreach (var turn in turns)
                    {
                        using var image = new SearchImage(upright.Bgr.Turned(turn));
                        IReadOnlyList<FoundFace> faces = [];
                        milliseconds.Add(Stopwatches.Time(() => faces = finder.Find(image, options)));
                        var before = score;
                        score = score.Plus(Score.Of(picture, faces, turn, image.Width, image.Height));
                        if (Details && (score.Found - before.Found < picture.Faces || score.Wrong > before.Wrong))
                            Explain(picture, faces, turn, image);
                    }
                }

                var name = $"{options.Detector}{(options.Thorough ? ", thorough" : string.Empty)}";
                return
                [
                    $"`{char.ToLowerInvariant(name[0])}{name[1..]}`", $"{score.Found} of {score.Faces}",
                    score.Faces == 0 ? "-" : $"{100.0 * score.Found / score.Faces:0.0} %",
                    $"{score.Wrong / (double)Math.Max(1, score.Judged):0.00}",
                    $"{score.Doubtful / (double)Math.Max(1, score.Judged):0.00}",
                    Format.Milliseconds(milliseconds.Average()),
                ];
            }
        }
    }

    private static void Explain(AnnotatedPicture picture, IReadOnlyList<FoundFace> faces, int turn, SearchImage image)
    {
        var (missed, wrong) = Score.Differences(picture, faces, turn, image.Width, image.Height);
        foreach (var box in missed)
            Console.WriteLine($"  missed {picture.Path} {turn}: {box}");
        foreach (var face in wrong)
            Console.WriteLine($"  wrong  {picture.Path} {turn}: {face.Box} {face.Detector} {face.Score:0.00} roll {face.Roll}");
    }
}
