using System.Data.Common;
using FaceDeid.Video.Spool;
using Microsoft.Data.Sqlite;

namespace FaceDeid.Api.Jobs;

/// <summary>A connection to SQLite, for one caller at a time: each statement takes a fraction of a millisecond.</summary>
internal sealed class SqliteDatabase : JobDatabase
{
    private const int DiskFull = 13; // SQLITE_FULL
    private const int Duplicate = 2067; // SQLITE_CONSTRAINT_UNIQUE

    private readonly SqliteConnection _connection;
    private readonly Lock _using = new();

    public SqliteDatabase(string file)
    {
        _connection = new SqliteConnection(ConnectionString(file));
        _connection.Open();
        Execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;");
    }

    public override string Number => "INTEGER";

    public override string Sequence => "INTEGER PRIMARY KEY AUTOINCREMENT";

    public override string Now => "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

    public override bool IsShared => false;

    /// <summary>How a database in a file is opened. Not pooled: a file that nobody uses is closed.</summary>
    public static string ConnectionString(string file) =>
        new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString();

    public override int Execute(string sql, params (string Name, object? Value)[] values)
    {
        lock (_using)
        {
            using var command = _connection.CreateCommand();
            Write(command, sql, values);
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

    public override IReadOnlyList<T> Query<T>(
        string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] values)
    {
        lock (_using)
        {
            using var command = _connection.CreateCommand();
            Write(command, sql, values);
            return Read(command, read);
        }
    }

    public override void AddColumn(string table, string column, string type)
    {
        if (Query($"SELECT 1 FROM pragma_table_info('{table}') WHERE name = '{column}'", row => row.GetInt32(0)).Count == 0)
            Execute($"ALTER TABLE {table} ADD COLUMN {column} {type}");
    }

    public override bool IsDuplicate(DbException failure) => failure is SqliteException { SqliteExtendedErrorCode: Duplicate };

    public override void Dispose() => _connection.Dispose();
}
