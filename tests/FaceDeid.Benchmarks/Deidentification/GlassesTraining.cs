using System.Globalization;
using System.Text.Json;
using FaceDeid.Benchmarks.Accuracy;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Replacement.Eyewear;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Deidentification;

/// <summary>
/// Trains what says whether a subject wears glasses (<c>make train-glasses</c>): on pictures of one person each, those with
/// glasses in a folder <c>with</c>, others in a folder <c>without</c>.
/// </summary>
internal sealed class GlassesTraining(FaceReader reader, CheckedLandmarkPredictor predictor)
{
    private const double Penalty = 30;
    private const int Folds = 10;

    private readonly List<Labelled> _faces = [];

    public static bool Run(BenchmarkOptions options)
    {
        using var services = SecondLookTraining.Engine(options);
        var training = new GlassesTraining(
            services.GetRequiredService<FaceReader>(), services.GetRequiredService<CheckedLandmarkPredictor>());
        foreach (var (folder, wears) in new[] { ("with", true), ("without", false) })
        {
            foreach (var file in Directory.EnumerateFiles(Path.Combine(options.Faces!, folder)).Order(StringComparer.Ordinal))
                training.Add(file, wears);
        }

        training.Measure();
        training.Write();
        return true;
    }

    private void Add(string file, bool wears)
    {
        // Pictures of one person, whose names differ by a number, are learnt together or left out together.
        var person = Path.GetFileNameWithoutExtension(file).TrimEnd([.. "_-0123456789"]);
        if (Features(File.ReadAllBytes(file)) is { } features)
            _faces.Add(new Labelled(features, wears, person));
    }

    private double[]? Features(byte[] file) => reader.Run(
        [file],
        reading =>
        {
            using var picture = reading.Decode(file, new DetectionOptions());
            using var views = new PictureViews(picture);
            var faces = reading.Detect(views, new DetectionOptions());
            if (faces.Count == 0)
                return null;
            using var search = SearchImage.Create(picture);
            var landmarks = predictor.Predict(search.Gray, MainFace.Choose(faces)).Landmarks;
            using var view = FaceView.Of(picture.Bgr, landmarks.ToComplex());
            using var patch = view is null ? null : EyePatch.Of(view.Lab, view.Points);
            return patch is null ? null : GlassesModel.Features(patch);
        },
        CancellationToken.None);

    /// <summary>What it is worth on people whom it did not learn from.</summary>
    private void Measure()
    {
        var folds = _faces.Select(face => face.Person).Distinct(StringComparer.Ordinal).Index()
            .ToDictionary(pair => pair.Item, pair => pair.Index % Folds, StringComparer.Ordinal);
        var said = new List<(bool Wears, double Probability)>();
        for (var fold = 0; fold < Folds; fold++)
        {
            var model = Fit(_faces.Where(face => folds[face.Person] != fold));
            said.AddRange(_faces.Where(face => folds[face.Person] == fold)
                .Select(face => (face.Wears, model.Probability(face.Features))));
        }

        var table = new Table("probability from", "glasses seen", "seen without glasses");
        foreach (var least in new[] { 0.2, 0.3, 0.4, 0.5 })
            table.Add(least.ToString("0.0", CultureInfo.InvariantCulture), Seen(true, least), Seen(false, least));
        table.Print($"{_faces.Count(face => face.Wears)} faces with glasses, {_faces.Count(face => !face.Wears)} without");

        string Seen(bool wears, double least)
        {
            var of = said.FindAll(face => face.Wears == wears);
            var seen = of.Count(face => face.Probability > least);
            return string.Create(CultureInfo.InvariantCulture, $"{seen} ({100.0 * seen / of.Count:0.0} %)");
        }
    }

    private void Write()
    {
        var path = Path.Combine(TestFiles.Root, "src/FaceDeid/Protection/Replacement/Eyewear", GlassesModel.FileName);
        File.WriteAllText(path, JsonSerializer.Serialize(Fit(_faces), GlassesModelJson.Default.GlassesModel) + "\n");
        Console.WriteLine($"Wrote {Path.GetRelativePath(TestFiles.Root, path)}: build again to use it.");
    }

    private static GlassesModel Fit(IEnumerable<Labelled> faces)
    {
        List<Labelled> known = [.. faces];
        var (bias, weights) = LogisticRegression.Fit(
            [.. known.Select(face => face.Features)], [.. known.Select(face => face.Wears)], Penalty);
        return new GlassesModel(Math.Round(bias, 4), [.. weights.Select(weight => Math.Round(weight, 4))]);
    }

    /// <summary>A face.</summary>
    /// <param name="Features">What is seen around its eyes.</param>
    /// <param name="Wears">Whether it wears glasses.</param>
    /// <param name="Person">Whose it is.</param>
    private sealed record Labelled(double[] Features, bool Wears, string Person);
}
