using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Recordings whose files lie in S3: what comes out, what lies there, and what becomes of them when something is gone.
/// </summary>
public sealed class S3ServiceTests(S3Server server) : IClassFixture<S3Server>, IDisposable
{
    private const int Frames = 50;

    private static readonly Lazy<byte[]> Clip = new(() => VideoClips.Walk(Frames));

    private readonly VideoFolder _folder = new();
    private readonly DirectoryInfo _state = Directory.CreateTempSubdirectory("facedeid-state-");
    private readonly string _prefix = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task The_result_is_that_of_a_folder_and_nothing_lies_in_clear()
    {
        byte[] expected;
        await using (var plain = await ServiceProcess.StartAsync(("FaceDeid__Videos__Spool", _folder.Spool)))
        {
            using var first = plain.Connect();
            var known = await SendAsync(first);
            Assert.Equal("done", await EndAsync(first, known));
            expected = await ResultAsync(first, known);
        }

        await using var service = await StartAsync();
        using var client = service.Connect();
        var id = await SendAsync(client);
        byte[][] marks =
            [Clip.Value[^5_000..^4_900], expected[^5_000..^4_900], "ftypisom"u8.ToArray(), "coverage"u8.ToArray()];
        HashSet<string> seen = [];
        await Patience.UntilAsync(async () =>
        {
            Look(seen, marks);
            return await StateAsync(client, id) is "done";
        });
        Look(seen, marks);

        Assert.InRange(seen.Count, 8, 1000); // what there is in between, too
        Assert.Equal(expected, await ResultAsync(client, id));
        using var part = new HttpRequestMessage(HttpMethod.Get, Of(id, "/result"));
        part.Headers.Range = new(1000, 1099);
        using var answer = await client.SendAsync(part);
        Assert.Equal(expected[1000..1100], await answer.BytesAsync());
        Assert.All(
            Directory.GetFiles(_state.FullName),
            path => Assert.Matches("^(id|jobs.db.*|schedule.db.*)$", Path.GetFileName(path)));

        using var deleted = await client.DeleteAsync(Of(id));
        Assert.Equal(HttpStatusCode.NoContent, deleted.StatusCode);
        Assert.Equal([$"{_prefix}/owner~"], await server.KeysAsync(_prefix));
    }

    [Fact]
    public async Task Killed_in_the_middle_the_service_goes_on_when_it_is_there_again()
    {
        string id;
        await using (var service = await StartAsync())
        {
            using var client = service.Connect();
            id = await SendAsync(client);
            await Patience.UntilAsync(async () => await StateAsync(client, id) is "rendering");
            await service.KillAsync();
        }

        await using var again = await StartAsync();
        using var later = again.Connect();
        Assert.Equal("done", await EndAsync(later, id));
        Assert.Equal(Frames, VideoClips.Gray(await ResultAsync(later, id), 480 * 270).Count);
        using var deleted = await later.DeleteAsync(Of(id));
        Assert.Equal([$"{_prefix}/owner~"], await server.KeysAsync(_prefix));
    }

