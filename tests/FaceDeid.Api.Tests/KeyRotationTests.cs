using System.Security.Cryptography;
using FaceDeid.Api.Jobs;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What becomes of jobs when the operator changes the key under which theirs are kept.</summary>
public sealed class KeyRotationTests : IDisposable
{
    private static readonly byte[] Video = RandomNumberGenerator.GetBytes(300_000);

    private readonly VideoFolder _folder = new();
    private readonly string _old = Key();
    private readonly string _new = Key();

    [Fact]
    public async Task Jobs_go_on_under_a_new_key_and_the_old_one_is_not_needed_any_more()
    {
        var (done, waiting) = await UnderAsync(_old);

        var lines = await StartAsync($"{_new}\n{_old}\n", [done, waiting]);
        Assert.Contains(lines, line => line.Contains("2 lay under an older line", StringComparison.Ordinal));
        Assert.Contains(
            await StartAsync($"{_new}\n{_old}\n", []),
            line => line.Contains("0 lay under an older line", StringComparison.Ordinal));

        await StartAsync(_new, [done, waiting]);
    }

    [Fact]
    public async Task A_key_that_is_removed_too_early_loses_only_the_jobs_that_lie_under_it()
    {
        var (old, oldWaiting) = await UnderAsync(_old);
        File.WriteAllText(_folder.KeptKeys().Value, _new);
        await using var service = Start(new LoggedLines<JobEngine>(), FakeVideoWork.Quick());
        var mine = await service.CreateVideoAsync(Video);
        await service.UntilAsync(mine, "done");

        foreach (var id in new[] { old, oldWaiting })
            Assert.Equal("lost_key", (string)(await service.UntilAsync(id, "failed"))["error"]!["code"]!);
        Assert.Equal(
            Video, await service.Client.GetByteArrayAsync(new Uri($"{VideoCalls.Path}/{mine}/result", UriKind.Relative)));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>One job that is done and one that waits, under a key.</summary>
    private async Task<(string Done, string Waiting)> UnderAsync(string key)
    {
        File.WriteAllText(_folder.KeptKeys().Value, key);
        string done;
        await using (var service = Start(new LoggedLines<JobEngine>(), FakeVideoWork.Quick()))
        {
            done = await service.CreateVideoAsync(Video);
            await service.UntilAsync(done, "done");
        }

        await using var stopped = Start(new LoggedLines<JobEngine>(), new FakeVideoWork());
        return (done, await stopped.CreateVideoAsync(Video));
    }

    /// <summary>Starts a service with these keys, in which jobs come to their end and can be fetched; what it logged.</summary>
    private async Task<IReadOnlyCollection<string>> StartAsync(string keys, string[] jobs)
    {
        File.WriteAllText(_folder.KeptKeys().Value, keys);
        var log = new LoggedLines<JobEngine>();
        await using var service = Start(log, FakeVideoWork.Quick());
        Assert.Equal("200", await service.OutcomeAsync(HttpMethod.Get, VideoCalls.Path));
        foreach (var id in jobs)
        {
            await service.UntilAsync(id, "done");
            Assert.Equal(
                Video, await service.Client.GetByteArrayAsync(new Uri($"{VideoCalls.Path}/{id}/result", UriKind.Relative)));
        }

        return log.Written;
    }

    private ServiceFixture Start(LoggedLines<JobEngine> log, FakeVideoWork work) => _folder.Start(
        work, services => services.AddSingleton<ILogger<JobEngine>>(log), _folder.KeptKeys());

    private static string Key() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
}
