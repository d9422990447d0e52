using System.Diagnostics;
using FaceDeid.Benchmarks.Measuring;
using FaceDeid.TestData;

namespace FaceDeid.Benchmarks.Service;

/// <summary>
/// The service as a process of its own on a free loopback port, with the environment that the Makefile gives it. Its log goes to
/// a file, as it would in production. Ends the process it started, and no other.
/// </summary>
internal sealed class ServiceProcess : IDisposable
{
    private static readonly string LogFolder = Directory.CreateTempSubdirectory("facedeid-bench-").FullName;
    private static int _started;

    // As the Makefile sets it; what is set already wins.
    private static readonly (string Name, string Value)[] NativeEnvironment =
    [
        ("MALLOC_TRIM_THRESHOLD_", "4194304"), ("MALLOC_MMAP_THRESHOLD_", "4194304"), ("MALLOC_ARENA_MAX", "2"),
        ("OPENCV_LOG_LEVEL", "FATAL"),
    ];

    private readonly Process _process;

    private ServiceProcess(int workers, string folder, (string Name, string Value)[] settings)
    {
        Address = Loopback.FreeAddress();
        LogFile = Path.Combine(LogFolder, $"service-{Interlocked.Increment(ref _started)}.log");
        var start = new ProcessStartInfo("/bin/sh")
        {
            // exec: the shell becomes the service, so its id is the service's.
            ArgumentList = { "-c", "exec dotnet \"$0\" >\"$1\" 2>&1", Path.Combine(folder, "FaceDeid.Api.dll"), LogFile },
        };
        start.Environment["ASPNETCORE_URLS"] = Address.ToString();
        start.Environment["FaceDeid__Limits__Workers"] = $"{workers}";
        start.Environment["FaceDeid__Models__Directory"] = Path.Combine(TestFiles.Root, "models");
        foreach (var (name, value) in NativeEnvironment)
            start.Environment.TryAdd(name, value);
        foreach (var (name, value) in settings)
            start.Environment[name] = value;
        Client = Loopback.Client(Address);
        _process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public Uri Address { get; }

    /// <summary>One for all requests, with one connection for each request in flight.</summary>
    public HttpClient Client { get; }

    public string LogFile { get; }

    /// <summary>Processor time that the service has used so far.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Resident memory, in MiB.</summary>
    public double ResidentMebibytes => ProcessMemory.Resident(_process.Id);

    /// <summary>The most of it since the start, in MiB.</summary>
    public double PeakMebibytes => ProcessMemory.Peak(_process.Id);

    public bool HasExited => _process.HasExited;

    /// <summary>Starts the service and waits until it is ready.</summary>
    /// <param name="workers">Pictures worked on at once; 0: as many as there are processors.</param>
    /// <param name="folder">Where its binaries are; null: as they were built for this program.</param>
    /// <param name="settings">Variables of its environment.</param>
    public static async Task<ServiceProcess> StartAsync(
        int workers = 0, string? folder = null, params (string Name, string Value)[] settings)
    {
        var service = new ServiceProcess(workers, folder ?? AppContext.BaseDirectory, settings);
        try
        {
            await service.WaitUntilReadyAsync();
            return service;
        }
        catch
        {
            service.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Client.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    private async Task WaitUntilReadyAsync()
    {
        if (await Loopback.WaitUntilReadyAsync(Client, _process))
            return;
        throw new InvalidOperationException(
            $"The service did not become ready. Its log:\n{await File.ReadAllTextAsync(LogFile)}");
    }

    private void OnExit(object? sender, EventArgs e)
    {
        if (!_process.HasExited)
            _process.Kill();
    }
}
