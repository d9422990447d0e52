using System.Diagnostics;
using System.Security.Cryptography;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Operations;
using FaceDeid.TestData;
using FaceDeid.Video.Spool;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// The database of jobs that several machines share: its tables, what they agree on, and what becomes of who waits.
/// </summary>
public sealed class SharedDatabaseTests : IClassFixture<PostgresServer>, IDisposable
{
    private const int Callers = 200;

    private readonly PostgresServer _postgres;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-database-");

    public SharedDatabaseTests(PostgresServer postgres) => _postgres = postgres;

    [Fact]
    public async Task Machines_that_start_at_once_on_an_empty_database_all_start()
    {
        for (var round = 0; round < 5; round++)
        {
            var connection = _postgres.CreateDatabase();
            using var start = new ManualResetEventSlim();
#pragma warning disable IDISP013 // awaited below, all together
            var machines = Enumerable.Range(0, 6).Select(_ => Task.Factory.StartNew(
                () =>
                {
                    start.Wait();
                    return OpenAsync(connection);
                },
                CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()).ToList();
#pragma warning restore IDISP013
            start.Set();

            var ids = await Task.WhenAll(machines);

            Assert.Single(ids.Distinct(StringComparer.Ordinal));
        }

        static async Task<string> OpenAsync(string connection)
        {
            using var database = new PostgresDatabase(connection);
            var id = database.Agree("id", $"{Guid.NewGuid():N}");
            _ = new JobTable(database, TimeProvider.System);
            using var node = new JobNode(database, TimeProvider.System);
            await using var schedule = await JobSchedule.OpenAsync(database, connection, string.Empty, 1, _ => { });
            return id;
        }
    }

    [Fact]
    public async Task A_sweep_forgets_what_machines_had_claimed_that_are_gone_for_long()
    {
        using var database = new PostgresDatabase(_postgres.CreateDatabase());
        var table = new JobTable(database, TimeProvider.System);
        using var node = new JobNode(database, TimeProvider.System);
        using var spool = new MediaSpool(Path.Combine(_folder.FullName, "spool"), 1 << 20, wrapping: null, isShared: true);
        Assert.True(node.TryClaim("long", "analysing", 0));
        Assert.True(node.TryClaim("lately", "analysing", 0));
        Assert.True(node.TryClaim("now", "analysing", 0));
        database.Execute("UPDATE claims SET until = until - 3700000 WHERE job = 'long'");
        database.Execute("UPDATE claims SET until = until - 3000000 WHERE job = 'lately'");

        new JobSweeper(
            spool, table, node, new Audit(NullLoggerFactory.Instance), TimeSpan.FromHours(1), TimeProvider.System,
            NullLogger.Instance).Sweep();

        Assert.Equal(
            ["lately", "now"], database.Query("SELECT job FROM claims ORDER BY job", row => row.GetString(0)));
    }

    [Fact]
    public async Task Machines_agree_on_a_wrapping_key_and_change_it_one_after_the_other()
    {
        using var database = new PostgresDatabase(_postgres.CreateDatabase());

        Agree("old");
        AssertForeign("other");
        AssertForeign("new");
        Agree("old", "new"); // the first machine
        Agree("old"); // another that starts again before its file is changed
        Agree("old", "new");
        Agree("new", "old"); // the second step
        Agree("old", "new"); // another that starts again before that
        Agree("new", "old");
        AssertForeign("old");
        Agree("new"); // the last step
        Agree("new", "old"); // another that starts again before that
        AssertForeign("old");

        void Agree(params string[] keys) => SharedKey.Agree(database, keys);

        void AssertForeign(params string[] keys) =>
            Assert.Equal(FaceDeidError.InvalidOption, Assert.Throws<FaceDeidException>(() => Agree(keys)).Code);
    }

    [Fact]
    public async Task A_machine_with_another_wrapping_key_is_not_started()
    {
        var connection = _postgres.CreateDatabase();
        await using var first = await ServiceProcess.StartAsync(Settings(connection, Key("one")));

        var (code, _, errors) = await ServiceProcess.RunAsync(argument: null, Settings(connection, Key("two")));

        Assert.Equal(1, code);
        Assert.Contains(
            "FaceDeid does not start. The file of FaceDeid:Videos:WrappingKeyFile does not have the key", errors,
            StringComparison.Ordinal);
        using var database = new PostgresDatabase(connection);
        var agreed = Assert.Single(database.Query(
            "SELECT value FROM agreed WHERE name = 'wrapping_key'", row => row.GetString(0)));
        Assert.Equal(16, agreed.Length); // 64 bits, of which no key follows
    }

    [Fact]
    public async Task A_database_in_which_a_table_cannot_be_made_stops_the_start_with_a_reason()
    {
        var connection = _postgres.CreateDatabase();
        using (var database = new PostgresDatabase(connection))
            database.Execute("CREATE TYPE claims AS ENUM ()"); // tables are types, too

        var (code, _, errors) = await ServiceProcess.RunAsync(argument: null, Settings(connection, Key("one")));

        Assert.Equal(1, code);
        Assert.StartsWith("FaceDeid does not start. 42710: type \"claims\" already exists", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_request_at_two_machines_at_once_becomes_one_job()
    {
        var connection = _postgres.CreateDatabase();
        var key = Key("one");
        await using var one = await ServiceProcess.StartAsync(Settings(connection, key, ("FaceDeid__Role", "front")));
        await using var two = await ServiceProcess.StartAsync(Settings(connection, key, ("FaceDeid__Role", "front")));
        using var database = new PostgresDatabase(connection);
        // Nobody queues a job before both have seen that there is no earlier one.
        database.Execute(
            """
            CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN PERFORM pg_advisory_xact_lock_shared(99); RETURN NEW; END';
            CREATE TRIGGER wait BEFORE UPDATE ON jobs FOR EACH ROW WHEN (NEW.state = 'Queued') EXECUTE FUNCTION wait()
            """);
        await using var source = NpgsqlDataSource.Create(connection);
        await using var gate = await source.OpenConnectionAsync();
        await using var command = gate.CreateCommand();
        command.CommandText = "SELECT pg_advisory_lock(99)";
        await command.ExecuteNonQueryAsync();
        var video = VideoClips.Plain();

        var answers = new[] { SendAsync(one), SendAsync(two) };
        await Patience.UntilAsync(() => database.Query(
            "SELECT COUNT(DISTINCT client_port) FROM pg_stat_activity JOIN pg_locks USING (pid) "
            + "WHERE locktype = 'advisory' AND objid = 99 AND NOT granted", row => row.GetInt64(0))[0] >= 2);
        command.CommandText = "SELECT pg_advisory_unlock(99)";
        await command.ExecuteNonQueryAsync();

        var sent = await Task.WhenAll(answers);
        Assert.Equal(sent[0].Id, sent[1].Id);
        Assert.Equal([200, 202], sent.Select(one => one.Status).Order());
        Assert.Equal(1, database.Query("SELECT COUNT(*) FROM jobs WHERE deleted IS NULL", row => row.GetInt64(0))[0]);

        async Task<(int Status, string? Id)> SendAsync(ServiceProcess service)
        {
            using var client = service.Connect();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/videos", UriKind.Relative))
            {
                Content = Requests.Form(("method", "blur"), ("video", video, "a.mp4")),
            };
            request.Headers.Add("Idempotency-Key", "once");
            using var answer = await client.SendAsync(request);
            return ((int)answer.StatusCode, (string?)(await answer.JsonAsync())["id"]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task While_the_database_is_away_calls_for_jobs_fail_soon_and_pictures_are_done(bool isSilent)
    {
        var connection = _postgres.CreateDatabase();
        using var cable = new Cable(_postgres.Port);
        var connected = new NpgsqlConnectionStringBuilder(connection) { Port = cable.Port }.ConnectionString;
        await using var service = await ServiceProcess.StartAsync(Settings(
            connected, Key("one"), ("FaceDeid__Role", "front"), ("FaceDeid__Limits__MaxConnections", "2000")));
        using var client = service.Connect();
        Assert.Equal(200, (await GetAsync(client, "/v1/videos")).Status);
        if (isSilent)
            cable.Cut();
        else
            await _postgres.StopAsync();

#pragma warning disable IDISP013 // awaited below, all together
        var calls = Enumerable.Range(0, Callers).Select(_ => Task.Run(() => GetAsync(client, "/v1/videos"))).ToList();
#pragma warning restore IDISP013
        var healthy = await GetAsync(client, "/health/ready");
        var start = Stopwatch.GetTimestamp();
        using var form = Requests.Form(Requests.Image(Pictures.Face));
        using var picture = await client.PostAsync(new Uri("/v1/deidentify", UriKind.Relative), form);
        var ofPicture = Stopwatch.GetElapsedTime(start);
        var ofCalls = await Task.WhenAll(calls);
        var later = await Task.WhenAll(Enumerable.Range(0, Callers).Select(_ => GetAsync(client, "/v1/videos")));
        cable.Mend();
        if (!isSilent)
            await _postgres.StartAsync();

        Assert.Equal((200, 200), (healthy.Status, (int)picture.StatusCode));
        Assert.All(ofCalls.Concat(later), call => Assert.Equal(503, call.Status));
        Assert.All(ofCalls, call => Assert.True(call.Took < TimeSpan.FromSeconds(20), $"{call.Took}"));
        Assert.True(ofPicture < TimeSpan.FromSeconds(10), $"{ofPicture}");
        Assert.True(healthy.Took < TimeSpan.FromSeconds(10), $"{healthy.Took}");
        await Patience.UntilAsync(async () => (await GetAsync(client, "/v1/videos")).Status == 200);
    }

    [Fact]
    public async Task A_machine_that_the_network_keeps_from_the_database_stops_before_others_begin()
    {
        var connection = _postgres.CreateDatabase();
        using var cable = new Cable(_postgres.Port);
        using var far = new PostgresDatabase(
            new NpgsqlConnectionStringBuilder(connection) { Port = cable.Port }.ConnectionString);
        using var near = new PostgresDatabase(connection);
        using var lost = new JobNode(far, TimeProvider.System);
        using var other = new JobNode(near, TimeProvider.System);
        lost.Start();
        other.Start();
        Assert.True(lost.TryClaim("job", "analysing", 0));
        var cutOff = lost.CutOff;

        cable.Cut();
        await Patience.UntilAsync(() => other.TryClaim("job", "analysing", 0));
        Assert.True(cutOff.IsCancellationRequested);
        cable.Mend();

        await Patience.UntilAsync(() => !lost.CutOff.IsCancellationRequested); // it is there again
        Assert.False(lost.TryClaim("job", "analysing", 0));
    }

    [Fact]
    public void A_connection_string_that_keeps_more_connections_than_may_be_used_can_be_used()
    {
        var limited = new NpgsqlConnectionStringBuilder(
            PostgresDatabase.Limited("Host=db.example.org;Minimum Pool Size=50", statementSeconds: 3));

        Assert.Equal((32, 32), (limited.MinPoolSize, limited.MaxPoolSize));
        using var database = new PostgresDatabase(limited.ConnectionString);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Key(string name)
    {
        var file = Path.Combine(_folder.FullName, $"{name}.key");
        File.WriteAllText(file, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        return file;
    }

    private (string Name, string Value)[] Settings(
        string connection, string key, params (string Name, string Value)[] more) =>
        [
            ("FaceDeid__Videos__Spool", Path.Combine(_folder.FullName, "spool")), ("FaceDeid__Videos__WrappingKeyFile", key),
            ("FaceDeid__Jobs__ConnectionString", connection), .. more,
        ];

    private static async Task<(int Status, TimeSpan Took)> GetAsync(HttpClient client, string path)
    {
        var start = Stopwatch.GetTimestamp();
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative));
        return ((int)answer.StatusCode, Stopwatch.GetElapsedTime(start));
    }
}
