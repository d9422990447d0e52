using FaceDeid.TestData;
using Npgsql;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Holds jobs at a moment of their way: where the webhook of a job ends with <c>at=</c> and a phase or a state, the statement by
/// which the machine that works on it notes that, after the first frame, waits in the database until all are let go.
/// </summary>
internal sealed class JobHold : IAsyncDisposable
{
    private readonly NpgsqlDataSource _source;

    private JobHold(NpgsqlDataSource source) => _source = source;

    /// <summary>Makes what holds; a service has made the table of jobs before.</summary>
    public static async Task<JobHold> OpenAsync(string connection)
    {
        var hold = new JobHold(NpgsqlDataSource.Create(connection));
        await hold.RunAsync(
            """
            CREATE TABLE held (job TEXT);
            CREATE FUNCTION hold() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
                IF split_part(NEW.webhook, 'at=', 2) IN (NEW.state, NEW.phase) AND NEW.done > 0
                    AND EXISTS (SELECT 1 FROM held) THEN
                    PERFORM pg_sleep(3600);
                END IF;
                RETURN NEW;
            END $$;
            CREATE TRIGGER hold BEFORE UPDATE ON jobs FOR EACH ROW EXECUTE FUNCTION hold()
            """);
        return hold;
    }

    /// <summary>Begins to hold.</summary>
    public Task BeginAsync() => RunAsync("INSERT INTO held VALUES ('all')");

    /// <summary>Waits until a job is held.</summary>
    public Task UntilAsync() => Patience.UntilAsync(async () =>
    {
        await using var command = _source.CreateCommand("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'");
        return (long)(await command.ExecuteScalarAsync())! == 1;
    });

    /// <summary>Ends what is held, as of machines that are gone, and holds nothing any more.</summary>
    public Task EndAsync() => RunAsync(
        """
        DELETE FROM held;
        SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE wait_event = 'PgSleep'
        """);

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    private async Task RunAsync(string sql)
    {
        await using var command = _source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }
}
