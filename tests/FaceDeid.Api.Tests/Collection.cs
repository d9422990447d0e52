using System.IO.Compression;
using System.Net;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Real collections: five people with eleven pictures each, and what the service makes of them.</summary>
internal static class Collection
{
    private static readonly string Johns = Path.Combine(TestFiles.Root, "tests", "data", "cache", "johns");

    /// <summary>
    /// So many pictures of each of so many people, with the path as their name: <c>John_Simm/000288_00470387.jpg</c>.
    /// </summary>
    public static IReadOnlyList<(string Name, byte[] File)> Pictures(int people, int each) =>
    [
        .. Directory.GetDirectories(Johns).Order(StringComparer.Ordinal).Take(people)
            .SelectMany(person => Directory.GetFiles(person, "*.jpg").Order(StringComparer.Ordinal).Take(each))
            .Select(path => (Path.GetRelativePath(Johns, path).Replace('\\', '/'), File.ReadAllBytes(path))),
    ];

    public static FormPart[] Parts(IEnumerable<(string Name, byte[] File)> pictures, params FormPart[] options) =>
        [.. pictures.Select(picture => (FormPart)("images", picture.File, picture.Name)), .. options];

    public static byte[] Zip(IEnumerable<(string Name, byte[] File)> files, CompressionLevel level = CompressionLevel.Fastest)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, file) in files)
            {
                using var entry = zip.CreateEntry(name, level).Open();
                entry.Write(file);
            }
        }

        return bytes.ToArray();
    }

    /// <summary>The files of an archive by name.</summary>
    public static IReadOnlyDictionary<string, byte[]> Unzip(byte[] archive)
    {
        using var bytes = new MemoryStream(archive);
        using var zip = new ZipArchive(bytes);
        return zip.Entries.ToDictionary(entry => entry.FullName, Content, StringComparer.Ordinal);

        static byte[] Content(ZipArchiveEntry entry)
        {
            using var content = new MemoryStream();
            using var stream = entry.Open();
            stream.CopyTo(content);
            return content.ToArray();
        }
    }

    public static JsonNode Certificate(byte[] archive) => JsonNode.Parse(Unzip(archive)["certificate.json"])!;

    /// <summary>Who shares a group with whom, with what came out; nothing that differs from run to run.</summary>
    public static string Groups(byte[] archive) => Certificate(archive)["groups"]!.ToJsonString();

    public static async Task<byte[]> CollectAsync(this ServiceFixture service, params FormPart[] parts)
    {
        using var answer = await service.PostAsync("/v1/collections", parts);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        return await answer.BytesAsync();
    }

    /// <summary>Status, code and the mistakes by field of a refusal.</summary>
    public static async Task<string> RefusedAsync(this ServiceFixture service, string path, params FormPart[] parts)
    {
        using var answer = await service.PostAsync(path, parts);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        var problem = await answer.JsonAsync();
        var mistakes = problem["errors"]?.AsObject().Select(error => $" {error.Key}: {error.Value}") ?? [];
        return $"{(int)answer.StatusCode} {problem["code"]}{string.Concat(mistakes)}";
    }
}
