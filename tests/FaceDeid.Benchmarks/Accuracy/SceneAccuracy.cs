using System.Globalization;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>Which faces of made scenes are found: by size, what covers them, light, turn, and the skin's tone.</summary>
internal static class SceneAccuracy
{
    private const int ScenesOfEach = 6;
    private const int Seed = 1_000_000; // other scenes than those of the training
    private const double Overlap = 0.3;
    private const int Small = 15; // pixels, the smaller side

    public static void Measure(IServiceProvider services, string folder, IReadOnlyList<AnnotatedPicture> withoutFaces)
    {
        var finder = services.GetRequiredService<FaceFinder>();
        using var people = new ScenePeople(
            services.GetRequiredService<ImageDecoder>(),
            services.GetServices<IFaceDetector>().OfType<UltraFaceDetector>().Single(), folder, withoutFaces);
        List<Outcome> outcomes = [];
        foreach (var (i, person) in people.Index())
        {
            foreach (var scene in people.Scenes(person, ScenesOfEach, Seed + (i * ScenesOfEach)))
            {
                using (scene)
                    outcomes.Add(Look(finder, person, scene));
            }
        }

        var large = outcomes.Where(outcome => outcome.Size >= Small).ToList();
        Print("size in pixels", outcomes.Where(o => o is { Cover: FaceCover.None }), o => o.Size switch
        {
            < 12 => "10 to 12",
            < 15 => "12 to 15",
            < 20 => "15 to 20",
            < 40 => "20 to 40",
            _ => "40 to 120",
        });
        Print("covered, from 15 pixels", large, o => $"{o.Cover}");
        var free = large.Where(outcome => outcome.Cover == FaceCover.None).ToList();
        Print("turned, nothing covered, from 15 pixels", free, o =>
            Math.Abs(o.Roll) < 15 ? "below 15 degrees" : "15 to 40 degrees");
        Print("light, nothing covered, from 15 pixels", free, o => o.Gain switch
        {
            < 0.2 => "a fifth and less",
            < 1 => "a fifth to a half",
            1 => "as it was",
            _ => "1.3 to 2.1 times",
        });
        Print("tone, from 15 pixels", large.Where(outcome => outcome.Tone is not null), o => o.Tone!);
    }

    private static Outcome Look(FaceFinder finder, ScenePerson person, FaceScene scene)
    {
        using var image = new SearchImage(scene.Pixels.Clone());
        var found = finder.Find(image, new DetectionOptions())
            .Where(face => face.Box.Overlap(scene.Truth) > Overlap).MaxBy(face => face.Score);
        return new Outcome(
            Math.Min(scene.Truth.Width, scene.Truth.Height), scene.Cover, scene.Roll, scene.Gain, person.Tone, found?.Certainty);
    }

    private static void Print(string title, IEnumerable<Outcome> outcomes, Func<Outcome, string> kind)
    {
        var table = new Table("kind", "scenes", "found", "surely");
        foreach (var group in outcomes.GroupBy(kind, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            table.Add(
                group.Key, $"{group.Count()}", Share(group, o => o.Found is not null),
                Share(group, o => o.Found is Certainty.High));
        }

        table.Print(title);

        static string Share(IEnumerable<Outcome> group, Func<Outcome, bool> holds) =>
            string.Create(CultureInfo.InvariantCulture, $"{100 * group.Average(o => holds(o) ? 1.0 : 0):0.0} %");
    }

    /// <summary>What became of a scene's face.</summary>
    private sealed record Outcome(int Size, FaceCover Cover, double Roll, double Gain, string? Tone, Certainty? Found);
}
