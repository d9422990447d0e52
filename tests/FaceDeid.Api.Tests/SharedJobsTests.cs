using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FaceDeid.Api.Jobs;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Jobs that several machines share, in a real PostgreSQL: here, processes of one machine.</summary>
public sealed class SharedJobsTests : IClassFixture<PostgresServer>, IDisposable
{
    private readonly PostgresServer _postgres;
    private readonly string _connection;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-shared-");
    private readonly string _key;

    public SharedJobsTests(PostgresServer postgres)
    {
        (_postgres, _connection) = (postgres, postgres.CreateDatabase());
        _key = Path.Combine(_folder.FullName, "wrapping.key");
        File.WriteAllText(_key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
    }

    [Fact]
    public void What_a_machine_says_that_does_not_work_on_a_job_any_more_does_not_count()
    {
        using var database = new PostgresDatabase(_connection);
        var table = new JobTable(database, TimeProvider.System);
        var id = $"{Guid.NewGuid():N}";
        Assert.True(table.Add(id, "video", "owner", most: 100));
        Assert.True(table.Queue(id, 60, retryKey: null, webhook: null));
        var first = table.Begin(id, "one-1")!;
        Assert.True(table.Report(first, "analysing", 5, 10, 1));
        var second = table.Begin(id, "two-1")!;

        Assert.False(table.Report(first, "analysing", 6, 10, 1));
        Assert.False(table.SetState(first, JobState.Review));
        Assert.False(table.Complete(first));
        Assert.False(table.Fail(first, "engine_failed"));
        Assert.True(table.Report(second, "analysing", 6, 10, 1));
        Assert.True(table.Complete(second));
        Assert.Equal((JobState.Done, 2, 6), (table.Find(id)!.State, table.Find(id)!.Attempts, table.Find(id)!.Done));
    }

    [Fact]
    public void A_part_of_a_job_is_one_machines_until_that_gives_it_back()
    {
        using var database = new PostgresDatabase(_connection);
        using var one = new JobNode(database, TimeProvider.System);
        using var two = new JobNode(database, TimeProvider.System);
        var job = $"{Guid.NewGuid():N}";

        Assert.True(one.TryClaim(job, "rendering", 3));
        Assert.True(one.TryClaim(job, "rendering", 3));
        Assert.False(two.TryClaim(job, "rendering", 3));
        Assert.True(two.TryClaim(job, "rendering", 4));
        one.Release(job);
        Assert.True(two.TryClaim(job, "rendering", 3));
        Assert.False(one.TryClaim(job, "rendering", 4));
    }

    [Fact]
    public async Task What_a_machine_has_claimed_that_is_gone_is_free_after_a_while_and_not_before()
    {
        using var database = new PostgresDatabase(_connection);
        using var gone = new JobNode(database, TimeProvider.System);
        using var there = new JobNode(database, TimeProvider.System);
        using var other = new JobNode(database, TimeProvider.System);
        var job = $"{Guid.NewGuid():N}";
        there.Start();
        Assert.True(gone.TryClaim(job, "analysing", 0));
        Assert.True(there.TryClaim(job, "analysing", 1));

        Assert.False(other.TryClaim(job, "analysing", 0));
        await Patience.UntilAsync(() => Task.FromResult(other.TryClaim(job, "analysing", 0)));
        Assert.False(other.TryClaim(job, "analysing", 1));
    }

    [Fact]
    public async Task A_database_that_starts_again_is_waited_for()
    {
        await using var service = await StartAsync("again", _connection);
        using var client = service.Connect();
        var id = await SendAsync(client, VideoClips.Plain(seconds: 20));

        await _postgres.StopAsync();
        await _postgres.StartAsync();

        Assert.NotEmpty(await ResultAsync(client, id));
    }

    [Fact]
    public async Task A_front_answers_and_a_worker_works()
    {
        await using var front = await StartAsync("roles", _connection, ("FaceDeid__Role", "front"));
        using var client = front.Connect();
        var id = await SendAsync(client, VideoClips.Plain(seconds: 1));
        await Task.Delay(TimeSpan.FromSeconds(3));
        Assert.Equal("queued", (string)(await client.GetFromJsonAsync<JsonNode>($"/v1/videos/{id}"))!["state"]!);

        await using var worker = await StartAsync("roles", _connection, ("FaceDeid__Role", "worker"));
        using var direct = worker.Connect();
        using var refused = await direct.GetAsync(new Uri("/v1/videos", UriKind.Relative));
        using var healthy = await direct.GetAsync(new Uri("/health/ready", UriKind.Relative));

        Assert.NotEmpty(await ResultAsync(client, id));
        Assert.Equal((404, 200), ((int)refused.StatusCode, (int)healthy.StatusCode));
    }

    [Fact]
    public async Task A_start_that_could_not_work_is_refused_with_what_to_change()
    {
        var (code, _, errors) = await ServiceProcess.RunAsync(
            argument: null, ("FaceDeid__Jobs__ConnectionString", _connection),
            ("FaceDeid__Videos__Spool", Path.Combine(_folder.FullName, "none")), ("FaceDeid__Role", "worker"));

        Assert.Equal(1, code);
        Assert.Contains("FaceDeid:Videos:WrappingKeyFile must name a file", errors, StringComparison.Ordinal);
        var (alone, _, said) = await ServiceProcess.RunAsync(argument: null, ("FaceDeid__Role", "front"));
        Assert.Equal(1, alone);
        Assert.Contains("FaceDeid:Role may be front or worker only where", said, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private Task<ServiceProcess> StartAsync(string spool, string? connection = null, params (string Name, string Value)[] more) =>
        ServiceProcess.StartAsync(
        [
            ("FaceDeid__Videos__Spool", Path.Combine(_folder.FullName, spool)), ("FaceDeid__Videos__WrappingKeyFile", _key),
            ("FaceDeid__Jobs__ConnectionString", connection ?? string.Empty), .. more,
        ]);

    private static async Task<string> SendAsync(HttpClient client, byte[] video)
    {
        using var form = Requests.Form(("method", "blur"), ("onNoFace", "pass"), ("video", video, "a.mp4"));
        using var answer = await client.PostAsync(new Uri("/v1/videos", UriKind.Relative), form);
        Assert.Equal(202, (int)answer.StatusCode);
        return (string)(await answer.JsonAsync())["id"]!;
    }

    /// <summary>Waits until a recording is done; the SHA-256 of its result.</summary>
    private static async Task<string> ResultAsync(HttpClient client, string id)
    {
        await Patience.UntilAsync(async () =>
        {
            using var answer = await client.GetAsync(new Uri($"/v1/videos/{id}", UriKind.Relative));
            if (!answer.IsSuccessStatusCode)
                return false; // the database is just away
            var job = await answer.JsonAsync();
            Assert.True((string)job["state"]! is not "failed", $"{job["error"]}");
            return (string)job["state"]! is "done";
        });
        return Convert.ToHexString(
            SHA256.HashData(await client.GetByteArrayAsync(new Uri($"/v1/videos/{id}/result", UriKind.Relative))));
    }
}
