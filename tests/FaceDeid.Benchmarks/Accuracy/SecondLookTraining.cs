using System.Globalization;
using System.Text.Json;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>
/// Trains the decision of the second look (<c>make train-second-look</c>): on what the first look proposes in scenes made of
/// pictures of one person each, in group photos at several sizes and brightnesses, and in pictures without people. Measure it
/// (<see cref="AccuracyBenchmark"/>) with other pictures.
/// </summary>
internal sealed class SecondLookTraining(
    ImageDecoder decoder, UltraFaceDetector detector, FaceFinder finder, SecondLook secondLook)
{
    private const int ScenesOfEach = 6;
    private const double Penalty = 3;
    private const int Folds = 5;
    private const int ListedSize = 20; // pixels: who outlines the faces of a group photo leaves out smaller ones
    private static readonly int[] Turns = [.. Enumerable.Repeat(0, 21), 90, 180, 270]; // people are seldom seen lying

    /// <summary>Of a group photo: its size, its brightness, and how it is turned.</summary>
    private static readonly (double Scale, double Gain, int Turn)[] Versions =
    [
        (0.15, 1, 0), (0.2, 1, 0), (0.3, 1, 0), (0.5, 1, 0), (0.7, 1, 0), (1, 1, 0), (1, 0.12, 0), (1, 0.25, 0), (1, 1.8, 0),
        (0.5, 1, 90), (1, 1, 180), (0.7, 1, 270),
    ];

    /// <summary>In other sizes other things look like faces.</summary>
    private static readonly double[] ScalesOfNobody = [1, 0.8, 0.6, 0.4];

    private readonly List<Labelled> _proposals = [];

    public static bool Run(BenchmarkOptions options)
    {
        using var services = Engine(options);
        var training = new SecondLookTraining(
            services.GetRequiredService<ImageDecoder>(),
            services.GetServices<IFaceDetector>().OfType<UltraFaceDetector>().Single(),
            services.GetRequiredService<FaceFinder>(), services.GetRequiredService<SecondLook>());
        training.Collect(options);
        training.Measure();
        training.Write();
        return true;
    }

    public static ServiceProvider Engine(BenchmarkOptions options) => new ServiceCollection()
        .AddFaceDeid(_ => new EngineOptions
        {
            ModelsDirectory = options.Models ?? Path.Combine(TestFiles.Root, "models"),
            Workers = 1,
            Limits = new ImageLimits(60, 20_000),
        })
        .BuildServiceProvider();

    private void Collect(BenchmarkOptions options)
    {
        var empty = AnnotatedPicture.WithoutFaces(options.NoFaces!);
        var chance = new Random(0);
        using (var people = new ScenePeople(decoder, detector, options.Faces!, empty))
        {
            foreach (var (i, person) in people.Index())
            {
                foreach (var scene in people.Scenes(person, ScenesOfEach, seed: i * ScenesOfEach))
                {
                    using (scene)
                        Add(scene.Pixels, person.Path, [scene.Truth], [], Turns[chance.Next(Turns.Length)], listed: 0);
                }
            }
        }

        foreach (var picture in AnnotatedPicture.Of(options.Groups!, smallest: 1).Where(picture => picture.Complete))
        {
            foreach (var (scale, gain, turn) in Versions)
            {
                using var upright = decoder.Decode(File.ReadAllBytes(picture.Path));
                using var small = upright.Bgr.Resize(default, scale, scale, InterpolationFlags.Area);
                small.ConvertTo(small, MatType.CV_8UC3, gain);
                Add(
                    small, picture.Path, [.. picture.Boxes.Select(box => box.Scaled(scale))],
                    [.. picture.Noses.Select(nose => (nose.X * scale, nose.Y * scale))], turn, ListedSize);
            }
        }

        foreach (var picture in empty)
        {
            using var upright = decoder.Decode(File.ReadAllBytes(picture.Path));
            using var looked = upright.ToLook();
            foreach (var scale in ScalesOfNobody)
            {
                using var scaled = looked.Resize(default, scale, scale, InterpolationFlags.Area);
                Add(scaled, picture.Path, [], [], turn: 0, listed: 0);
            }
        }
    }

    private void Add(
        Mat bgr, string source, IReadOnlyList<Box> faces, IReadOnlyList<(double X, double Y)> noses, int turn,
        int listed)
    {
        using var image = new SearchImage(bgr.Turned(turn));
        var (width, height) = (image.Width, image.Height);
        Box[] outlined = [.. faces.Select(face => face.Turned(turn, width, height))];
        var tips = noses.Select(nose => new Box((int)nose.X, (int)nose.Y, 1, 1).Turned(turn, width, height))
            .Select(tip => (X: (double)tip.X, Y: (double)tip.Y)).ToList();
        finder.Propose(image, new DetectionOptions(), (pixels, scale, proposals) =>
        {
            foreach (var proposal in proposals)
            {
                if (IsFace(proposal with { Box = proposal.Box.Scaled(scale) }) is { } known)
                    _proposals.Add(new Labelled(secondLook.Features(pixels, proposal), known, source));
            }
        });

        bool? IsFace(FoundFace proposal)
        {
            var box = proposal.Box;
            var overlap = outlined.Select(face => face.Overlap(box)).DefaultIfEmpty().Max();
            var isUpright = proposal.Roll == (turn == 270 ? -90 : turn);
            if (overlap > 0.3 || tips.Exists(tip => Inside(tip, box, 0.25)))
                return isUpright ? true : null; // looked at from the wrong side it is one, but need not look like it
            var mayBe = overlap > 0.03 || tips.Exists(tip => Inside(tip, box, 0.5))
                || Math.Min(box.Width, box.Height) < listed;
            return mayBe ? null : false;
        }

        static bool Inside((double X, double Y) nose, Box box, double part) =>
            Math.Abs(nose.X - box.CentreX()) < part * box.Width
            && Math.Abs(nose.Y - box.CentreY() - (0.05 * box.Height)) < part * box.Height;
    }

    /// <summary>What the decision is worth on pictures that it did not learn from.</summary>
    private void Measure()
    {
        var probabilities = new double[_proposals.Count];
        var folds = _proposals.Select(p => p.Source).Distinct(StringComparer.Ordinal).Select((source, i) => (source, i % Folds))
            .ToDictionary(pair => pair.source, pair => pair.Item2, StringComparer.Ordinal);
        for (var fold = 0; fold < Folds; fold++)
        {
            var model = Fit(_proposals.Where(p => folds[p.Source] != fold));
            foreach (var (i, proposal) in _proposals.Index().Where(p => folds[p.Item.Source] == fold))
                probabilities[i] = proposal.Features is { } features ? model.Probability(features) : 0;
        }

        var table = new Table("probability from", "faces kept", "false kept");
        foreach (var least in new[] { 0.1, 0.3, 0.5, 0.6, 0.7, 0.8, 0.9 })
            table.Add(Text(least), Kept(true, least), Kept(false, least));
        table.Print(
            $"{_proposals.Count(p => p.IsFace)} proposals that are faces, {_proposals.Count(p => !p.IsFace)} that are none");
        var calibration = new Table("said", "proposals", "are faces");
        foreach (var bin in _proposals.Zip(probabilities).GroupBy(pair => Math.Min(9, (int)(10 * pair.Second)))
            .OrderBy(bin => bin.Key))
        {
            calibration.Add(
                $"{Text(bin.Key / 10.0)} to {Text((bin.Key + 1) / 10.0)}", $"{bin.Count()}",
                Text(bin.Average(pair => pair.First.IsFace ? 1 : 0)));
        }

        calibration.Print("calibration, on pictures that were left out");

        string Kept(bool faces, double least)
        {
            var of = _proposals.Zip(probabilities).Where(pair => pair.First.IsFace == faces).ToList();
            var kept = of.Count(pair => pair.Second >= least);
            return string.Create(CultureInfo.InvariantCulture, $"{kept} ({100.0 * kept / of.Count:0.0} %)");
        }
    }

    private void Write()
    {
        var path = Path.Combine(TestFiles.Root, "src/FaceDeid/Faces/Detection", SecondLookModel.FileName);
        File.WriteAllText(path, JsonSerializer.Serialize(Fit(_proposals), SecondLookModelJson.Default.SecondLookModel) + "\n");
        Console.WriteLine($"Wrote {Path.GetRelativePath(TestFiles.Root, path)}: build again to use it.");
    }

    private static SecondLookModel Fit(IEnumerable<Labelled> proposals)
    {
        List<Labelled> decided = [.. proposals.Where(p => p.Features is not null)];
        var (bias, weights) = LogisticRegression.Fit(
            [.. decided.Select(p => p.Features!)], [.. decided.Select(p => p.IsFace)], Penalty);
        return new SecondLookModel(
            Math.Round(bias, 4),
            SecondLook.FeatureNames.Zip(weights)
                .ToDictionary(pair => pair.First, pair => Math.Round(pair.Second, 4), StringComparer.Ordinal));
    }

    private static string Text(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    /// <summary>A proposal and what it is.</summary>
    /// <param name="Features">What the second look sees; null where its first look ends it.</param>
    /// <param name="IsFace">Whether it is a face.</param>
    /// <param name="Source">The picture's file: proposals of one are learnt together or left out together.</param>
    private sealed record Labelled(double[]? Features, bool IsFace, string Source);
}
