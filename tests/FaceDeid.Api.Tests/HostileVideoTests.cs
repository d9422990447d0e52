using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Recordings that want something else than to be shown are refused by a code of the table, or come out right; nobody is asked,
/// and nothing is left of them, neither files nor processes.
/// </summary>
public sealed class HostileVideoTests(HostileVideoService service) : IClassFixture<HostileVideoService>
{
    public static TheoryData<string> Names => [.. HostileVideo.All.Select(video => video.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task It_is_refused_or_comes_out_right(string name)
    {
        var video = HostileVideo.All.Single(video => string.Equals(video.Name, name, StringComparison.Ordinal));
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var file = video.Make(((IPEndPoint)listener.LocalEndpoint).Port);

        Assert.Contains(await service.OutcomeAsync(file, "error"), video.Expected.Split('|'), StringComparer.Ordinal);
        Assert.Contains(
            await service.OutcomeAsync(file, "cover"), (video.Accepted ?? video.Expected).Split('|'), StringComparer.Ordinal);

        Assert.False(listener.Pending());
    }
}

/// <summary>A service of its own for recordings that want something else.</summary>
public sealed class HostileVideoService : IAsyncLifetime, IDisposable
{
    private readonly VideoFolder _folder = new();
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("facedeid-hostile-");
    private ServiceProcess _service = null!;
    private HttpClient _client = null!;

    public async Task InitializeAsync()
    {
        _service = await ServiceProcess.StartAsync(
            ("FaceDeid__Videos__Spool", _folder.Spool), ("FaceDeid__Videos__MaxFrames", "100"), ("TMPDIR", _temporary.FullName));
        _client = _service.Connect();
    }

    /// <summary>What becomes of a recording; afterwards nothing is left of it.</summary>
    public async Task<string> OutcomeAsync(byte[] video, string onDamage)
    {
        using var form = Requests.Form(
            [("method", "blur"), ("onNoFace", "pass"), ("onDamage", onDamage), ("video", video, "a.mp4")]);
        using var answer = await _client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), form);
        var json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
        if (answer.StatusCode != HttpStatusCode.Accepted)
        {
            await IsCleanAsync();
            return $"{(int)answer.StatusCode} {json["code"]}";
        }

        var path = new Uri($"{VideoCalls.Path}/{json["id"]}", UriKind.Relative);
        await Patience.UntilAsync(async () =>
        {
            json = JsonNode.Parse(await _client.GetStringAsync(path))!;
            return (string)json["state"]! is "done" or "failed";
        });
        using (await _client.DeleteAsync(path))
            await IsCleanAsync();
        return (string)json["state"]! is "done" ? "done" : (string)json["error"]!["code"]!;
    }

    public async Task DisposeAsync()
    {
        _client.Dispose();
        await _service.DisposeAsync();
    }

    public void Dispose()
    {
        _folder.Dispose();
        _temporary.Delete(recursive: true);
    }

    private async Task IsCleanAsync()
    {
        await Patience.UntilAsync(() => _service.Children().Count == 0);
        Assert.Empty(_folder.Objects());
        Assert.Empty(_temporary.GetDirectories("facedeid-*"));
    }
}
