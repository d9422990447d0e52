using System.Data.Common;
using Npgsql;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Connections to PostgreSQL. One that broke is replaced, and a server that starts again is waited for, for a while: a statement
/// may then run twice, which is why each says from which state it may be made.
/// </summary>
internal sealed class PostgresDatabase : JobDatabase
{
    private const int StatementSeconds = 10;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenTries = TimeSpan.FromMilliseconds(200);

    private readonly NpgsqlDataSource _source;

    /// <summary>Opens it; nothing is asked yet.</summary>
    /// <exception cref="StartupException">The connection string cannot be read.</exception>
    public PostgresDatabase(string connection)
    {
        try
        {
            _source = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(connection)
            {
                CommandTimeout = StatementSeconds,
                Timeout = StatementSeconds,
                ApplicationName = "FaceDeid",
            });
        }
        catch (Exception e) when (e is ArgumentException or FormatException)
        {
            throw new StartupException(
                "FaceDeid does not start. FaceDeid:Jobs:ConnectionString is none of PostgreSQL, such as "
                + "Host=db.example.org;Database=facedeid;Username=facedeid;Passfile=/run/secrets/pgpass.", e);
        }
    }

    public override string Number => "BIGINT";

    public override string Sequence => "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY";

    public override string Now => "(EXTRACT(EPOCH FROM clock_timestamp()) * 1000)::bigint";

    public override bool IsShared => true;

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

    public override void Dispose() => _source.Dispose();

    private static T Try<T>(Func<T> run)
    {
        var start = TimeProvider.System.GetTimestamp();
        while (true)
        {
            try
            {
                return run();
            }
            catch (NpgsqlException e) when (e.IsTransient && TimeProvider.System.GetElapsedTime(start) < Patience)
            {
                Thread.Sleep(BetweenTries);
            }
            catch (NpgsqlException e) when (e is not PostgresException || e.IsTransient)
            {
                throw new FaceDeidException(
                    FaceDeidError.StorageUnavailable,
                    "What is known of recordings and other jobs cannot be reached now. Try again later.", e);
            }
        }
    }
}
