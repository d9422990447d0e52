using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The script of docs/collections.md with which anybody checks a collection, as it stands there.</summary>
public sealed class OutsiderScriptTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task Ten_lines_of_Python_confirm_a_collection_and_notice_what_was_changed()
    {
        Assert.Equal(10, Script().Trim().Split('\n').Length);
        var collection = Collection.Unzip(await service.CollectAsync(
            Collection.Parts(Collection.Pictures(people: 4, each: 2), ("k", "2"), ("subjectPattern", "{subject}/*"))));
        var chips = collection.Keys.Where(name => name.StartsWith("chips/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal).ToArray();

        Assert.Equal((0, "holds: nobody is named by a chip with a probability above 0.5\n", ""), await RunAsync(collection));

        var damaged = new Dictionary<string, byte[]>(collection, StringComparer.Ordinal)
        {
            [chips[0]] = [.. collection[chips[0]], 0],
        };
        await AssertNoticedAsync(damaged, "a chip that is not the certificate's");
        await AssertNoticedAsync(
            WithCertificate(collection, text => text.Replace("\"k\": 2", "\"k\": 3", StringComparison.Ordinal)),
            "a group with fewer than k people");
        var groups = JsonNode.Parse(collection["certificate.json"])!["groups"]!;
        var (first, second) = (groups[0]!["members"]![0]!["person"], groups[1]!["members"]![0]!["person"]);
        await AssertNoticedAsync(
            WithCertificate(
                collection, text => text.Replace($"\"person\": {second},", $"\"person\": {first},", StringComparison.Ordinal)),
            "a person in two groups");
    }

    private static async Task AssertNoticedAsync(IReadOnlyDictionary<string, byte[]> collection, string what)
    {
        var (exit, _, error) = await RunAsync(collection);
        Assert.Equal(1, exit);
        Assert.EndsWith($"AssertionError: {what}\n", error, StringComparison.Ordinal);
    }

    private static Dictionary<string, byte[]> WithCertificate(
        IReadOnlyDictionary<string, byte[]> collection, Func<string, string> change)
    {
        const string name = "certificate.json";
        var before = Encoding.UTF8.GetString(collection[name]);
        var after = change(before);
        Assert.False(string.Equals(before, after, StringComparison.Ordinal), "The change changes nothing.");
        return new(collection, StringComparer.Ordinal) { [name] = Encoding.UTF8.GetBytes(after) };
    }

    private static async Task<(int Exit, string Output, string Error)> RunAsync(IReadOnlyDictionary<string, byte[]> collection)
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-");
        try
        {
            var file = Path.Combine(folder.FullName, "collection.zip");
            await File.WriteAllBytesAsync(file, Collection.Zip(collection.Select(entry => (entry.Key, entry.Value))));
            using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-", file])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                UseShellExecute = false,
            })!;
            await python.StandardInput.WriteAsync(Script());
            python.StandardInput.Close();
            var error = python.StandardError.ReadToEndAsync();
            var output = await python.StandardOutput.ReadToEndAsync();
            await python.WaitForExitAsync();
            return (python.ExitCode, output, await error);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Script()
    {
        const string begin = "```python\n";
        var page = File.ReadAllText(Path.Combine(TestFiles.Root, "docs", "collections.md"));
        var start = page.IndexOf(begin, StringComparison.Ordinal) + begin.Length;
        return page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
    }
}
