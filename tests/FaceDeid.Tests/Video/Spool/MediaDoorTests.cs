using System.Net.Sockets;
using System.Text;
using FaceDeid.TestData;
using FaceDeid.Tests.Video.Media;
using FaceDeid.Video.Spool;
using Xunit;

namespace FaceDeid.Tests.Video.Spool;

/// <summary>What a client gets through the door, and what one that was taken over does not.</summary>
public sealed class MediaDoorTests
{
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

    [Theory]
    [InlineData(null, 200, 0, 300_000)]
    [InlineData("bytes=0-", 206, 0, 300_000)]
    [InlineData("bytes=100-199", 206, 100, 100)]
    [InlineData("bytes=299999-", 206, 299_999, 1)]
    [InlineData("bytes=299990-999999", 206, 299_990, 10)]
    public async Task Any_part_can_be_read(string? range, int status, int first, int count)
    {
        await using var door = Door();
        var (head, body) = await AskAsync(door, $"GET {door.PathOf("a")} HTTP/1.1\r\nConnection: close\r\n{Range(range)}\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", head, StringComparison.Ordinal);
        Assert.Contains($"Content-Length: {count}\r\n", head, StringComparison.Ordinal);
        Assert.Equal(Content[first..(first + count)], body);
        if (range is not null)
            Assert.Contains($"Content-Range: bytes {first}-{first + count - 1}/300000\r\n", head, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bytes=300000-")]
    [InlineData("bytes=9-3")]
    [InlineData("bytes=-5")]
    [InlineData("bytes=99999999999999999999-")]
    [InlineData("lines=1-2")]
    public async Task A_part_that_is_not_there_is_416(string range)
    {
        await using var door = Door();
        var (head, body) = await AskAsync(door, $"GET {door.PathOf("a")} HTTP/1.1\r\nConnection: close\r\n{Range(range)}\r\n");

        Assert.StartsWith("HTTP/1.1 416 ", head, StringComparison.Ordinal);
        Assert.Contains("Content-Range: bytes */300000\r\n", head, StringComparison.Ordinal);
        Assert.Empty(body);
    }

    [Fact]
    public async Task Head_says_the_length_and_sends_nothing()
    {
        await using var door = Door();
        var (head, body) = await AskAsync(door, $"HEAD {door.PathOf("a")} HTTP/1.1\r\nConnection: close\r\n\r\n");

        Assert.Contains("Content-Length: 300000\r\n", head, StringComparison.Ordinal);
        Assert.Empty(body);
    }

    [Fact]
    public async Task Without_the_address_nothing_is_opened()
    {
        var opened = 0;
        await using var door = new MediaDoor(_ =>
        {
            Interlocked.Increment(ref opened);
            return new MemoryStream(Content);
        });
        var ours = door.PathOf("a");
        foreach (var path in new[] { "/", "/a", ours[..^3] + "x/a", "/" + new string('0', 32) + "/a", "//" + ours, "*" })
        {
            var (head, body) = await AskAsync(door, $"GET {path} HTTP/1.1\r\nConnection: close\r\n\r\n");
            Assert.StartsWith("HTTP/1.1 404 ", head, StringComparison.Ordinal);
            Assert.Empty(body);
        }

        Assert.Equal(0, opened);
    }

    [Fact]
    public async Task Names_that_are_not_there_and_other_methods_are_refused()
    {
        await using var door = Door();

        var other = $"GET {door.PathOf("b")} HTTP/1.1\r\nConnection: close\r\n\r\n";
        Assert.StartsWith("HTTP/1.1 404 ", (await AskAsync(door, other)).Head);
        Assert.StartsWith("HTTP/1.1 405 ", (await AskAsync(door, $"PUT {door.PathOf("a")} HTTP/1.1\r\n\r\n")).Head);
        Assert.StartsWith("HTTP/1.1 405 ", (await AskAsync(door, "nonsense\r\n\r\n")).Head);
        Assert.Empty((await AskAsync(door, "GET " + new string('x', 20_000))).Head);
    }

    [Fact]
    public async Task A_connection_serves_one_request_after_the_other()
    {
        await using var door = Door();
        var request = $"GET {door.PathOf("a")} HTTP/1.1\r\nRange: bytes=5-5\r\n\r\n";
        var (head, body) = await AskAsync(
            door, request + request + $"GET {door.PathOf("a")} HTTP/1.1\r\nRange: bytes=6-6\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 206 ", head, StringComparison.Ordinal);
        Assert.Equal(3, Encoding.Latin1.GetString(body).Split("206 Partial").Length);
    }

    [Fact]
    public async Task A_stream_that_fails_is_remembered_and_hurts_nobody_else()
    {
        var failure = new FaceDeidException(FaceDeidError.LostKey, "Its key is gone.");
        await using var door = new MediaDoor(name => name is "a" ? new MemoryStream(Content) : throw failure);

        Assert.Empty((await AskAsync(door, $"GET {door.PathOf("b")} HTTP/1.1\r\n\r\n")).Head);
        Assert.Same(failure, door.Failure);
        Assert.Equal(Content, (await AskAsync(door, $"GET {door.PathOf("a")} HTTP/1.1\r\nConnection: close\r\n\r\n")).Body);
    }

    [Fact]
    public async Task Clients_that_say_nothing_or_go_away_do_not_keep_it_open()
    {
        var door = Door();
        List<Socket> silent = [];
        for (var i = 0; i < 40; i++)
            silent.Add(await ConnectAsync(door));
        await silent[0].SendAsync(Encoding.ASCII.GetBytes($"GET {door.PathOf("a")} HTTP/1.1\r\n\r\n"));
        silent[1].Dispose();

        var folder = door.Folder;
        await door.DisposeAsync().AsTask().WaitAsync(Patience.Long);

        Assert.False(Directory.Exists(folder));
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task Only_we_may_enter_its_folder()
    {
        await using var door = Door();
        Assert.Equal("drwx------", Clip.Run("stat", ["-c", "%A", door.Folder]).Trim());
    }

    private static MediaDoor Door() => new(name => name is "a" ? new MemoryStream(Content) : null);

    private static string Range(string? range) => range is null ? "" : $"Range: {range}\r\n";

    private static async Task<Socket> ConnectAsync(MediaDoor door)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        await socket.ConnectAsync(new UnixDomainSocketEndPoint(Path.Combine(door.Folder, MediaDoor.Socket)));
        return socket;
    }

    /// <summary>All that comes until the connection is closed.</summary>
    private static async Task<(string Head, byte[] Body)> AskAsync(MediaDoor door, string request)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        await using var stream = new NetworkStream(await ConnectAsync(door), ownsSocket: true);
        using var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(request), patience.Token);
            await stream.CopyToAsync(answer, patience.Token);
        }
        catch (IOException)
        {
            // It closed before it heard all.
        }

        var bytes = answer.ToArray();
        var end = bytes.AsSpan().IndexOf("\r\n\r\n"u8);
        return end < 0 ? ("", bytes) : (Encoding.ASCII.GetString(bytes[..(end + 2)]), bytes[(end + 4)..]);
    }
}
