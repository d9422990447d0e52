using FaceDeid.Api.Jobs;
using FaceDeid.TestData;

namespace FaceDeid.Benchmarks.Queue;

/// <summary>What something took.</summary>
/// <param name="Service">Seconds of processors, of this process.</param>
/// <param name="Database">Seconds of processors, of PostgreSQL; SQLite's are this process's.</param>
/// <param name="Statements">Statements to PostgreSQL, those that begin and end a transaction included.</param>
/// <param name="Clock">Seconds.</param>
internal readonly record struct QueueCost(double Service, double Database, double Statements, double Clock)
{
    public double All => Service + Database;

    public static QueueCost operator -(QueueCost all, QueueCost before) => new(
        all.Service - before.Service, all.Database - before.Database, all.Statements - before.Statements,
        all.Clock - before.Clock);

    public static QueueCost operator /(QueueCost all, double times) =>
        new(all.Service / times, all.Database / times, all.Statements / times, all.Clock / times);
}

/// <summary>Measures this process and PostgreSQL.</summary>
/// <param name="server">The server; null: there is none.</param>
internal sealed class QueueMeter(PostgresProcess? server) : IDisposable
{
    private readonly PostgresDatabase? _database = server is null ? null : new PostgresDatabase(server.ConnectionString);

    /// <summary>What something takes.</summary>
    public async Task<QueueCost> OfAsync(Func<Task> run)
    {
        var before = Now();
        await run();
        return Now() - before;
    }

    public void Dispose() => _database?.Dispose();

    private QueueCost Now() => new(
        Environment.CpuUsage.TotalTime.TotalSeconds, server?.ProcessorSeconds() ?? 0,
        _database?.Query("SELECT SUM(calls)::float8 FROM pg_stat_statements", row => row.GetDouble(0))[0] ?? 0,
        TimeProvider.System.GetTimestamp() / (double)TimeProvider.System.TimestampFrequency);
}
