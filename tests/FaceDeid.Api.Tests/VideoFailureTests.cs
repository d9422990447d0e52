using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What becomes of a recording when something dies, fills up or is stopped while it is really worked on: it ends by itself, and
/// never with frames missing.
/// </summary>
public sealed class VideoFailureTests(FailingVideoService shared) : IClassFixture<FailingVideoService>, IDisposable
{
    private const int Frames = 50;
    private const string Probe = "-show_streams";
    private const string Decoder = "pipe:2";
    private const string Encoder = "-force_key_frames";
    private const string Joiner = "-movie_timescale";
    private const string Counter = "packet=pts,pts_time";

    private static readonly Lazy<byte[]> Clip = new(() => VideoClips.Walk(Frames));

    private readonly VideoFolder _folder = new();

    /// <summary>What is ended, by its arguments, and how many times.</summary>
    public static TheoryData<string, string, int> Programs => new()
    {
        { "probe", $"{Probe} /source", 1 },
        { "decoder", $"{Decoder} /source", 2 },
        { "encoder", Encoder, 1 },
        { "verification", $"{Decoder} /segment-0000", 1 },
        { "joiner", Joiner, 1 },
        { "count", Counter, 1 },
    };

    [Theory]
    [MemberData(nameof(Programs))]
    public async Task A_program_that_is_killed_is_started_again_and_nothing_is_missing(string name, string arguments, int times)
    {
        var (service, client) = (shared.Process, shared.Client);
        var id = await SendAsync(client, ("onDamage", name is "decoder" ? "cover" : "error"));
        for (var i = 0; i < times; i++)
            await KillAsync(service, "/usr/bin/ff", arguments);

        Assert.Equal("done", await EndAsync(client, id));
        Assert.Equal(Frames, await FramesAsync(client, id));
        Assert.Equal(await WholeAsync(), await HashAsync(client, id));
    }

    [Fact]
    public async Task What_connects_a_program_with_its_recording_is_missed_when_it_is_killed()
    {
        var (service, client) = (shared.Process, shared.Client);
        var id = await SendAsync(client, ("onDamage", "cover"));
        await KillAsync(service, "/usr/bin/socat", "TCP-LISTEN", last: true);

        Assert.Equal("done", await EndAsync(client, id));
        Assert.Equal(Frames, await FramesAsync(client, id));
    }

    [Fact]
    public async Task A_program_that_is_killed_each_time_ends_the_job_but_not_the_service()
    {
        var (service, client) = (shared.Process, shared.Client);
        var id = await SendAsync(client);
        for (var i = 0; i < 3; i++)
            await KillAsync(service, "/usr/bin/ff", Decoder);

        Assert.Equal("failed engine_failed", await EndAsync(client, id));
        Assert.Equal("done", await EndAsync(client, await SendAsync(client)));
    }

    [Fact]
    public async Task What_a_person_asked_for_and_failed_can_be_asked_for_again()
    {
        var (service, client) = (shared.Process, shared.Client);
        var render = new Uri($"{VideoCalls.Path}/{await SendAsync(client, ("review", "true"))}/render", UriKind.Relative);
        var id = render.OriginalString.Split('/')[^2];
        Assert.Equal("review", await EndAsync(client, id));
        for (var again = 0; again < 2; again++)
        {
            using var accepted = await client.PostAsync(render, content: null);
            Assert.Equal(HttpStatusCode.Accepted, accepted.StatusCode);
            for (var i = 0; i < 3; i++)
                await KillAsync(service, "/usr/bin/ff", Encoder);
            Assert.Equal("review engine_failed", await EndAsync(client, id));
        }

        using (await client.PostAsync(render, content: null))
            Assert.Equal("done", await EndAsync(client, id));
        Assert.Equal(Frames, await FramesAsync(client, id));
    }

