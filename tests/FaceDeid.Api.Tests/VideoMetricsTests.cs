using System.Net;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What <c>/metrics</c> tells of recordings, of a service in a process of its own.</summary>
public sealed class VideoMetricsTests : IAsyncLifetime, IDisposable
{
    private const int Frames = 25;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-metrics-");
    private readonly HttpClient _client = new() { Timeout = Patience.Long };
    private ServiceProcess _service = null!;

    public async Task InitializeAsync()
    {
        _service = await ServiceProcess.StartAsync(("FaceDeid__Videos__Spool", Path.Combine(_folder.FullName, "spool")));
        _client.BaseAddress = _service.Address;
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose()
    {
        _client.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_recording_is_counted_and_timed_and_no_label_tells_of_it()
    {
        using var form = Requests.Form(("method", "mask"), ("video", VideoClips.Walk(), VideoClips.Marker));
        using var created = await _client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        var path = created.Headers.Location!.ToString();

        var metrics = string.Empty;
        var most = 0.0;
        await Patience.UntilAsync(async () =>
        {
            metrics = await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
            most = Math.Max(most, Value("children") ?? 0);
            return (string)JsonNode.Parse(await _client.GetStringAsync(new Uri(path, UriKind.Relative)))!["state"]! is "done";
        });
        await Task.Delay(350); // the exporter shows the same numbers for 300 ms
        metrics = await _client.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.InRange(most, 1, 4);
        Assert.Equal(0, Value("children"));
        Assert.Equal(Frames, Value("frames_total", "phase=\"analysing\""));
        Assert.Equal(Frames, Value("frames_total", "phase=\"rendering\""));
        Assert.Equal(1, Value("faces_total", "kind=\"strong\""));
        Assert.Null(Value("faces_total", "kind=\"weak\""));
        foreach (var (step, least) in new[]
            { ("decode", 2 * Frames), ("search", 1), ("follow", Frames), ("protect", Frames), ("encode", Frames), ("verify", 1) })
        {
            Assert.InRange(Value("frame_seconds_count", $"step=\"{step}\"") ?? 0, least, 5 * Frames);
            Assert.InRange(Value("frame_seconds_sum", $"step=\"{step}\"") ?? 0, 1e-6, 60);
        }

        Assert.Contains("facedeid_videos{", metrics, StringComparison.Ordinal);
        Assert.Contains("state=\"done\"", metrics, StringComparison.Ordinal);
        Assert.DoesNotContain(VideoClips.Marker, metrics, StringComparison.Ordinal);

        double? Value(string name, string label = "") => metrics.Split('\n')
            .Where(line => line.StartsWith($"facedeid_video_{name}{{", StringComparison.Ordinal)
                && line.Contains(label, StringComparison.Ordinal))
            .Select(line => (double?)double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1))).SingleOrDefault();
    }
}
