using System.Data.Common;
using Npgsql;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Connections to PostgreSQL. One that broke is replaced, and a server that starts again is waited for, for a while: a statement
/// may then run twice, which is why each says from which state it may be made.
/// </summary>
/// <remarks>
/// Callers hold a thread while they wait, so few may, and not for long: of a server that has been away for longer only one asks
/// at a time whether it is back, and the others are told at once that it is not.
/// </remarks>
internal sealed class PostgresDatabase : JobDatabase
{
    /// <summary>Threads of the pool that may wait for it, or, for a moment, for others who do.</summary>
    public const int MostWaiting = 2 * MostCallers;

    private const int MostCallers = 32;
    private const int ConnectSeconds = 2;
    private const int StatementSeconds = 3;
    private const int SchemaSeconds = 60; // that another may take for its tables
    private const int KeepAliveSeconds = 10;
    private const long SchemaLock = 0x46616365_44656964; // "FaceDeid": what else uses the database has other numbers

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan ForPlace = TimeSpan.FromMilliseconds(100);

    private readonly NpgsqlDataSource _source;
    private readonly SemaphoreSlim _places = new(MostCallers);
    private readonly SemaphoreSlim _asking = new(1);
    private long _awaySince; // 0: it is there

    /// <summary>Opens it; nothing is asked yet.</summary>
    /// <exception cref="StartupException">The connection string cannot be read.</exception>
    public PostgresDatabase(string connection) => _source = NpgsqlDataSource.Create(Limited(connection, StatementSeconds));

    public override string Number => "BIGINT";

    public override string Sequence => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";

    public override string Now => "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

    public override bool IsShared => true;

    /// <summary>
    /// A connection on which nothing is waited for without a limit, also when a network takes all and gives nothing.
    /// </summary>
    /// <param name="connection">As the operator names it.</param>
    /// <param name="statementSeconds">For how long an answer is waited for.</param>
    /// <exception cref="StartupException">The connection string cannot be read.</exception>
    public static string Limited(string connection, int statementSeconds)
    {
        try
        {
            var limited = new NpgsqlConnectionStringBuilder(connection)
            {
                Timeout = ConnectSeconds,
                CommandTimeout = statementSeconds,
                CancellationTimeout = -1, // a server that is late is not asked to stop: it would be waited for again
                TcpKeepAlive = true,
                TcpKeepAliveTime = KeepAliveSeconds,
                TcpKeepAliveInterval = 1,
                NoResetOnClose = true, // no statement changes more than its own transaction
                ApplicationName = "FaceDeid",
            };
            limited.MaxPoolSize = Math.Min(limited.MaxPoolSize, MostCallers);
            limited.MinPoolSize = Math.Min(limited.MinPoolSize, limited.MaxPoolSize);
            // What Npgsql 10.0.3 tries first, where nobody asks for it, falls back to a connection that waits without a limit
            // (https://github.com/npgsql/npgsql/issues/6655).
            if (limited.GssEncryptionMode == GssEncryptionMode.Prefer)
                limited.GssEncryptionMode = GssEncryptionMode.Disable;
            return limited.ConnectionString;
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new StartupException(
                "FaceDeid does not start. FaceDeid:Jobs:ConnectionString is none of PostgreSQL, such as "
                + "Host=db.example.org;Database=facedeid;Username=facedeid;Passfile=/run/secrets/pgpass.", e);
        }
    }

    public override int Execute(string sql, params (string Name, object? Value)[] values) => Try(() =>
    {
        using var command = _source.CreateCommand();
        Write(command, sql, values);
        return command.ExecuteNonQuery();
    });

    public override IReadOnlyList<T> Query<T>(
        string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] values) => Try(() =>
    {
        using var command = _source.CreateCommand();
        Write(command, sql, values);
        return Read(command, read);
    });

    public override void AddColumn(string table, string column, string type) =>
        Execute($"ALTER TABLE {table} ADD COLUMN IF NOT EXISTS {column} {type}");

    public override IDisposable LockSchema() => Try(() =>
    {
        var connection = _source.OpenConnection();
        try
        {
            using var command = connection.CreateCommand();
            // Of the transaction, not of the session: those that share connections between sessions keep it, too.
            command.CommandText = FormattableString.Invariant(
                $"""
                BEGIN; SET LOCAL lock_timeout = '{SchemaSeconds}s'; SET LOCAL idle_in_transaction_session_timeout = 0;
                SELECT pg_advisory_xact_lock({SchemaLock})
                """);
            command.CommandTimeout = SchemaSeconds + StatementSeconds;
            command.ExecuteNonQuery();
            return connection; // whose end ends the transaction
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    });

    public override bool IsDuplicate(DbException failure) =>
        failure is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation };

    public override void Dispose()
    {
        _source.Dispose();
        _places.Dispose();
        _asking.Dispose();
    }

    private T Try<T>(Func<T> run)
    {
        if (!_places.Wait(Volatile.Read(ref _awaySince) == 0 ? ForPlace : TimeSpan.Zero))
            throw Away(inner: null);
        try
        {
            return IsLongAway ? Ask(run) : Insist(run);
        }
        catch (NpgsqlException e) when (e is not PostgresException || e.IsTransient)
        {
            throw Away(e);
        }
        finally
        {
            _places.Release();
        }
    }

    private bool IsLongAway => Volatile.Read(ref _awaySince) is not 0 and var since
        && TimeProvider.System.GetElapsedTime(since) >= Patience;

    /// <summary>Runs it; while the server has not been away for long, again and again.</summary>
    private T Insist<T>(Func<T> run)
    {
        while (true)
        {
            var start = TimeProvider.System.GetTimestamp();
            try
            {
                return Once(run);
            }
            catch (NpgsqlException e) when (e.IsTransient)
            {
                Interlocked.CompareExchange(ref _awaySince, start, 0);
                if (IsLongAway)
                    throw;
                Thread.Sleep(BetweenTries);
            }
        }
    }

    /// <summary>Runs it once, unless another just does.</summary>
    private T Ask<T>(Func<T> run)
    {
        if (!_asking.Wait(TimeSpan.Zero))
            throw Away(inner: null);
        try
        {
            return Once(run);
        }
        finally
        {
            _asking.Release();
        }
    }

    private T Once<T>(Func<T> run)
    {
        try
        {
            var answer = run();
            Volatile.Write(ref _awaySince, 0);
            return answer;
        }
        catch (PostgresException e) when (!e.IsTransient)
        {
            Volatile.Write(ref _awaySince, 0); // it is there, and says no
            throw;
        }
    }

    private static FaceDeidException Away(Exception? inner) => new(
        FaceDeidError.StorageUnavailable,
        "What is known of recordings and other jobs cannot be reached now. Try again later.", inner);
}
