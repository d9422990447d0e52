using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FaceDeid.Fuzz.Seeds;
using FaceDeid.TestData;

namespace FaceDeid.Fuzz.Running;

/// <summary>
/// The built service as a process of its own, on a port of this machine, as an operator starts it: a crash of native code ends it
/// and not the fuzzer, which knows what it had sent.
/// </summary>
internal sealed partial class FuzzedService : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);
    private static readonly int TicksPerSecond = 100; // USER_HZ, which Linux fixes for user space

    private readonly Process _process;
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentQueue<string> _complaints = new();
    private readonly string _temporary = Directory.CreateTempSubdirectory("facedeid-fuzz-").FullName;

    private FuzzedService()
    {
        var start = new ProcessStartInfo("dotnet")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = AppContext.BaseDirectory,
        };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "FaceDeid.Api.dll"));
        foreach (var (name, value) in Environment(_temporary))
            start.Environment[name] = value;
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Read(line.Data);
        _process.ErrorDataReceived += (_, line) => Complain("stderr", line.Data);
        _process.Exited += (_, _) => _address.TrySetException(new InvalidOperationException(
            $"The service ended before it listened. {string.Join(' ', _complaints)}"));
        _process.Start();
        AppDomain.CurrentDomain.ProcessExit += End; // whoever ends the fuzzer ends the service
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _address.Task.Result;

    public bool IsAlive => !_process.HasExited;

    /// <summary>How it ended: 134 is abort, 139 a segmentation fault.</summary>
    public int ExitCode => _process.ExitCode;

    public int ProcessId => _process.Id;

    public static async Task<FuzzedService> StartAsync()
    {
        var service = new FuzzedService();
        try
        {
            await service._address.Task.WaitAsync(Patience);
            return service;
        }
        catch
        {
            await service.DisposeAsync();
            throw;
        }
    }

    /// <summary>What it wrote to standard error, and its log of errors, since this was asked last.</summary>
    public string TakeComplaints()
    {
        var text = new StringBuilder();
        while (_complaints.TryDequeue(out var line))
            text.AppendLine(line);
        return text.ToString().Trim();
    }

    /// <summary>What it has left on the disk.</summary>
    public IEnumerable<string> TemporaryFiles() => Directory.EnumerateFileSystemEntries(_temporary);

    /// <summary>Resident now, and the most since <see cref="ForgetPeak"/>; in bytes.</summary>
    public (long Now, long Peak) Memory()
    {
        var (now, peak) = (0L, 0L);
        foreach (var line in File.ReadLines($"/proc/{ProcessId}/status"))
        {
            if (line.StartsWith("VmRSS", StringComparison.Ordinal))
                now = Kilobytes(line);
            else if (line.StartsWith("VmHWM", StringComparison.Ordinal))
                peak = Kilobytes(line);
        }

        return (now, peak);

        static long Kilobytes(string line) =>
            1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
    }

    /// <summary>Lets the peak begin at what is resident now (proc_pid_clear_refs(5)).</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{ProcessId}/clear_refs", "5");

    /// <summary>
    /// The seconds of processor time that it has used: unlike those of a clock they do not depend on what else runs.
    /// </summary>
    public double ProcessorSeconds()
    {
        var stat = File.ReadAllText($"/proc/{ProcessId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' '); // from the third: proc_pid_stat(5)
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture))
            / (double)TicksPerSecond;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= End;
        End(sender: null, EventArgs.Empty);
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private static IEnumerable<(string Name, string Value)> Environment(string temporary) =>
    [
        ("ASPNETCORE_URLS", "http://127.0.0.1:0"), ("ASPNETCORE_ENVIRONMENT", "Production"),
        ("FaceDeid__Models__Directory", Path.Combine(TestFiles.Root, "models")),
        ("FaceDeid__Sealing__Keys__archive", SealSeeds.Key), ("Serilog__MinimumLevel__Override__FaceDeid.Api.Errors", "Warning"),
        ("TMPDIR", temporary),
        // Its memory is measured; the runtime's sockets would lie in the folder that must stay empty.
        ("DOTNET_EnableDiagnostics", "1"), ("DOTNET_EnableDiagnostics_IPC", "0"), ("DOTNET_EnableDiagnostics_Debugger", "0"),
        ("OPENCV_LOG_LEVEL", "FATAL"), ("MALLOC_ARENA_MAX", "2"), ("MALLOC_TRIM_THRESHOLD_", "4194304"),
        ("MALLOC_MMAP_THRESHOLD_", "4194304"),
    ];

    private void End(object? sender, EventArgs e)
    {
        if (!_process.HasExited)
            _process.Kill();
        Directory.Delete(_temporary, recursive: true);
    }

    private void Read(string? line)
    {
        if (line is null)
            return;
        if (line.Contains("\"@l\":\"Error\"", StringComparison.Ordinal)
            || line.Contains("\"@l\":\"Fatal\"", StringComparison.Ordinal))
            Complain("log", line);
        else if (!_address.Task.IsCompleted && Listening().Match(line) is { Success: true } match)
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
    }

    private void Complain(string source, string? line)
    {
        if (!string.IsNullOrWhiteSpace(line))
            _complaints.Enqueue($"{source}: {line}");
    }

    [GeneratedRegex(@"Now listening on: [\\""]*(?<address>http://[0-9.:]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();
}
