using System.Text.Json;
using System.Xml.Linq;
using FaceDeid.Imaging;
using FaceDeid.TestData;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>A picture with the places of its faces.</summary>
/// <param name="Path">The file.</param>
/// <param name="Boxes">Outlined faces.</param>
/// <param name="Noses">Faces of which only the tip of the nose is known: x, y.</param>
/// <param name="Complete">Whether every face of the picture is listed, so that anything else that is found is wrong.</param>
internal sealed record AnnotatedPicture(
    string Path, IReadOnlyList<Box> Boxes, IReadOnlyList<(double X, double Y)> Noses, bool Complete)
{
    public int Faces => Boxes.Count + Noses.Count;

    /// <summary>The pictures of Debian's libdlib19.1 with boxes made by hand; two lists name the same faces.</summary>
    public static IReadOnlyList<AnnotatedPicture> Dlib()
    {
        string[] lists = ["faces/training_with_face_landmarks.xml", "faces/testing_with_face_landmarks.xml"];
        return [.. lists
            .SelectMany(list => XDocument.Load(TestFiles.Example(list)).Descendants("image"))
            .GroupBy(image => (string)image.Attribute("file")!, StringComparer.Ordinal)
            .Select(images => new AnnotatedPicture(
                TestFiles.Example($"faces/{images.Key}"),
                [.. images.SelectMany(image => image.Elements("box")).Select(Of).Distinct()], [], Complete: true))];

        static Box Of(XElement box) => new(
            (int)box.Attribute("left")!, (int)box.Attribute("top")!, (int)box.Attribute("width")!, (int)box.Attribute("height")!);
    }

    /// <summary>The pictures that a folder's <c>groundtruth.json</c> lists; faces narrower than a bound are left out.</summary>
    public static IReadOnlyList<AnnotatedPicture> Of(string folder, int smallest)
    {
        var truth = JsonSerializer.Deserialize<Dictionary<string, Truth>>(
            File.ReadAllBytes(System.IO.Path.Combine(folder, "groundtruth.json")), JsonSerializerOptions.Web)!;
        return [.. truth.Select(picture => new AnnotatedPicture(
            System.IO.Path.Combine(folder, picture.Key),
            [.. (picture.Value.Faces ?? []).Select(face => new Box((int)face.X, (int)face.Y, (int)face.W, (int)face.H))
                .Where(box => Math.Min(box.Width, box.Height) >= smallest)],
            [.. (picture.Value.Noses ?? []).Select(nose => (nose[0], nose[1]))],
            picture.Value.Complete))];
    }

    /// <summary>The pictures of a folder and those in it, in which nobody is.</summary>
    public static IReadOnlyList<AnnotatedPicture> WithoutFaces(string folder) =>
        [.. Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
            .Where(file => PictureFile.FormatOf(File.ReadAllBytes(file)) is not null)
            .Order(StringComparer.Ordinal).Select(file => new AnnotatedPicture(file, [], [], Complete: true))];

    private sealed record Truth(List<Rectangle>? Faces, List<double[]>? Noses, bool Complete);

    private sealed record Rectangle(double X, double Y, double W, double H);
}
