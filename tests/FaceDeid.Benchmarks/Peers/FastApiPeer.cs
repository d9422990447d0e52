using System.Diagnostics;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// The FastAPI service (peer.py) under uvicorn, on a free loopback port. Ends the processes it started, and no other.
/// </summary>
internal sealed class FastApiPeer : IDisposable
{
    // The one that Debian's packages belong to; another may come before it on the path.
    private const string DebianPython = "/usr/bin/python3";

    private readonly Process _process;

    private FastApiPeer(string model, int workers)
    {
        Address = Loopback.FreeAddress();
        var start = new ProcessStartInfo(
            DebianPython,
            [
                "-m", "uvicorn", "--workers", $"{workers}", "--port", $"{Address.Port}", "--log-level", "warning",
                "--timeout-keep-alive", "600", // connections stay while others are measured
                "--app-dir", PeerSources.Folder, "peer:app",
            ]);
        start.Environment["PEER_SHIM"] = PeerSources.Shim();
        start.Environment["PEER_MODEL"] = model;
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        Client = Loopback.Client(Address);
        _process = Process.Start(start)!;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
    }

    public Uri Address { get; }

    public HttpClient Client { get; }

    /// <summary>Starts it and waits until it answers.</summary>
    public static async Task<FastApiPeer> StartAsync(string model, int workers)
    {
        var peer = new FastApiPeer(model, workers);
        try
        {
            return await Loopback.WaitUntilReadyAsync(peer.Client, peer._process)
                ? peer
                : throw new InvalidOperationException(
                    "The FastAPI service did not become ready. 'make bench-peers-setup' installs what it needs.");
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        Client.Dispose();
        End();
        _process.WaitForExit();
        _process.Dispose();
    }

    private void OnExit(object? sender, EventArgs e) => End();

    // With its workers, which are its children.
    private void End()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
    }
}
