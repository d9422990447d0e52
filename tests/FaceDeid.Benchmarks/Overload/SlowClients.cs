using System.Net.Sockets;
using System.Text;

namespace FaceDeid.Benchmarks.Overload;

/// <summary>
/// Clients that hold connections and give nothing, or as good as nothing. Whoever is thrown out comes back at once.
/// </summary>
/// <param name="address">The service.</param>
internal sealed class SlowClients(Uri address)
{
    private static readonly TimeSpan Drip = TimeSpan.FromSeconds(1);
    private int _ended;

    /// <summary>How a slow client behaves.</summary>
    /// <param name="Name">What it is called in the table.</param>
    /// <param name="Start">What it sends at once.</param>
    /// <param name="Drop">What it then sends again and again; empty: it is silent.</param>
    internal sealed record Kind(string Name, ReadOnlyMemory<byte> Start, ReadOnlyMemory<byte> Drop);

    /// <summary>How often the service has ended a connection.</summary>
    public int Ended => Volatile.Read(ref _ended);

    public static IReadOnlyList<Kind> Kinds { get; } =
    [
        new("idle connections", default, default),
        new("heads that drip", "POST /v1/landmarks HTTP/1.1\r\nHost: localhost\r\n"u8.ToArray(), "X-A: b\r\n"u8.ToArray()),
        new("uploads without a byte", Head(5_000_000), default),
        new("uploads that drip", Head(5_000_000), "x"u8.ToArray()),
        new("half-sent uploads, 1 MB of 5 MB", (byte[])[.. Head(5_000_000), .. PartHead(), .. new byte[1_000_000]], default),
    ];

    public Task RunAsync(Kind kind, int count, CancellationToken untilCancelled) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => HoldAsync(kind, untilCancelled)));

    private async Task HoldAsync(Kind kind, CancellationToken untilCancelled)
    {
        while (!untilCancelled.IsCancellationRequested)
        {
            using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address.Host, address.Port, untilCancelled);
                using var closed = CancellationTokenSource.CreateLinkedTokenSource(untilCancelled);
                var reading = ReadToEndAsync(socket, closed);
                await SendAsync(socket, kind, closed.Token);
                await reading;
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                // Thrown out, or the end.
            }

            if (!untilCancelled.IsCancellationRequested)
                Interlocked.Increment(ref _ended);
        }
    }

    private static async Task SendAsync(Socket socket, Kind kind, CancellationToken untilClosed)
    {
        for (var rest = kind.Start; rest.Length > 0;)
            rest = rest[await socket.SendAsync(rest, untilClosed)..];
        while (kind.Drop.Length > 0)
        {
            await Task.Delay(Drip, untilClosed);
            await socket.SendAsync(kind.Drop, untilClosed);
        }

        await Task.Delay(Timeout.Infinite, untilClosed);
    }

    /// <summary>Tells when the service closes; its answer is of no interest here.</summary>
    private static async Task ReadToEndAsync(Socket socket, CancellationTokenSource closed)
    {
        var buffer = new byte[4096];
        try
        {
            while (await socket.ReceiveAsync(buffer, closed.Token) > 0)
            {
            }
        }
        finally
        {
            await closed.CancelAsync();
        }
    }

    private static byte[] Head(int length) => Encoding.ASCII.GetBytes(
        "POST /v1/landmarks HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: multipart/form-data; boundary=b\r\n"
        + $"Content-Length: {length}\r\n\r\n");

    private static byte[] PartHead() => [.. "--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"p\"\r\n\r\n"u8];
}
