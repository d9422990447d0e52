using System.Diagnostics;
using System.Globalization;

namespace FaceDeid.TestData;

/// <summary>
/// PostgreSQL 15 of Debian's package, as a process of this user, or of nobody where that is root, on a port of the loopback and
/// with its data in a temporary folder.
/// </summary>
/// <param name="port">Where it listens.</param>
internal sealed class PostgresProcess(int port) : IDisposable
{
    private const double TicksPerSecond = 100; // of proc(5), on x86-64

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-postgres-");
    private Process? _process;

    /// <summary>Where it listens.</summary>
    public int Port => port;

    /// <summary>How it is reached.</summary>
    public string ConnectionString =>
        FormattableString.Invariant($"Host=127.0.0.1;Port={port};Username=facedeid;Database=postgres");

    private static string Programs =>
        Path.Combine(TestFiles.Root, "tests", "data", "cache", "postgresql", "usr", "lib", "postgresql", "15", "bin");

    private static string[] AsNobody => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--"]
        : [];

    private string Data => Path.Combine(_folder.FullName, "data");

    /// <summary>Makes its data.</summary>
    public async Task InitializeAsync()
    {
        if (!Directory.Exists(Programs))
            throw new InvalidOperationException("Debian's package postgresql-15 is missing: run 'make test-setup'.");
        if (Environment.IsPrivilegedProcess)
            await RunAsync("chown", "65534:65534", _folder.FullName);
        await RunAsync([.. AsNobody, Path.Combine(Programs, "initdb"), "-D", Data, "-A", "trust", "-U", "facedeid", "-E", "UTF8",
            "--locale=C", "--no-sync"]);
    }

    /// <summary>Starts it, with what it has kept; it takes connections a moment later.</summary>
    /// <param name="settings">In the form name=value.</param>
    public void Start(params string[] settings)
    {
        string[] command =
        [
            .. AsNobody, Path.Combine(Programs, "postgres"), "-D", Data, "-p", port.ToString(CultureInfo.InvariantCulture),
            "-c", "listen_addresses=127.0.0.1", "-c", $"unix_socket_directories={_folder.FullName}",
            "-c", "shared_memory_type=mmap", .. settings.SelectMany(setting => new[] { "-c", setting }),
        ];
        _process?.Dispose();
        _process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.BeginErrorReadLine();
    }

    /// <summary>Seconds of processors that it has used so far, those of its processes that are gone included.</summary>
    public double ProcessorSeconds()
    {
        var ticks = 0L;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
                continue;
            try
            {
                // Behind the program's name: fields 3 and on of proc_pid_stat(5).
                var fields = File.ReadAllText($"{folder}/stat").Split(") ")[^1].Split(' ');
                if (id == _process!.Id)
                    ticks += Number(11) + Number(12) + Number(13) + Number(14);
                else if (Number(1) == _process.Id)
                    ticks += Number(11) + Number(12);

                long Number(int field) => long.Parse(fields[field], CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has just ended, and is counted with who started it.
            }
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>Ends it at once: what it has answered is kept, what it works on is not.</summary>
    public async Task StopAsync()
    {
        await RunAsync("kill", "-INT", $"{_process!.Id}"); // "fast": connections are cut off
        await _process.WaitForExitAsync();
    }

    public void Dispose()
    {
        _process?.Dispose();
        _folder.Refresh();
        if (_folder.Exists)
            _folder.Delete(recursive: true);
    }

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
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{command[^1]}: {errors}{await output}");
    }
}
