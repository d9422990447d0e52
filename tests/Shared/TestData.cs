using System.Text.Json;

namespace FaceDeid.TestData;

/// <summary>
/// Where test data lies: reference results in the repository, example pictures in the cache that <c>make test</c> fills.
/// </summary>
internal static class TestFiles
{
    public static string Root { get; } = FindRoot();

    /// <summary>A file of <c>tests/data/reference</c>: what the original notebook gave, recomputed for this project.</summary>
    public static string Reference(string name) => Path.Combine(Root, "tests", "data", "reference", name);

    /// <summary>A picture of Debian's libdlib19.1, such as <c>faces/2009_004587.jpg</c>.</summary>
    public static string Example(string name)
    {
        var path = Path.Combine(Root, "tests", "data", "cache", name);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is missing: run 'make test', which fetches it.");
    }

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FaceDeid.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("The tests run inside the repository only.");
    }
}

/// <summary><c>reference.json</c>: seven pictures and their 21 pairs through the original notebook.</summary>
internal sealed record NotebookReference(List<NotebookReference.Picture> Images, List<NotebookReference.Merge> Merges)
{
    public static NotebookReference Load() => JsonSerializer.Deserialize<NotebookReference>(
        File.ReadAllBytes(TestFiles.Reference("reference.json")), JsonSerializerOptions.Web)!;

    /// <param name="File">The input's file name.</param>
    /// <param name="Haar">Boxes: x, y, width, height.</param>
    /// <param name="Hog">Faces with their landmarks.</param>
    internal sealed record Picture(string File, List<int[]> Haar, List<Face> Hog)
    {
        /// <summary>The input picture.</summary>
        public string Path => TestFiles.Example(File is "Tom_Cruise_avp_2014_4.jpg" or "2009_004587.jpg"
            ? $"faces/{File}"
            : System.IO.Path.GetRelativePath(
                System.IO.Path.Combine(TestFiles.Root, "tests", "data", "cache"),
                Directory.GetFiles(
                    System.IO.Path.Combine(TestFiles.Root, "tests", "data", "cache", "johns"),
                    File, SearchOption.AllDirectories).Single()));
    }

    /// <param name="Rect">dlib's rectangle: right and bottom belong to it.</param>
    internal sealed record Face(Rect Rect, List<int[]> Landmarks, Dictionary<string, List<int[]>> Regions);

    internal sealed record Rect(int Left, int Top, int Right, int Bottom);

    /// <param name="A">Number of the first picture, from 1.</param>
    /// <param name="B">Number of the second.</param>
    /// <param name="Png">The merged picture.</param>
    /// <param name="Landmarks">The merged coordinates of the first faces, rounded to six places.</param>
    internal sealed record Merge(int A, int B, string Png, List<double[]> Landmarks);
}
