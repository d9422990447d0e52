using System.Net;
using System.Net.Sockets;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Passes connections on to a port of the loopback, until it is told to be silent: then it takes connections and bytes, and
/// nothing comes back, as from a network that drops all.
/// </summary>
internal sealed class SilentRelay : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _end = new();
    private readonly int _port;
    private volatile bool _isSilent;

    public SilentRelay(int port)
    {
        _port = port;
        _listener.Start();
        _ = TakeAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Whether nothing passes. Connections that were silent once stay so.</summary>
    public bool IsSilent
    {
        get => _isSilent;
        set => _isSilent = value;
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task TakeAsync()
    {
        try
        {
            while (true)
                _ = PassAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using (client)
        {
            using var server = new TcpClient();
            try
            {
                await server.ConnectAsync(IPAddress.Loopback, _port, _end.Token);
                var (here, there) = (client.GetStream(), server.GetStream());
                await Task.WhenAny(PassAsync(here, there), PassAsync(there, here));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Nobody is there; or the test is over.
            }
        }
    }

    private async Task PassAsync(NetworkStream from, NetworkStream to)
    {
        var (buffer, isLost) = (new byte[8192], false);
        try
        {
            while (await from.ReadAsync(buffer, _end.Token) is > 0 and var read)
            {
                isLost |= _isSilent;
                if (!isLost)
                    await to.WriteAsync(buffer.AsMemory(0, read), _end.Token);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException)
        {
            // One side is gone.
        }
    }
}
