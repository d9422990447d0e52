using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Privacy;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.Protection;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>Which reference photos are refused, and who is recognised by small ones; docs/deidentify.md has the tables.</summary>
internal sealed class ReferenceBenchmark(
    ImageDecoder decoder, FaceFinder finder, ReferenceExaminer examiner, CheckedLandmarkPredictor predictor,
    FaceEmbedder embedder)
{
    private static readonly double[] Distances = [8, 10, 12, 14, 16, 20, 24, 32];
    private static readonly bool Details = Environment.GetEnvironmentVariable("DETAILS") is "1";

    public static bool Run(BenchmarkOptions options)
    {
        using var services = new ServiceCollection()
            .AddFaceDeid(_ => new EngineOptions
            {
                ModelsDirectory = Path.Combine(TestFiles.Root, "models"),
                Workers = 1,
                Limits = new ImageLimits(50, 20_000),
            })
            .BuildServiceProvider();
        var benchmark = ActivatorUtilities.CreateInstance<ReferenceBenchmark>(services);
        benchmark.Refused(options);
        benchmark.Recognised(options);
        return true;
    }

    private void Refused(BenchmarkOptions options)
    {
        var table = new Table("photos", "all", "taken", "no face", "ambiguous", "unclear");
        foreach (var folder in new[] { options.People, options.Groups }.OfType<string>())
        {
            var outcomes = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
                .Where(file => PictureFile.FormatOf(File.ReadAllBytes(file)) is not null).Select(Outcome).ToList();
            table.Add(
                Path.GetFileName(folder), $"{outcomes.Count}", Share(outcomes, null), Share(outcomes, FaceDeidError.NoFace),
                Share(outcomes, FaceDeidError.AmbiguousReference), Share(outcomes, FaceDeidError.UnclearReference));
        }

        table.Print("photos as references");

        static string Share(List<FaceDeidError?> outcomes, FaceDeidError? code) =>
            $"{outcomes.Count(outcome => outcome == code)}";
    }

    private FaceDeidError? Outcome(string file)
    {
        using var image = Open(File.ReadAllBytes(file));
        try
        {
            examiner.Examine(image, finder.Find(image, ReferenceExaminer.Detection), ReferencePart.Only, photo: 1);
            return null;
        }
        catch (FaceDeidException refused)
        {
            if (Details)
                Console.WriteLine($"{refused.Code} {file}");
            return refused.Code;
        }
    }

    private void Recognised(BenchmarkOptions options)
    {
        var people = PeopleFolder.People(options.People!, options.Count);
        var seen = people.Select(photos => Face(photos[1], distance: null)).ToList();
        var table = new Table(
            "pixels between the eyes", "usable", "the person below 0.2", "the person from 0.45", "strangers from 0.2",
            "strangers from 0.45");
        foreach (var distance in Distances.Select(d => (double?)d).Append(null))
        {
            var references = people.Select(photos => Face(photos[0], distance)).ToList();
            var own = references.Zip(seen).Where(pair => pair is { First: not null, Second: not null })
                .Select(pair => pair.First!.SimilarityTo(pair.Second!)).ToList();
            var strangers = references.Index().Where(r => r.Item is not null)
                .SelectMany(r => seen.Index().Where(s => s.Item is not null && s.Index != r.Index)
                    .Select(s => r.Item!.SimilarityTo(s.Item!))).ToList();
            table.Add(
                distance is null ? "as they are" : $"{distance}",
                $"{references.Count(face => face is not null)} of {people.Count}",
                Percent(own, s => s < PersonMatch.Possibly), Percent(own, s => s >= PersonMatch.Surely),
                Percent(strangers, s => s >= PersonMatch.Possibly), Percent(strangers, s => s >= PersonMatch.Surely));
        }

        table.Print("people in another photo, by their reference");

        static string Percent(List<double> values, Func<double, bool> holds) =>
            values.Count == 0 ? "-" : $"{100.0 * values.Count(holds) / values.Count:0.00} %";
    }

    /// <summary>The main face of a photo, reduced until its eyes are so far apart; null: none that can be recognised.</summary>
    private FaceEmbedding? Face(DatasetFile photo, double? distance)
    {
        using var image = Open(photo.ReadAsync(CancellationToken.None).GetAwaiter().GetResult());
        if (Main(image) is not { } landmarks)
            return null;
        if (distance is not { } wanted)
            return embedder.Embed(image.Bgr, landmarks);
        var scale = Math.Min(1, wanted / landmarks.InterocularDistance());
        using var reduced = image.Reduced((int)Math.Round(Math.Max(image.Width, image.Height) * scale));
        return Main(reduced) is { } small ? embedder.Embed(reduced.Bgr, small) : null;
    }

    private Landmarks68? Main(SearchImage image)
    {
        var faces = finder.Find(image, ReferenceExaminer.Detection);
        return faces.Count > 0 && predictor.Predict(image.Gray, MainFace.Choose(faces).ToCommon()) is { AreReliable: true } seen
            ? seen.Landmarks
            : null;
    }

    private SearchImage Open(byte[] file)
    {
        using var picture = decoder.Decode(file);
        return SearchImage.Create(picture);
    }
}
