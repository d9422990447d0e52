using System.Net;
using System.Net.Sockets;

namespace FaceDeid.Api.Tests;

/// <summary>
/// A cable to a server that can be cut: then nothing comes through, and no connection notices. What was sent meanwhile arrives
/// when it is mended, as packets that are sent again do.
/// </summary>
internal sealed class Cable : IDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _server;
    private readonly CancellationTokenSource _end = new();
    private volatile TaskCompletionSource _whole = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Lays it, to a port of the loopback.</summary>
    public Cable(int server, IPAddress? address = null)
    {
        _server = new IPEndPoint(IPAddress.Loopback, server);
        _listener = new TcpListener(address ?? IPAddress.Loopback, 0);
        _listener.Start();
        _whole.SetResult();
        _ = AcceptAsync();
    }

    /// <summary>The port at this end.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    public void Cut() => _whole = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Mend() => _whole.TrySetResult();

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptTcpClientAsync(_end.Token));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // It is taken away.
        }
    }

    private async Task CarryAsync(TcpClient near)
    {
        var end = _end.Token;
        using (near)
        using (var far = new TcpClient())
        {
            try
            {
                await _whole.Task.WaitAsync(end);
                await far.ConnectAsync(_server, end);
                await using var inside = near.GetStream();
                await using var outside = far.GetStream();
                await Task.WhenAny(CarryAsync(inside, outside, end), CarryAsync(outside, inside, end));
                await _whole.Task.WaitAsync(end); // that one end hung up comes through no more than anything else
            }
            catch (Exception e) when (e is OperationCanceledException or IOException or SocketException)
            {
                // One end hung up.
            }
        }
    }

    private async Task CarryAsync(NetworkStream from, NetworkStream to, CancellationToken end)
    {
        var buffer = new byte[1 << 16];
        try
        {
            for (int count; (count = await from.ReadAsync(buffer, end)) > 0;)
            {
                await _whole.Task.WaitAsync(end);
                await to.WriteAsync(buffer.AsMemory(0, count), end);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or ObjectDisposedException)
        {
            // One end hung up.
        }
    }
}
