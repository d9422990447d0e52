using System.Net.Sockets;
using System.Text;
using FaceDeid.TestData;

namespace FaceDeid.Api.Tests;

/// <summary>An HTTP/1.1 connection whose every byte the test sends itself: what no well-behaved client does.</summary>
internal sealed class RawConnection : IDisposable
{
    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp);
    private readonly StringBuilder _received = new();

    private RawConnection()
    {
    }

    /// <summary>Connects.</summary>
    /// <param name="address">Where the service is.</param>
    /// <param name="receiveBuffer">Bytes that the system takes of an answer before they are read; 0: as many as it likes.</param>
    public static async Task<RawConnection> OpenAsync(Uri address, int receiveBuffer = 0)
    {
        var connection = new RawConnection();
        if (receiveBuffer > 0)
            connection._socket.ReceiveBufferSize = receiveBuffer;
        await connection._socket.ConnectAsync(address.Host, address.Port);
        return connection;
    }

    /// <summary>Sends the head of a multipart POST whose boundary is <c>b</c>.</summary>
    public Task SendHeadAsync(string path, params string[] headers) => SendAsync(
        $"POST {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        + $"{string.Concat(headers.Select(h => $"{h}\r\n"))}\r\n");

    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes) => await _socket.SendAsync(bytes);

    /// <summary>Says that nothing more will be sent; the answer can still be read.</summary>
    public void EndSending() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>Reads until the text is there; the text before it is part of the result.</summary>
    public Task<string> ReceiveAsync(string text) => ReceiveAsync(received => received.Contains(text, StringComparison.Ordinal));

    /// <summary>Reads the rest of a large answer, with pauses, and only counts it.</summary>
    public async Task<long> CountAsync(TimeSpan pause = default)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        var buffer = new byte[64 * 1024];
        var sum = 0L;
        int count;
        while ((count = await ReceiveAsync(buffer, patience.Token)) > 0)
        {
            sum += count;
            await Task.Delay(pause, patience.Token);
        }

        return sum;
    }

    /// <summary>Reads one answer to its end; it is empty when the server closes without one.</summary>
    public Task<string> ReceiveAnswerAsync() => ReceiveAsync(static received =>
        received.EndsWith("\r\n0\r\n\r\n", StringComparison.Ordinal)); // every answer here is chunked

    /// <summary>Vanishes as a client does whose machine is reset: the connection is not closed in an orderly way.</summary>
    public void Reset()
    {
        _socket.LingerState = new LingerOption(enable: true, seconds: 0);
        _socket.Dispose();
    }

    public void Dispose() => _socket.Dispose();

    private async Task<string> ReceiveAsync(Predicate<string> isEnough)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        var buffer = new byte[4096];
        while (!isEnough(_received.ToString()))
        {
            var count = await ReceiveAsync(buffer, patience.Token);
            if (count == 0)
                break;
            _received.Append(Encoding.Latin1.GetString(buffer, 0, count));
        }

        return _received.ToString();
    }

    private async Task<int> ReceiveAsync(byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await _socket.ReceiveAsync(buffer, cancellationToken);
        }
        catch (SocketException)
        {
            return 0; // a server that closes before it has read everything resets the connection
        }
    }
}
