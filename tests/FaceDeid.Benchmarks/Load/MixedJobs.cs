using System.IO.Compression;
using FaceDeid.Benchmarks.Service;
using FaceDeid.TestData;

namespace FaceDeid.Benchmarks.Load;

/// <summary>
/// All that a service is asked for in an hour: pictures of 1 to 48 megapixels in three formats, crowds, seals, collections,
/// evaluations, and answers that are read slowly.
/// </summary>
internal static class MixedJobs
{
    private const int Portraits = 40;

    public static async Task<IReadOnlyList<LoadJob>> CreateAsync(HttpClient client)
    {
        var (one, twelve) = (ExamplePicture.TwoPeopleOf(1e6), ExamplePicture.TwoPeopleOf(12e6));
        var crowd = ExamplePicture.Large.Bytes;
        var key = Convert.ToBase64String(new byte[32]);
        var seal = new LoadJob(
            "seal, 1 megapixel", new Upload("/v1/seal", [("image", one)], [], key), Status: 200, 4, IsSame: false);
        var sealedPicture = await seal.Upload.SendAndReadAsync(client);
        return
        [
            Single("landmarks, 1 megapixel", 30, "/v1/landmarks", one),
            Single("detect, 1 megapixel", 10, "/v1/detect", one),
            Single("deidentify, 1 megapixel", 10, "/v1/deidentify", one),
            Single("blur, 1 megapixel", 6, "/v1/deidentify", one, ("method", "blur")),
            Pair("merge, 1 megapixel", 10, one),
            seal,
            new LoadJob("restore, 1 megapixel", new Upload("/v1/restore", [("image", sealedPicture)], [], key), Status: 200, 4),
            Single("deidentify, crowd", 4, "/v1/deidentify", crowd),
            Single("landmarks, crowd, drawn", 2, "/v1/landmarks", crowd, ("format", "png")),
            Single("deidentify, AVIF, 4 megapixels", 3, "/v1/deidentify",
                CommandLineEncoders.Avif(ExamplePicture.TwoPeopleOf(4e6))),
            Single("deidentify, HEIC, 12 megapixels", 2, "/v1/deidentify", CommandLineEncoders.Heic(twelve)),
            Single("deidentify, 12 megapixels", 4, "/v1/deidentify", twelve),
            Single("landmarks, 12 megapixels, drawn, read slowly", 4, "/v1/landmarks", twelve, ("format", "png"))
                with { IsSlow = true },
            Pair("merge, 12 megapixels", 4, twelve),
            Single("deidentify, 36 megapixels", 2, "/v1/deidentify", ExamplePicture.TwoPeopleOf(36e6)),
            Single("blur, 48 megapixels", 2, "/v1/deidentify", ExamplePicture.TwoPeopleOf(48e6), ("method", "blur")),
            Set("collection, chips", "/v1/collections", "archive", string.Empty, ("k", "3")),
            Set("collection, photos", "/v1/collections", "archive", string.Empty, ("k", "3"), ("output", "photos")),
            Set("evaluation", "/v1/evaluate", "dataset", "originals/", ("method", "pixelate")),
        ];
    }

    private static LoadJob Single(
        string kind, int share, string path, byte[] picture, params (string Name, string Value)[] fields) =>
        new(kind, new Upload(path, [("image", picture)], fields), Status: 200, share);

    private static LoadJob Pair(string kind, int share, byte[] picture) =>
        new(kind, new Upload("/v1/merge", [("first", picture), ("second", picture)], []), Status: 200, share);

    private static LoadJob Set(
        string kind, string path, string part, string folder, params (string Name, string Value)[] fields) =>
        new(kind, new Upload(path, [(part, Archive(folder))], fields), Status: 200, IsSame: false);

    /// <summary>The first portraits of the example pictures, in a folder for each person.</summary>
    private static byte[] Archive(string folder)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            var people = Path.Combine(TestFiles.Root, "tests", "data", "cache", "johns");
            var files = Directory.EnumerateFiles(people, "*.jpg", SearchOption.AllDirectories);
            foreach (var file in files.Order(StringComparer.Ordinal).Take(Portraits))
            {
                using var entry = zip.CreateEntry(folder + Path.GetRelativePath(people, file)).Open();
                entry.Write(File.ReadAllBytes(file));
            }
        }

        return bytes.ToArray();
    }
}
