using FaceDeid.Video.Spool;
using Microsoft.Data.Sqlite;

namespace FaceDeid.Api.Jobs;

/// <summary>A connection to SQLite, for one caller at a time: each statement takes a fraction of a millisecond.</summary>
internal sealed class JobDatabase : IDisposable
{
    private const int DiskFull = 13; // SQLITE_FULL

    private readonly SqliteConnection _connection;
    private readonly Lock _using = new();

    public JobDatabase(string file, string schema)
    {
        _connection = new SqliteConnection(ConnectionString(file));
        _connection.Open();
        Execute($"PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; {schema}");
    }

    /// <summary>How a database in a file is opened. Not pooled: a file that nobody uses is closed.</summary>
    public static string ConnectionString(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString();

    /// <summary>Adds a column to a table that an earlier version of the service made without it.</summary>
    public void AddColumn(string table, string column, string type)
    {
        if (Query($"SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'", row => row.GetInt32(0)).Count == 0)
            Execute($"ALTER TABLE {table} ADD COLUMN {column} {type}");
    }

    /// <summary>Runs a statement; how many rows it changed.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.SpoolFull"/>: it lies on the same disk.</exception>
    public int Execute(string sql, params (string Name, object? Value)[] values)
    {
        lock (_using)
        {
            using var command = Command(sql, values);
            try
            {
                return command.ExecuteNonQuery();
            }
            catch (SqliteException e) when (e.SqliteErrorCode == DiskFull)
            {
                throw MediaSpool.Full(e);
            }
        }
    }

    /// <summary>The rows of a query.</summary>
    public IReadOnlyList<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] values)
    {
        lock (_using)
        {
            using var command = Command(sql, values);
            using var rows = command.ExecuteReader();
            List<T> all = [];
            while (rows.Read())
                all.Add(read(rows));
            return all;
        }
    }

    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string sql, (string Name, object? Value)[] values)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach (var (name, value) in values)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command;
    }
}
