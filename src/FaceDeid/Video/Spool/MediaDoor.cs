using System.Globalization;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace FaceDeid.Video.Spool;

/// <summary>
/// Lets a program in a cage read streams of ours at any place, and nothing else: a small HTTP/1.1 server on a Unix socket in a
/// folder that only we may enter, under an address that cannot be guessed. The client is not trusted.
/// </summary>
internal sealed class MediaDoor : IAsyncDisposable
{
    /// <summary>The socket's name in <see cref="Folder"/>.</summary>
    public const string Socket = "door";

    private const int MostHead = 8192;
    private const int MostConnections = 16;
    private const int MostWaiting = 128;
    private const int Chunk = 128 << 10;
    private static readonly TimeSpan HeadTime = TimeSpan.FromSeconds(30);

    private readonly Func<string, Stream?> _open;
    private readonly string _prefix = $"/{RandomNumberGenerator.GetHexString(32, lowercase: true)}/";
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _free = new(MostConnections);
    private readonly Task _listening;
    private Exception? _failure;

    /// <summary>Opens it.</summary>
    /// <param name="open">
    /// Opens what has a name, to be disposed by us; null: there is no such. Called for each request, from several threads.
    /// </param>
    public MediaDoor(Func<string, Stream?> open)
    {
        _open = open;
        Folder = ProcessFolder.Create();
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(Folder, Socket)));
        _listener.Listen(MostWaiting);
        _listening = ListenAsync();
    }

    /// <summary>Where the socket lies.</summary>
    public string Folder { get; }

    /// <summary>The first mistake of a stream that was read, such as a lost key.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>The path of a name, for a URL.</summary>
    public string PathOf(string name) => _prefix + name;

    /// <summary>Ends all connections and takes the socket away.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _listener.Dispose();
        await _listening;
        for (var i = 0; i < MostConnections; i++)
            await _free.WaitAsync();
        _free.Dispose();
        _ending.Dispose();
        Directory.Delete(Folder, recursive: true);
    }

    private async Task ListenAsync()
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await _free.WaitAsync(_ending.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            try
            {
                _ = ServeAsync(await _listener.AcceptAsync(_ending.Token));
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
            {
                _free.Release();
            }
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        try
        {
            await using var stream = new NetworkStream(connection, ownsSocket: true);
            var head = new byte[MostHead];
            var length = 0;
            do
            {
                length = await ReadHeadAsync(stream, head, length);
                if (length == 0)
                    return;
            }
            while (await AnswerAsync(stream, head, length) is { } rest && (length = Shift(head, length, rest)) >= 0);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The client went away, or we do.
        }
        finally
        {
            _free.Release();
        }
    }

    /// <summary>How many bytes there are, with an end of the request's head among them; 0: none came.</summary>
    private async Task<int> ReadHeadAsync(NetworkStream stream, byte[] head, int length)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(_ending.Token);
        patience.CancelAfter(HeadTime);
        while (head.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
        {
            if (length == head.Length)
                return 0;
            var read = await stream.ReadAsync(head.AsMemory(length), patience.Token);
            if (read == 0)
                return 0;
            length += read;
        }

        return length;
    }

    private static int Shift(byte[] head, int length, int from)
    {
        head.AsSpan(from, length - from).CopyTo(head);
        return length - from;
    }

    /// <summary>Where the next request begins in <paramref name="head"/>; null: the connection is to be closed.</summary>
    private async Task<int?> AnswerAsync(NetworkStream stream, byte[] head, int length)
    {
        var end = head.AsSpan(0, length).IndexOf("\r\n\r\n"u8);
        var lines = Encoding.ASCII.GetString(head, 0, end).Split("\r\n");
        var words = lines[0].Split(' ');
        if (words is not [("GET" or "HEAD") and var method, var path, "HTTP/1.1" or "HTTP/1.0"])
        {
            await SayAsync(stream, "405 Method Not Allowed", "Content-Length: 0\r\nConnection: close\r\n");
            return null;
        }

        var closes = words[2] is "HTTP/1.0"
            || string.Equals(Header(lines, "Connection"), "close", StringComparison.OrdinalIgnoreCase);
        await using var content = Open(path);
        if (content is null)
            await SayAsync(stream, "404 Not Found", "Content-Length: 0\r\n");
        else
            await SendAsync(stream, content, Header(lines, "Range"), hasBody: method is "GET");
        return closes ? null : end + 4;
    }

    private Stream? Open(string path)
    {
        var isOurs = CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(path.Length > _prefix.Length ? path[.._prefix.Length] : path),
            Encoding.ASCII.GetBytes(_prefix));
        return isOurs ? Guarded(() => _open(path[_prefix.Length..])) : null;
    }

    private async Task SendAsync(NetworkStream stream, Stream content, string? range, bool hasBody)
    {
        var all = content.Length;
        var (first, last) = (0L, all - 1);
        var status = "200 OK";
        var where = "";
        if (range is not null)
        {
            if (!TryParse(range, all, out first, out last))
            {
                await SayAsync(stream, "416 Range Not Satisfiable", $"Content-Range: bytes */{all}\r\nContent-Length: 0\r\n");
                return;
            }

            status = "206 Partial Content";
            where = $"Content-Range: bytes {first}-{last}/{all}\r\n";
        }

        var count = last - first + 1;
        await SayAsync(stream, status, $"Accept-Ranges: bytes\r\n{where}Content-Length: {count}\r\n");
        if (!hasBody)
            return;
        content.Position = first;
        var chunk = new byte[(int)Math.Clamp(count, 1, Chunk)];
        while (count > 0)
        {
            var part = chunk.AsMemory(0, (int)Math.Min(count, Chunk));
            var read = await GuardedAsync(() => content.ReadAsync(part, _ending.Token));
            if (read == 0)
                throw new EndOfStreamException();
            // Without a time limit: who reads from the client may pause. The connection ends with the client or with us.
            await stream.WriteAsync(chunk.AsMemory(0, read), _ending.Token);
            count -= read;
        }
    }

    /// <summary><c>bytes=a-</c> or <c>bytes=a-b</c>.</summary>
    private static bool TryParse(string range, long length, out long first, out long last)
    {
        (first, last) = (0, length - 1);
        var bounds = range.StartsWith("bytes=", StringComparison.Ordinal) ? range["bytes=".Length..].Split('-') : [];
        if (bounds.Length != 2 || !TryNumber(bounds[0], out first) || first >= length)
            return false;
        if (bounds[1].Length == 0)
            return true;
        if (!TryNumber(bounds[1], out var end) || end < first)
            return false;
        last = Math.Min(last, end);
        return true;

        static bool TryNumber(string text, out long number) =>
            long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    private static string? Header(string[] lines, string name) => lines.Skip(1)
        .Where(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
        .Select(line => line[(name.Length + 1)..].Trim()).FirstOrDefault();

    private async Task SayAsync(NetworkStream stream, string status, string headers) =>
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {status}\r\n{headers}\r\n"), _ending.Token);

    private T Guarded<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Interlocked.CompareExchange(ref _failure, e, comparand: null);
            throw new IOException("What was asked for cannot be read.", e);
        }
    }

    private async ValueTask<int> GuardedAsync(Func<ValueTask<int>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Interlocked.CompareExchange(ref _failure, e, comparand: null);
            throw new IOException("What was asked for cannot be read.", e);
        }
    }
}
