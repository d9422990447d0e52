using System.IO.Compression;
using System.Text;
using FaceDeid.Fuzz.Mutating;
using FaceDeid.TestData;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>ZIP files of pictures, of a collection and of a dataset.</summary>
internal static class ArchiveSeeds
{
    /// <summary>Two photos of each of three people, <c>John_Simm/000288_00470387.jpg</c> and the like.</summary>
    public static IReadOnlyList<(string Name, byte[] File)> People { get; } = FindPeople();

    public static IEnumerable<Seed> All()
    {
        yield return new Seed("zip", SeedKind.Pictures, ArchiveMutations.Zip(People, CompressionLevel.Fastest));
        yield return new Seed(
            "zip-stored", SeedKind.Pictures, ArchiveMutations.Zip(People.Take(2), CompressionLevel.NoCompression));
        yield return new Seed("dataset", SeedKind.Dataset, ArchiveMutations.Zip(
            [.. In("originals", People.Take(3)), .. In("deidentified", People.Take(3)), .. In("gallery", People.Skip(3))],
            CompressionLevel.Fastest));
        yield return new Seed("dataset-csv", SeedKind.Dataset, ArchiveMutations.Zip(
            [
                ("subjects.csv", Encoding.UTF8.GetBytes("subject,original,deidentified\na,o/1.jpg,d/1.jpg\nb,o/2.jpg,d/2.jpg\n")),
                ("o/1.jpg", People[0].File), ("o/2.jpg", People[2].File), ("d/1.jpg", People[0].File),
                ("d/2.jpg", People[2].File),
            ],
            CompressionLevel.NoCompression));
    }

    private static IEnumerable<(string Name, byte[] File)> In(string folder, IEnumerable<(string Name, byte[] File)> files) =>
        files.Select(file => ($"{folder}/{file.Name}", file.File));

    private static List<(string Name, byte[] File)> FindPeople()
    {
        var folder = Path.Combine(TestFiles.Root, "tests", "data", "cache", "johns");
        return
        [
            .. Directory.GetDirectories(folder).Order(StringComparer.Ordinal).Take(3)
                .SelectMany(person => Directory.GetFiles(person, "*.jpg").Order(StringComparer.Ordinal).Take(2))
                .Select(path => (Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes(path))),
        ];
    }
}
