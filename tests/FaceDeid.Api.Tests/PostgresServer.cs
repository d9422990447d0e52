using FaceDeid.TestData;
using Npgsql;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A real PostgreSQL for the tests of a class.</summary>
public sealed class PostgresServer : IAsyncLifetime, IDisposable
{
    private readonly PostgresProcess _process = new(ServiceProcess.FreePort());

    /// <summary>How it is reached.</summary>
    public string ConnectionString => _process.ConnectionString;

    /// <summary>Where it listens, on the loopback.</summary>
    public int Port => _process.Port;

    public async Task InitializeAsync()
    {
        await _process.InitializeAsync();
        await StartAsync();
    }

    /// <summary>Starts it, with what it has kept, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        _process.Start("fsync=off");
        await Patience.UntilAsync(async () =>
        {
            try
            {
                await using var source = NpgsqlDataSource.Create(ConnectionString);
                await using var command = source.CreateCommand("SELECT 1");
                return await command.ExecuteScalarAsync() is 1;
            }
            catch (NpgsqlException)
            {
                return false;
            }
        });
    }

    /// <summary>Makes a database with nothing in it; how that is reached.</summary>
    public string CreateDatabase()
    {
        var name = $"empty_{Guid.NewGuid():N}";
        using var source = NpgsqlDataSource.Create(ConnectionString);
        using var command = source.CreateCommand($"CREATE DATABASE {name}");
        command.ExecuteNonQuery();
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ConnectionString;
    }

    /// <inheritdoc cref="PostgresProcess.StopAsync"/>
    public Task StopAsync() => _process.StopAsync();

    public async Task DisposeAsync()
    {
        await StopAsync();
        Dispose();
    }

    public void Dispose() => _process.Dispose();
}
