using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Small real datasets: people, each with an original, another photo in the gallery, and in place of a de-identified picture one
/// of somebody else.
/// </summary>
internal static class EvaluationSet
{
    /// <summary>A word in every name of a dataset, which may come back nowhere.</summary>
    public const string Marker = "marker4711";

    /// <summary>The files of so many people.</summary>
    public static IReadOnlyList<(string Name, byte[] File)> Files(int people = 3, bool isDeidentified = true)
    {
        var pictures = Collection.Pictures(people, each: 3).Chunk(3).ToArray();
        return
        [
            .. pictures.Index().SelectMany(person => new (string Name, byte[] File)[]
            {
                ($"originals/{Marker}{person.Index}/{Marker}.jpg", person.Item[0].File),
                ($"deidentified/{Marker}{person.Index}/{Marker}.jpg", pictures[(person.Index + 1) % people][1].File),
                ($"gallery/{Marker}{person.Index}/{Marker}_1.jpg", person.Item[2].File),
            }).Where(file => isDeidentified || !file.Name.StartsWith("deidentified/", StringComparison.Ordinal)),
        ];
    }

    public static FormPart Part(IEnumerable<(string Name, byte[] File)> files) =>
        ("dataset", Collection.Zip(files), $"{Marker}.zip");

    /// <summary>Writes a dataset's files into a folder.</summary>
    public static void Unpack(this DirectoryInfo folder, IEnumerable<(string Name, byte[] File)> files)
    {
        foreach (var (name, file) in files)
        {
            var path = Path.Combine(folder.FullName, name);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, file);
        }
    }

    public static void AssertUnmarked(string text) => Assert.DoesNotContain(Marker, text, StringComparison.OrdinalIgnoreCase);
}
