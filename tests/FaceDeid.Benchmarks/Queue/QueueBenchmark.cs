using System.Security.Cryptography;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Settings;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.Benchmarks.Scale;
using FaceDeid.Benchmarks.Service;
using FaceDeid.TestData;

namespace FaceDeid.Benchmarks.Queue;

/// <summary>
/// What 1,000 queued jobs cost beside their work, in processor time of the service and of the database, and how long they take to
/// be listed: with SQLite and with PostgreSQL.
/// </summary>
internal static class QueueBenchmark
{
    private const int Jobs = 1000;
    private const int Before = 200;
    private const int Requests = 300;
    private const int Minute = 1500; // frames, at 25 a second
    private const double FrameSeconds = 0.044237; // of a processor: all steps of the longer clip of docs/scale.md
    private const double MostShare = 0.01;
    private const double MostMilliseconds = 50;

    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(30);

    public static async Task<bool> RunAsync()
    {
        var costs = new Table("database", "what", "service, ms", "database, ms", "statements", "s");
        var lists = new Table("database", "jobs of a page", "p50, ms", "p95, ms");
        using var postgres = new PostgresProcess(Loopback.FreeAddress().Port);
        await postgres.InitializeAsync();
        postgres.Start("shared_preload_libraries=pg_stat_statements");
        try
        {
            using (var database = new PostgresDatabase(postgres.ConnectionString))
                database.Execute("CREATE EXTENSION pg_stat_statements"); // waits until it is there
            var isMet = true;
            foreach (var server in new[] { null, postgres })
                isMet &= await MeasureAsync(server, costs) & await ListAsync(server, lists);
            costs.Print($"{Jobs} jobs, processor time; a minute of them: a machine with nothing to do, or with one that runs");
            lists.Print($"GET /v1/videos with {Jobs} jobs, {Requests} requests, one after the other");
            return isMet;
        }
        finally
        {
            await postgres.StopAsync();
        }
    }

    private static async Task<bool> MeasureAsync(PostgresProcess? server, Table costs)
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-queue-");
        try
        {
            using var meter = new QueueMeter(server);
            var work = new QueueWork();
            using var engine = QueueWork.Engine(Options(folder, server), work);
            await engine.StartAsync(CancellationToken.None);
            await work.QueueAsync(engine, Before); // what runs for the first time is compiled, which counts for hours
            await work.EndAsync(engine);
            var idle = await meter.OfAsync(() => Task.Delay(Watched)) / Watched.TotalMinutes;
            var queued = await meter.OfAsync(() => work.QueueAsync(engine, Jobs));
            var running = await meter.OfAsync(() => Task.Delay(Watched)) / Watched.TotalMinutes;
            var ended = await meter.OfAsync(() => work.EndAsync(engine));
            await engine.StopAsync(CancellationToken.None);

            var name = server is null ? "SQLite" : "PostgreSQL";
            Add("a minute with nothing to do", idle);
            Add("a minute with a job that runs, and the others waiting", running);
            Add("a job: receive, queue, schedule", queued / Jobs);
            Add("a job: begin, end", ended / Jobs);
            var minutes = StepTimes.Measured.Alone(Minute) / 60;
            var share = (minutes * running.All + (queued.All + ended.All) / Jobs) / (Minute * FrameSeconds);
            Console.WriteLine(
                $"\n{name}: a recording of a minute runs for {minutes * 60:0} s and takes {Minute * FrameSeconds:0.0} s of "
                + $"processors; the queue's part is {share:0.00 %}; {Format.Aim(share < MostShare, $"under {MostShare:0 %}")}");
            return share < MostShare;

            void Add(string what, QueueCost cost) => costs.Add(
                name, what, Format.Milliseconds(cost.Service * 1000), Format.Milliseconds(cost.Database * 1000),
                server is null ? "-" : $"{cost.Statements:0.0}", $"{cost.Clock:0.00}");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<bool> ListAsync(PostgresProcess? server, Table lists)
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-queue-");
        try
        {
            var options = Options(folder, server);
            using var service = await ServiceProcess.StartAsync(settings:
            [
                ("FaceDeid__Videos__Spool", options.Videos.Spool),
                ("FaceDeid__Videos__WrappingKeyFile", options.Videos.WrappingKeyFile),
                ("FaceDeid__Jobs__ConnectionString", options.Jobs.ConnectionString),
                ("FaceDeid__Role", server is null ? "all" : "front"),
            ]);
            using (var database = JobDatabase.Open(
                options.Jobs.ConnectionString, Path.Combine(options.Videos.Spool, "state", "jobs.db")))
                Fill(new JobTable(database, TimeProvider.System));
            var isMet = true;
            foreach (var limit in new[] { 20, 100 })
            {
                var times = new List<double>();
                for (var i = 0; i < Requests; i++)
                {
                    var start = TimeProvider.System.GetTimestamp();
                    await service.Client.GetByteArrayAsync(new Uri($"/v1/videos?limit={limit}", UriKind.Relative));
                    times.Add(TimeProvider.System.GetElapsedTime(start).TotalMilliseconds);
                }

                times.Sort();
                var (median, most) = (times[Requests / 2], times[Requests * 95 / 100]);
                isMet &= most < MostMilliseconds;
                lists.Add(
                    server is null ? "SQLite" : "PostgreSQL", $"{limit}", Format.Milliseconds(median), Format.Milliseconds(most));
            }

            return isMet;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>Jobs that nobody works on: a single machine would, if they were complete.</summary>
    private static void Fill(JobTable table)
    {
        var owner = JobEngine.HashOf("anonymous");
        for (var i = 0; i < Jobs; i++)
            table.Add($"{Guid.NewGuid():N}", "video", owner, most: int.MaxValue);
    }

    private static FaceDeidOptions Options(DirectoryInfo folder, PostgresProcess? server)
    {
        var (spool, key) = (folder.CreateSubdirectory("spool"), Path.Combine(folder.FullName, "wrapping.key"));
        File.WriteAllText(key, Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)));
        var connection = string.Empty;
        if (server is not null)
        {
            // Of each folder its own, as it has its own key.
            var name = $"queue_{Guid.NewGuid():N}";
            using var database = new PostgresDatabase(server.ConnectionString);
            database.Execute($"CREATE DATABASE {name}");
            connection = server.ConnectionString.Replace("Database=postgres", $"Database={name}", StringComparison.Ordinal);
        }

        return new FaceDeidOptions
        {
            Videos = new VideoSettings { Spool = spool.FullName, WrappingKeyFile = key, MaxQueued = 2 * Jobs, Jobs = 1 },
            Jobs = new JobSettings { ConnectionString = connection },
        };
    }
}