    [Theory]
    [InlineData("analysing", Decoder)]
    [InlineData("rendering", Encoder)]
    [InlineData("verifying", $"{Decoder} /segment-0000")]
    [InlineData("joining", Joiner)]
    public async Task Killed_in_any_phase_the_service_ends_the_job_when_it_is_there_again(string phase, string arguments)
    {
        string id;
        await using (var service = await StartAsync())
        {
            using var client = service.Connect();
            id = await SendAsync(client);
            var children = await UntilRunsAsync(service, "/usr/bin/ff", arguments);
            await service.KillAsync();
            await Patience.UntilAsync(() => children.All(child => !Directory.Exists($"/proc/{child}")));
        }

        await using var again = await StartAsync();
        using var later = again.Connect();
        Assert.Equal("done", await EndAsync(later, id));
        Assert.Equal((phase, await WholeAsync()), (phase, await HashAsync(later, id)));
        Assert.DoesNotContain(_folder.Objects(), path => path.EndsWith(".part~", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Decoder)]
    [InlineData(Encoder)]
    [InlineData($"{Decoder} /segment-0000")]
    [InlineData(Joiner)]
    public async Task Cancelled_in_any_phase_nothing_is_left_within_two_seconds(string arguments)
    {
        var (service, client) = (shared.Process, shared.Client);
        var id = await SendAsync(client);
        await UntilRunsAsync(service, "/usr/bin/ff", arguments);

        using (var answer = await client.PostAsync(new Uri($"{VideoCalls.Path}/{id}/cancel", UriKind.Relative), content: null))
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        Assert.Empty(shared.Objects(id));
        var time = TimeProvider.System.GetTimestamp();
        await Patience.UntilAsync(() => service.Children().Count == 0);
        Assert.InRange(TimeProvider.System.GetElapsedTime(time).TotalSeconds, 0, 2);
        Assert.Empty(shared.Objects(id));
    }

    [Fact]
    public async Task A_spool_that_is_full_is_told_and_nothing_is_left()
    {
        // Room for the original and little more: the first segment finds none.
        await using var service = await ServiceProcess.StartAsync(
            ("FaceDeid__Videos__Spool", _folder.Spool), ("FaceDeid__Videos__MaxSpoolMegabytes", "1"));
        using var client = service.Connect();
        var id = await SendAsync(client, VideoClips.Walk(200), ("crf", "0"));

        Assert.Equal("failed service_full", await EndAsync(client, id));
        Assert.DoesNotContain(_folder.Objects(), path => !path.EndsWith("/digest", StringComparison.Ordinal)
            && !path.EndsWith("/error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task With_another_wrapping_key_recordings_are_lost_and_say_so()
    {
        string id;
        await using (var service = await StartAsync())
        {
            using var client = service.Connect();
            id = await SendAsync(client);
            await UntilRunsAsync(service, "/usr/bin/ff", Encoder);
            await service.KillAsync();
        }

        await File.WriteAllTextAsync(
            _folder.KeptKeys().Value, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        await using var again = await StartAsync();
        using var later = again.Connect();
        Assert.Equal("failed lost_key", await EndAsync(later, id));
    }

    public void Dispose() => _folder.Dispose();

    private Task<ServiceProcess> StartAsync() => ServiceProcess.StartAsync(
        ("FaceDeid__Videos__Spool", _folder.Spool), ("FaceDeid__Videos__WrappingKeyFile", _folder.KeptKeys().Value));

    private static Task<string> SendAsync(HttpClient client, params FormPart[] fields) =>
        SendAsync(client, Clip.Value, fields);

    private static async Task<string> SendAsync(HttpClient client, byte[] clip, params FormPart[] fields)
    {
        using var form = Requests.Form([("method", "blur"), .. fields, ("video", clip, "a.mp4")]);
        using var answer = await client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return (string)(await answer.JsonAsync())["id"]!;
    }

    /// <summary>Its state, and why it failed.</summary>
    private static async Task<string> EndAsync(HttpClient client, string id)
    {
        JsonNode? job = null;
        await Patience.UntilAsync(async () =>
        {
            job = JsonNode.Parse(await client.GetStringAsync(new Uri($"{VideoCalls.Path}/{id}", UriKind.Relative)));
            return (string)job!["state"]! is "done" or "failed" or "cancelled" or "review";
        });
        return string.Join(' ', new[] { (string)job!["state"]!, (string?)job["error"]?["code"] }.OfType<string>());
    }

    private static async Task<int> FramesAsync(HttpClient client, string id)
    {
        var report = JsonNode.Parse(
            await client.GetStringAsync(new Uri($"{VideoCalls.Path}/{id}/report", UriKind.Relative)))!;
        Assert.Equal(Frames, (int)report["source"]!["frames"]!);
        return VideoClips.Gray(await ResultAsync(client, id), 480 * 270).Count;
    }

    private static Task<byte[]> ResultAsync(HttpClient client, string id) =>
        client.GetByteArrayAsync(new Uri($"{VideoCalls.Path}/{id}/result", UriKind.Relative));

    private static async Task<string> HashAsync(HttpClient client, string id) =>
        Convert.ToHexStringLower(SHA256.HashData(await ResultAsync(client, id)));

    /// <summary>What comes out where nothing dies.</summary>
    private async Task<string> WholeAsync()
    {
        if (shared.Whole is not null)
            return shared.Whole;
        var id = await SendAsync(shared.Client);
        Assert.Equal("done", await EndAsync(shared.Client, id));
        return shared.Whole = await HashAsync(shared.Client, id);
    }

    private static async Task KillAsync(ServiceProcess service, string program, string arguments, bool last = false)
    {
        var running = await UntilRunsAsync(service, program, arguments);
        ServiceProcess.Kill(last ? running.Max() : running[0]);
        await Patience.UntilAsync(() => !Directory.Exists($"/proc/{running[0]}") || last);
    }

    /// <summary>Waits until a program runs that has all of these arguments.</summary>
    private static async Task<IReadOnlyList<int>> UntilRunsAsync(ServiceProcess service, string program, string arguments)
    {
        List<int> running = [];
        using var patience = new CancellationTokenSource(Patience.Long);
        while (running.Count == 0)
        {
            patience.Token.ThrowIfCancellationRequested();
            running.AddRange(service.Children()
                .Where(child => child.Command.StartsWith(program, StringComparison.Ordinal)
                    && arguments.Split(' ').All(argument => child.Command.Contains(argument, StringComparison.Ordinal)))
                .Select(child => child.Id));
        }

        return running;
    }
}

/// <summary>A service whose programs are killed and whose jobs are cancelled.</summary>
public sealed class FailingVideoService : IAsyncLifetime, IDisposable
{
    private readonly VideoFolder _folder = new();

    public ServiceProcess Process { get; private set; } = null!;

    public HttpClient Client { get; private set; } = null!;

    /// <summary>The hash of what comes out where nothing dies, once somebody knows it.</summary>
    public string? Whole { get; set; }

    public async Task InitializeAsync()
    {
        Process = await ServiceProcess.StartAsync(("FaceDeid__Videos__Spool", _folder.Spool));
        Client = Process.Connect();
    }

    /// <summary>What is stored of a job.</summary>
    public IEnumerable<string> Objects(string id) =>
        _folder.Objects().Where(path => path.Contains(id, StringComparison.Ordinal));

    public async Task DisposeAsync()
    {
        Client.Dispose();
        await Process.DisposeAsync();
    }

    public void Dispose() => _folder.Dispose();
}
