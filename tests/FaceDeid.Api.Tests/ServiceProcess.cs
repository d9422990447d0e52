using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The built service as a process of its own, started as an operator starts it.</summary>
public sealed partial class ServiceProcess : IAsyncDisposable
{
    private const int SigKill = 9;
    private const int SigTerm = 15;
    private const int SigCont = 18;
    private const int SigStop = 19;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _errors = new();
    private readonly TaskCompletionSource<Uri> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(
        string[] arguments, string? workingDirectory, (string Name, string Value)[] environment, string? shell = null,
        string program = "FaceDeid.Api.dll")
    {
        var start = new ProcessStartInfo(shell is null ? "dotnet" : "/bin/sh")
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = workingDirectory ?? AppContext.BaseDirectory,
        };
        foreach (var argument in shell is null ? [] : new[] { "-c", shell, "sh", "dotnet" })
            start.ArgumentList.Add(argument);
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, program));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        // As it runs at a user's: ONNX Runtime is silent where it thinks that it is tested.
        foreach (var name in new[] { "CI", "TF_BUILD", "GITHUB_ACTIONS", "ORT_RUNNING_UNIT_TESTS", "ORT_DISABLE_TELEMETRY" })
            start.Environment.Remove(name);
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        start.Environment["FaceDeid__Limits__RequestTimeoutSeconds"] = ServiceFixture.RequestTimeout;
        foreach (var (name, value) in environment)
            start.Environment[name] = value;

        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Keep(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Keep(_errors, line.Data);
        _process.Exited += (_, _) =>
            _address.TrySetException(new InvalidOperationException("The service ended before it listened."));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address => _address.Task.Result;

    /// <summary>A client that waits as long as tests do; the caller disposes it.</summary>
    public HttpClient Connect() => new() { BaseAddress = Address, Timeout = Patience.Long };

    /// <summary>All that it has written to standard output so far: its log.</summary>
    public string Output => Text(_output);

    /// <summary>All that it has written to standard error so far.</summary>
    public string Errors => Text(_errors);

    /// <summary>Starts the service and waits until it listens.</summary>
    public static Task<ServiceProcess> StartAsync(params (string Name, string Value)[] environment) =>
        StartInAsync(workingDirectory: null, environment);

    /// <summary>Starts the service in a folder and waits until it listens.</summary>
    public static async Task<ServiceProcess> StartInAsync(
        string? workingDirectory, params (string Name, string Value)[] environment)
    {
        var service = new ServiceProcess([], workingDirectory, environment);
        try
        {
            await service._address.Task.WaitAsync(Patience.Long);
            return service;
        }
        catch (Exception e)
        {
            var errors = service.Errors;
            await service.DisposeAsync();
            throw new InvalidOperationException($"The service did not start: {errors}", e);
        }
    }

    /// <summary>
    /// Starts the service by a shell's command line, in which <c>exec "$@"</c> is the service, and waits until it is ready.
    /// </summary>
    public static Task<ServiceProcess> StartByShellAsync(
        string shell, string? workingDirectory = null, params (string Name, string Value)[] environment) =>
        StartAtAsync(new Uri($"http://127.0.0.1:{FreePort()}"), shell, workingDirectory, environment);

    /// <summary>The same, for a service that listens at an address.</summary>
    public static async Task<ServiceProcess> StartAtAsync(
        Uri address, string shell, string? workingDirectory, params (string Name, string Value)[] environment)
    {
        var service = new ServiceProcess([], workingDirectory, [("ASPNETCORE_URLS", address.ToString()), .. environment], shell);
        service._address.TrySetResult(address); // its output may be anywhere
        try
        {
            await service.UntilReadyAsync();
            return service;
        }
        catch (Exception e)
        {
            var errors = service.Errors;
            await service.DisposeAsync();
            throw new InvalidOperationException($"The service did not start: {errors}", e);
        }
    }

    /// <summary>A port of the loopback that nobody listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Runs the program to its end.</summary>
    public static Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string? argument, params (string Name, string Value)[] environment) =>
        RunAsync(argument is null ? [] : [argument], environment);

    /// <summary>Runs another program beside the service to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(string program, string[] arguments)
    {
        await using var running = new ServiceProcess(arguments, workingDirectory: null, environment: [], program: program);
        var exitCode = await running.ExitAsync();
        return (exitCode, running.Output, running.Errors);
    }

    /// <summary>Runs the program with several arguments to its end.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> RunAsync(
        string[] arguments, params (string Name, string Value)[] environment)
    {
        await using var program = new ServiceProcess(arguments, workingDirectory: null, environment);
        var exitCode = await program.ExitAsync();
        return (exitCode, program.Output, program.Errors);
    }

    /// <summary>Tells it to stop, as an orchestrator does.</summary>
    public void Terminate() => Assert.Equal(0, Kill(_process.Id, SigTerm));

    /// <summary>Ends it at once, as the kernel does when memory runs out.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>Lets it do nothing until <see cref="Resume"/>.</summary>
    public void Pause() => Assert.Equal(0, Kill(_process.Id, SigStop));

    public void Resume() => Assert.Equal(0, Kill(_process.Id, SigCont));

    /// <summary>Its process.</summary>
    public int Id => _process.Id;

    /// <summary>The processes that it started, and those that they started, with their command lines.</summary>
    public IReadOnlyList<(int Id, string Command)> Children()
    {
        var parents = new Dictionary<int, int>();
        foreach (var process in Directory.GetDirectories("/proc").Select(path => Path.GetFileName(path)))
        {
            if (int.TryParse(process, out var id) && ReadOf(id, "stat") is { Length: > 0 } stat)
                parents[id] = int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1]);
        }

        return [.. parents.Keys.Where(IsOurs).Select(id => (id, ReadOf(id, "cmdline").Replace('\0', ' ')))];

        bool IsOurs(int id)
        {
            for (var i = 0; i < 16 && parents.TryGetValue(id, out id); i++)
            {
                if (id == _process.Id)
                    return true;
            }

            return false;
        }
    }

    /// <summary>Ends one of <see cref="Children"/> at once.</summary>
    public static void Kill(int process) => Assert.Equal(0, Kill(process, SigKill));

    /// <summary>Whether it has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>Its exit code, once it has ended and its output is complete.</summary>
    public async Task<int> ExitAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        await _process.WaitForExitAsync(patience.Token);
        return _process.ExitCode;
    }

    /// <summary>The most memory it has had resident since <see cref="ForgetPeak"/>, in bytes.</summary>
    public long PeakMemory() => Memory("VmHWM");

    /// <summary>What it has resident now, in bytes.</summary>
    public long ResidentMemory() => Memory("VmRSS");

    /// <summary>Lets <see cref="PeakMemory"/> begin at what is resident now (proc_pid_clear_refs(5)).</summary>
    public void ForgetPeak() => File.WriteAllText($"/proc/{_process.Id}/clear_refs", "5");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string ReadOf(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return ""; // it is gone
        }
    }

    private async Task UntilReadyAsync()
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        using var client = Connect();
        while (!_process.HasExited)
        {
            try
            {
                using var answer = await client.GetAsync(new Uri("/health/ready", UriKind.Relative), patience.Token);
                if (answer.IsSuccessStatusCode)
                    return;
            }
            catch (HttpRequestException)
            {
                // It does not listen yet.
            }

            await Task.Delay(20, patience.Token);
        }

        throw new InvalidOperationException($"It ended with {_process.ExitCode}.");
    }

    private long Memory(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").Single(l => l.StartsWith(field, StringComparison.Ordinal));
        return 1024 * long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    private void Keep(StringBuilder text, string? line)
    {
        if (line is null)
            return;
        lock (text)
            text.AppendLine(line);
        if (Listening().Match(line) is { Success: true } match)
            _address.TrySetResult(new Uri(match.Groups["address"].Value));
    }

    private static string Text(StringBuilder text)
    {
        lock (text)
            return text.ToString();
    }

    [GeneratedRegex(@"Now listening on: [\\""]*(?<address>http://[0-9.:]+)", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Listening();

    [LibraryImport("libc", EntryPoint = "kill")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Kill(int processId, int signal);
}
