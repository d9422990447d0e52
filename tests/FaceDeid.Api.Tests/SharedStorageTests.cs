using Xunit;
using Xunit.Abstractions;

namespace FaceDeid.Api.Tests;

/// <summary>Machines that share jobs, and what they keep them in: S3 instead of a folder; a PostgreSQL that is away.</summary>
public sealed class SharedStorageTests(PostgresServer postgres, S3Server s3, ITestOutputHelper output)
    : IClassFixture<PostgresServer>, IClassFixture<S3Server>, IDisposable
{
    private readonly SharedMachines _machines = new(postgres.CreateDatabase());

    [Fact]
    public async Task Machines_without_a_folder_share_a_recording_in_S3_and_one_that_is_killed_is_not_missed()
    {
        var video = VideoClips.Plain(seconds: 80);
        var expected = await SharedMachines.AloneAsync(video);
        var prefix = Guid.NewGuid().ToString("N");
        var one = await _machines.StartAsync(s3.Settings(prefix));
        await using var two = await _machines.StartAsync(s3.Settings(prefix));
        string id;
        using (var client = one.Connect())
            id = await client.SendVideoAsync(video);
        await _machines.UntilHelpedAsync(id);
        await one.KillAsync();
        await one.DisposeAsync();

        using var other = two.Connect();
        Assert.Equal(expected, await other.ResultAsync(id));
        using var deleted = await other.DeleteAsync(SharedCalls.Of(id));
        Assert.Equal([$"{prefix}/owner~"], await s3.KeysAsync(prefix));
    }

    [Fact]
    public async Task While_PostgreSQL_is_away_calls_say_so_and_pictures_are_answered_and_what_ran_goes_on()
    {
        var video = VideoClips.Plain(seconds: 80);
        var expected = await SharedMachines.AloneAsync(video);
        await using var service = await _machines.StartAsync();
        using var client = service.Connect();
        var id = await client.SendVideoAsync(video);
        await client.UntilAsync(id, "analysing");

        await postgres.StopAsync();
        var start = TimeProvider.System.GetTimestamp();
        var picture = Pictures.Face;
        using var sent = Requests.Form(("video", video, "a.mp4"));
        string?[] codes =
        [
            .. await Task.WhenAll(
                CodeAsync(client.GetAsync(new Uri(VideoCalls.Path, UriKind.Relative))),
                CodeAsync(client.GetAsync(SharedCalls.Of(id))), CodeAsync(client.GetAsync(SharedCalls.Of(id, "/result"))),
                CodeAsync(client.DeleteAsync(SharedCalls.Of(id))),
                CodeAsync(client.PostAsync(new Uri(VideoCalls.Path, UriKind.Relative), sent))),
        ];
        output.WriteLine($"Away: refused after {TimeProvider.System.GetElapsedTime(start)}");
        using (var form = Requests.Form(Requests.Image(picture)))
        using (var answer = await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form))
            Assert.Equal(200, (int)answer.StatusCode);
        await postgres.StartAsync();

        Assert.All(codes, code => Assert.Equal("503 storage_unavailable", code));
        Assert.Equal(expected, await client.ResultAsync(id));
        Assert.Equal(1, _machines.Find(id)!.Attempts); // that the database was away is no fault of the job's
    }

    public void Dispose() => _machines.Dispose();

    private static async Task<string?> CodeAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        return $"{(int)answer.StatusCode} {await answer.ProblemAsync()}";
    }
}
