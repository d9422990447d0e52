using System.Diagnostics;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;
using Xunit.Abstractions;

namespace FaceDeid.Api.Tests;

/// <summary>Machines of which one is killed again and again: who is left leads the next job.</summary>
public sealed class LastMachine : IAsyncLifetime, IDisposable
{
    private readonly PostgresServer _postgres = new();
    private readonly WebhookSecrets _secrets = new();

    internal SharedMachines Machines { get; private set; } = null!;

    internal WebhookReceiver Receiver { get; private set; } = null!;

    internal JobHold Hold { get; private set; } = null!;

    internal ServiceProcess Process { get; set; } = null!;

    internal byte[] Video { get; } = VideoClips.Walk();

    /// <summary>What one machine alone makes of it.</summary>
    internal string Expected { get; private set; } = string.Empty;

    public async Task InitializeAsync()
    {
        await _postgres.InitializeAsync();
#pragma warning disable IDISP003 // it is made once
        Machines = new SharedMachines(_postgres.ConnectionString);
#pragma warning restore IDISP003
        Receiver = await WebhookReceiver.StartAsync();
        Expected = await SharedMachines.AloneAsync(Video);
        Process = await StartAsync();
        Hold = await JobHold.OpenAsync(_postgres.ConnectionString);
    }

    /// <summary>Starts one more; the caller disposes it.</summary>
    internal Task<ServiceProcess> StartAsync() => Machines.StartAsync(
        [.. _secrets.For(Receiver).Select(setting => (setting.Key.Replace(":", "__"), setting.Value))]);

    public async Task DisposeAsync()
    {
        await Process.DisposeAsync();
        await Hold.DisposeAsync();
        await Receiver.DisposeAsync();
        await _postgres.DisposeAsync();
    }

    public void Dispose()
    {
        Machines.Dispose();
        _postgres.Dispose();
        _secrets.Dispose();
    }
}

/// <summary>
/// A machine that leads a job is killed with SIGKILL, in each phase that there is; another ends it.
/// </summary>
public sealed class KilledLeaderTests(LastMachine last, ITestOutputHelper output) : IClassFixture<LastMachine>
{
    [Theory]
    [InlineData("analysing")]
    [InlineData("reviewing")]
    [InlineData("Review")]
    [InlineData("rendering")]
    [InlineData("joining")]
    [InlineData("Done")]
    public async Task A_job_whose_leader_is_killed_ends_at_another_machine_as_if_nothing_was(string phase)
    {
        var (waits, isReviewed) = (phase is "Review", phase is "Review" or "reviewing");
        var (machines, hold, leader) = (last.Machines, last.Hold, last.Process);
        using var client = leader.Connect();
        await hold.BeginAsync();
        var id = await client.SendVideoAsync(
            last.Video, ("webhook", $"{last.Receiver.Address}&at={(waits ? "" : phase)}"),
            ("review", isReviewed ? "true" : "false"));
        await (waits ? client.UntilAsync(id, "review") : hold.UntilAsync());

        await leader.KillAsync();
        await leader.DisposeAsync();
        var killed = Stopwatch.StartNew();
        await hold.EndAsync();
        last.Process = await last.StartAsync(); // only now: where this takes long, what is held would be given up before

        using var other = last.Process.Connect();
        if (!waits)
            await Patience.UntilAsync(() => machines.Find(id)!.Attempts == 2);
        output.WriteLine($"{phase}: begun by the other after {killed.Elapsed}");
        if (isReviewed)
        {
            await other.UntilAsync(id, "review");
            await UntilToldAsync(id, "review");
            using var form = Requests.Form(("method", "blur"));
            using var answer = await other.PostAsync(SharedCalls.Of(id, "/render"), form);
            Assert.Equal(202, (int)answer.StatusCode);
        }

        Assert.Equal(last.Expected, await other.ResultAsync(id));
        Assert.Equal(isReviewed ? 1 : 2, machines.Find(id)!.Attempts); // of the render, which was asked for by itself
        await UntilToldAsync(id, "done");
        Assert.Equal(
            isReviewed ? "video.review video.done" : "video.done", // who is killed while it tells is followed by who tells again
            string.Join(' ', last.Receiver.Messages.DistinctBy(message => message.Id, StringComparer.Ordinal)
                .Select(message => JsonNode.Parse(message.Body)!)
                .Where(body => string.Equals((string)body["data"]!["id"]!, id, StringComparison.Ordinal))
                .Select(body => (string)body["type"]!)));
        if (!isReviewed) // what may be changed once more is kept, too
        {
            Assert.Equal(
                "digest key~ options report result tracks",
                string.Join(' ', machines.Objects(id).Where(name => !name.EndsWith(".part~", StringComparison.Ordinal))));
        }
    }

    private Task UntilToldAsync(string id, string what) => Patience.UntilAsync(
        () => last.Machines.Count($"SELECT COUNT(*) FROM jobs WHERE id = @id AND notified LIKE '%{what}%'", id) == 1);
}
