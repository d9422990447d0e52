using System.Data.Common;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Where the table of jobs lies: in SQLite for one machine, in PostgreSQL for several. Statements are written for both; a call
/// waits for its answer, for a limited time. Thread-safe.
/// </summary>
internal abstract class JobDatabase : IDisposable
{
    /// <summary>How a column of whole numbers of 64 bits is declared.</summary>
    public abstract string Number { get; }

    /// <summary>How a column is declared that counts the rows in their order.</summary>
    public abstract string Sequence { get; }

    /// <summary>The database's own clock, in milliseconds: those of several machines differ.</summary>
    public abstract string Now { get; }

    /// <summary>Whether other machines use it, too.</summary>
    public abstract bool IsShared { get; }

    /// <summary>Opens a database.</summary>
    /// <param name="connection">Of PostgreSQL; empty: it is a file.</param>
    /// <param name="file">The file of SQLite.</param>
    public static JobDatabase Open(string connection, string file) =>
        connection.Length > 0 ? new PostgresDatabase(connection) : new SqliteDatabase(file);

    /// <summary>Runs a statement; how many rows it changed.</summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.SpoolFull"/>: it lies on the same disk. <see cref="FaceDeidError.StorageUnavailable"/>: it does
    /// not answer.
    /// </exception>
    public abstract int Execute(string sql, params (string Name, object? Value)[] values);

    /// <summary>The rows of a query.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.StorageUnavailable"/>: it does not answer.</exception>
    public abstract IReadOnlyList<T> Query<T>(
        string sql, Func<DbDataReader, T> read, params (string Name, object? Value)[] values);

    /// <summary>Adds a column to a table that an earlier version of the service made without it.</summary>
    public abstract void AddColumn(string table, string column, string type);

    /// <summary>
    /// Until it is disposed of, no other machine gets the same: so tables are made and changed by one at a time. Null: there are
    /// no other machines.
    /// </summary>
    /// <exception cref="FaceDeidException">
    /// <see cref="FaceDeidError.StorageUnavailable"/>: another has it for too long.
    /// </exception>
    public virtual IDisposable? LockSchema() => null;

    /// <summary>Whether a statement failed because another row has a value that only one may have.</summary>
    public abstract bool IsDuplicate(DbException failure);

    /// <summary>What all that use the database have to agree on: as it was said first.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="value">What to say where nobody has.</param>
    public string Agree(string name, string value)
    {
        using (LockSchema())
            Execute("CREATE TABLE IF NOT EXISTS agreed (name TEXT PRIMARY KEY, value TEXT NOT NULL)");
        Execute(
            "INSERT INTO agreed (name, value) VALUES (@name, @value) ON CONFLICT (name) DO NOTHING", ("@name", name),
            ("@value", value));
        return Query("SELECT value FROM agreed WHERE name = @name", row => row.GetString(0), ("@name", name))[0];
    }

    /// <summary>Agrees on something else; false: what was agreed on was not that.</summary>
    public bool AgreeAnew(string name, string before, string value) => Execute(
        "UPDATE agreed SET value = @value WHERE name = @name AND value = @before", ("@name", name), ("@before", before),
        ("@value", value)) == 1;

    public abstract void Dispose();

    /// <summary>Writes a statement; a value that is missing is a text.</summary>
    protected static void Write(DbCommand command, string sql, (string Name, object? Value)[] values)
    {
        command.CommandText = sql;
        foreach (var (name, value) in values)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            if (value is null)
                parameter.DbType = System.Data.DbType.String;
            parameter.Value = value ?? DBNull.Value;
            command.Parameters.Add(parameter);
        }
    }

    protected static IReadOnlyList<T> Read<T>(DbCommand command, Func<DbDataReader, T> read)
    {
        using var rows = command.ExecuteReader();
        List<T> all = [];
        while (rows.Read())
            all.Add(read(rows));
        return all;
    }
}
