using System.Diagnostics;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>PostgreSQL 15 of Debian's package, as a process of this user, or of nobody where that is root.</summary>
public sealed class PostgresServer : IAsyncLifetime, IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-postgres-");
    private readonly int _port = ServiceProcess.FreePort();
    private Process? _process;

    /// <summary>How it is reached.</summary>
    public string ConnectionString => $"Host=127.0.0.1;Port={_port};Username=facedeid;Database=postgres";

    /// <summary>Its port on the loopback.</summary>
    public int Port => _port;

    private static string Programs =>
        Path.Combine(TestFiles.Root, "tests", "data", "cache", "postgresql", "usr", "lib", "postgresql", "15", "bin");

    private string Data => Path.Combine(_folder.FullName, "data");

    public async Task InitializeAsync()
    {
        if (!Directory.Exists(Programs))
            throw new InvalidOperationException("Debian's package postgresql-15 is missing: run 'make test-setup'.");
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "65534:65534", _folder.FullName);
        await RunAsync([.. AsNobody, Path.Combine(Programs, "initdb"), "-D", Data, "-A", "trust", "-U", "facedeid", "-E", "UTF8",
            "--locale=C", "--no-sync"]);
        await StartAsync();
    }

    /// <summary>Starts it, with what it has kept, and waits until it takes connections.</summary>
    public async Task StartAsync()
    {
        string[] command =
        [
            .. AsNobody, Path.Combine(Programs, "postgres"), "-D", Data, "-p", $"{_port}", "-c", "listen_addresses=127.0.0.1",
            "-c", $"unix_socket_directories={_folder.FullName}", "-c", "fsync=off", "-c", "shared_memory_type=mmap",
        ];
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
        await Patience.UntilAsync(async () =>
        {
            try
            {
                await using var source = Npgsql.NpgsqlDataSource.Create(ConnectionString);
                await using var command = source.CreateCommand("SELECT 1");
                return await command.ExecuteScalarAsync() is 1;
            }
            catch (Npgsql.NpgsqlException)
            {
                return false;
            }
        });
    }

    /// <summary>Ends it at once: what it has answered is kept, what it works on is not.</summary>
    public async Task StopAsync()
    {
        await RunAsync("kill", "-INT", $"{_process!.Id}"); // "fast": connections are cut off
        await _process.WaitForExitAsync();
    }

    public async Task DisposeAsync()
    {
        await StopAsync();
        Dispose();
    }

    public void Dispose()
    {
        _process?.Dispose();
        _folder.Refresh();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }

    private static string[] AsNobody => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
        : [];

    private static async Task RunAsync(params string[] command)
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{command[^1]}: {errors}{await output}");
    }
}
