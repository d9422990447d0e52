using System.Collections;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>A picture of one person.</summary>
/// <param name="Path">The file.</param>
/// <param name="Tone">The skin's tone, as <c>MANIFEST.tsv</c> in its folder has it; null: nobody says.</param>
internal sealed record ScenePerson(string Path, string? Tone);

/// <summary>Pictures of one person each, and pictures of nobody, of which scenes are made.</summary>
internal sealed class ScenePeople : IReadOnlyList<ScenePerson>, IDisposable
{
    private const double Sure = 0.9; // score from which on the person's face is known
    private const int BackgroundSide = 960;
    private const int MostBackgrounds = 100;

    private readonly ImageDecoder _decoder;
    private readonly UltraFaceDetector _detector;
    private readonly IReadOnlyList<ScenePerson> _people;
    private readonly IReadOnlyList<Mat> _backgrounds;

    public ScenePeople(
        ImageDecoder decoder, UltraFaceDetector detector, string folder, IReadOnlyList<AnnotatedPicture> withoutFaces)
    {
        (_decoder, _detector, _people) = (decoder, detector, [.. Of(folder)]);
        _backgrounds = [.. withoutFaces.Take(MostBackgrounds).Select(Background)];
    }

    public int Count => _people.Count;

    public ScenePerson this[int index] => _people[index];

    /// <summary>Scenes of a person, each before another picture; the caller disposes of them.</summary>
    public IEnumerable<FaceScene> Scenes(ScenePerson person, int count, int seed)
    {
        using var upright = _decoder.Decode(File.ReadAllBytes(person.Path));
        using var image = new SearchImage(upright.Bgr.Clone());
        var found = _detector.Detect(image, new DetectionOptions()).Where(face => face.Score >= Sure).ToList();
        if (found.Count == 0)
            yield break; // nobody says where the face is
        var face = found.MaxBy(face => (long)face.Box.Width * face.Box.Height).Box;
        for (var i = seed; i < seed + count; i++)
            yield return FaceScene.Make(_decoder, upright.Bgr, face, _backgrounds[i % _backgrounds.Count], i);
    }

    public IEnumerator<ScenePerson> GetEnumerator() => _people.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    public void Dispose()
    {
        foreach (var background in _backgrounds)
            background.Dispose();
    }

    private static IEnumerable<ScenePerson> Of(string folder)
    {
        var list = Path.Combine(folder, "MANIFEST.tsv");
        var rows = File.Exists(list) ? File.ReadAllLines(list).Select(line => line.Split('\t')).ToList() : [];
        var tone = rows.Count == 0 ? -1 : Array.IndexOf(rows[0], "tone");
        var tones = rows.Skip(1).ToDictionary(row => row[0], row => row[tone], StringComparer.Ordinal);
        return AnnotatedPicture.WithoutFaces(folder)
            .Select(picture => new ScenePerson(picture.Path, tones.GetValueOrDefault(Path.GetFileName(picture.Path))));
    }

    private Mat Background(AnnotatedPicture picture)
    {
        using var upright = _decoder.Decode(File.ReadAllBytes(picture.Path));
        using var image = new SearchImage(upright.Bgr.Clone());
        using var reduced = image.Reduced(Math.Min(BackgroundSide, Math.Max(image.Width, image.Height)));
        return reduced.Bgr.Clone();
    }
}
