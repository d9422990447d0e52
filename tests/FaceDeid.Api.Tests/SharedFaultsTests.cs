using FaceDeid.TestData;
using Xunit;
using Xunit.Abstractions;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What several machines do when something goes wrong between them, with a real PostgreSQL; docs/operations.md has the table.
/// </summary>
public sealed class SharedFaultsTests(PostgresServer postgres, ITestOutputHelper output)
    : IClassFixture<PostgresServer>, IDisposable
{
    private readonly SharedMachines _machines = new(postgres.CreateDatabase());

    [Fact]
    public async Task What_a_machine_had_received_and_what_it_was_just_receiving_is_done_by_another_when_it_is_killed()
    {
        var video = VideoClips.Walk();
        var expected = await SharedMachines.AloneAsync(video);
        await using var front = await _machines.StartAsync(("FaceDeid__Role", "front"));
        using var client = front.Connect();
        var queued = await client.SendVideoAsync(video);
        using var half = await RawUpload.HalfAsync(front.Address, sent: 1000, announced: 5000, VideoCalls.Path, "video");
        await Patience.UntilAsync(
            () => _machines.Count("SELECT COUNT(*) FROM jobs WHERE state = 'Receiving' AND id <> @id", queued) == 1);

        await front.KillAsync();
        await using var other = await _machines.StartAsync();
        using var later = other.Connect();
        var again = await later.SendVideoAsync(video);

        Assert.Equal([expected, expected], [await later.ResultAsync(queued), await later.ResultAsync(again)]);
        Assert.Equal((1, 1), (_machines.Find(queued)!.Attempts, _machines.Find(again)!.Attempts));
    }

    [Fact]
    public async Task Where_a_machine_that_helps_is_killed_the_leader_does_its_part()
    {
        var video = VideoClips.Plain(seconds: 80);
        var expected = await SharedMachines.AloneAsync(video);
        await using var leader = await _machines.StartAsync();
        await using var helper = await _machines.StartAsync();
        var id = await _machines.ShareAsync(leader, helper, video);
        await _machines.UntilHelpedAsync(id);

        await helper.KillAsync();

        using var client = leader.Connect();
        Assert.Equal(expected, await client.ResultAsync(id));
        Assert.Equal(1, _machines.Find(id)!.Attempts);
    }

    [Theory]
    [InlineData("cancel")]
    [InlineData("delete")]
    public async Task A_job_that_is_ended_at_one_machine_stops_at_all_and_leaves_nothing(string how)
    {
        await using var leader = await _machines.StartAsync();
        await using var other = await _machines.StartAsync();
        var id = await _machines.ShareAsync(leader, other, VideoClips.Plain(seconds: 300));
        await _machines.UntilHelpedAsync(id);
        await Patience.UntilAsync(() => leader.IsDecoding() && other.IsDecoding());

        using var direct = other.Connect();
        var asked = TimeProvider.System.GetTimestamp();
        using var answer = how is "delete"
            ? await direct.DeleteAsync(SharedCalls.Of(id))
            : await direct.PostAsync(SharedCalls.Of(id, "/cancel"), content: null);
        Assert.True(answer.IsSuccessStatusCode, $"{answer.StatusCode}");
        await Patience.UntilAsync(() => !leader.IsDecoding() && !other.IsDecoding());
        var took = TimeProvider.System.GetElapsedTime(asked);
        output.WriteLine($"{how}: nobody works on it after {took}");

        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(10));
        await Patience.UntilAsync(() => _machines.Claimants(id).Count == 0);
        Assert.False(_machines.IsStored(id));
        Assert.DoesNotContain("Exception", leader.Output + other.Output, StringComparison.Ordinal);
    }

    public void Dispose() => _machines.Dispose();
}