    [Fact]
    public async Task While_S3_is_away_calls_say_so_and_jobs_wait_for_it()
    {
        await using var service = await StartAsync();
        using var client = service.Connect();
        var done = await SendAsync(client);
        Assert.Equal("done", await EndAsync(client, done));
        var expected = Hash(await ResultAsync(client, done));
        var running = await SendAsync(client);
        await Patience.UntilAsync(async () => await StateAsync(client, running) is "analysing");

        await server.StopAsync();
        await Patience.UntilAsync(() => service.Output.Contains("waits until what is stored", StringComparison.Ordinal));
        await RefusedAsync(await client.GetAsync(Of(done, "/result")));
        await RefusedAsync(await client.GetAsync(Of(done, "/report")));
        using (var form = Requests.Form(("method", "blur"), ("video", Clip.Value, "a.mp4")))
            await RefusedAsync(await client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), form));
        using (var list = await client.GetAsync(new Uri(VideoCalls.Path, UriKind.Relative)))
            Assert.Equal(2, (await list.JsonAsync())["videos"]!.AsArray().Count); // what was not taken is not there
        await RefusedAsync(await client.DeleteAsync(Of(done)));
        await server.StartAsync();

        Assert.Equal("done", await EndAsync(client, running));
        Assert.Equal(expected, Hash(await ResultAsync(client, running)));
        Assert.DoesNotContain("Exception", service.Output, StringComparison.Ordinal);
    }

    public static TheoryData<string, string, string> Mistakes => new()
    {
        { "AWS_SECRET_ACCESS_KEY", "another", "access is refused (SignatureDoesNotMatch)" },
        { "AWS_ACCESS_KEY_ID", "test:nobody", "access is refused" },
        { "AWS_ACCESS_KEY_ID", "", "no credentials" },
        { "FaceDeid__Videos__Spool", "s3://another-bucket/of-nobody", "there is no such bucket" },
        { "FaceDeid__Videos__Spool", "s3://B/", "FaceDeid:Videos:Spool must be a folder, or s3://bucket/prefix." },
        { "FaceDeid__Videos__S3__ServiceUrl", "http://127.0.0.1:1", "it does not answer" },
        { "FaceDeid__Videos__S3__ServiceUrl", "somewhere", "FaceDeid:Videos:S3:ServiceUrl must be an address" },
        { "FaceDeid__Jobs__Folder", "", "FaceDeid:Jobs:Folder must name a folder" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Where_it_cannot_be_used_the_service_does_not_start_and_says_what_to_change(
        string setting, string value, string expected)
    {
        var settings = Settings().Where(known => !string.Equals(known.Name, setting, StringComparison.Ordinal));

        var (exitCode, output, errors) = await ServiceProcess.RunAsync(argument: null, [.. settings, (setting, value)]);

        Assert.NotEqual(0, exitCode);
        Assert.Contains("FaceDeid does not start", errors, StringComparison.Ordinal);
        Assert.Contains(expected, errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors + output, StringComparison.Ordinal);
        Assert.DoesNotContain(S3Server.SecretKey, errors + output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_services_with_databases_of_their_own_do_not_share_a_prefix()
    {
        await using (await StartAsync())
        {
            var (exitCode, _, errors) = await ServiceProcess.RunAsync(
                argument: null, [.. Settings(), ("FaceDeid__Jobs__Folder", _state.CreateSubdirectory("other").FullName)]);

            Assert.NotEqual(0, exitCode);
            Assert.Contains("belongs to jobs of another database", errors, StringComparison.Ordinal);
            Assert.Contains($"s3://{S3Server.Bucket}/{_prefix}/owner~", errors, StringComparison.Ordinal);
        }

        await using var again = await StartAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _state.Delete(recursive: true);
    }

    private (string Name, string Value)[] Settings() =>
    [
        .. server.Settings(_prefix), ("FaceDeid__Jobs__Folder", _state.FullName),
        ("FaceDeid__Videos__WrappingKeyFile", _folder.KeptKeys().Value),
    ];

    private Task<ServiceProcess> StartAsync() => ServiceProcess.StartAsync(Settings());

    /// <summary>Looks into what lies there and was not looked into yet.</summary>
    private void Look(HashSet<string> seen, byte[][] known)
    {
        foreach (var file in server.Kept().Where(file => !seen.Contains(file.FullName)))
        {
            byte[] content;
            try
            {
                content = File.ReadAllBytes(file.FullName);
            }
            catch (IOException)
            {
                continue; // it was deleted
            }

            seen.Add(file.FullName);
            Assert.All(known, bytes => Assert.Equal(-1, content.AsSpan().IndexOf(bytes)));
            if (content.Length > 4096)
                Assert.InRange(content.CountBy(value => value).Max(count => count.Value), 0, content.Length / 64);
        }
    }

    private static Uri Of(string id, string what = "") => new($"{VideoCalls.Path}/{id}{what}", UriKind.Relative);

    private static async Task RefusedAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync();
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.Equal("storage_unavailable", (string)JsonNode.Parse(text)!["code"]!);
            Assert.NotNull(answer.Headers.RetryAfter);
            Assert.DoesNotContain(S3Server.Bucket, text, StringComparison.Ordinal);
            Assert.DoesNotContain("127.0.0.1", text, StringComparison.Ordinal);
        }
    }

    private static async Task<string> SendAsync(HttpClient client)
    {
        using var form = Requests.Form(("method", "blur"), ("video", Clip.Value, "a.mp4"));
        using var answer = await client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (string)(await answer.JsonAsync())["id"]!;
    }

    private static async Task<string> StateAsync(HttpClient client, string id) =>
        (string)JsonNode.Parse(await client.GetStringAsync(Of(id)))!["state"]!;

    private static async Task<string> EndAsync(HttpClient client, string id)
    {
        var state = "";
        await Patience.UntilAsync(async () => (state = await StateAsync(client, id)) is "done" or "failed" or "cancelled");
        return state;
    }

    private static Task<byte[]> ResultAsync(HttpClient client, string id) => client.GetByteArrayAsync(Of(id, "/result"));

    private static string Hash(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
