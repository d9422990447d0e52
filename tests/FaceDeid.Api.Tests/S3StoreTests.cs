using System.Text;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using FaceDeid.Api.Storage;
using FaceDeid.TestData;
using FaceDeid.Video.Spool;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A spool in S3, as one in a folder: what is there, what is read, and what is left.</summary>
public sealed class S3StoreTests : IClassFixture<S3Server>, IDisposable
{
    private const int Chunk = 256 * 1024;
    private const int Part = 12 << 20;

    private readonly S3Server _server;
    private readonly string _prefix = Guid.NewGuid().ToString("N");
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private readonly WatchedClient _client;
    private readonly MediaSpool _spool;

    public S3StoreTests(S3Server server)
    {
        _server = server;
        _client = new WatchedClient(server);
        _spool = Open(_client);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData((3 * Chunk) + 12_345)]
    [InlineData(Part + 1)]
    [InlineData((2 * Part) + 777)]
    public async Task What_is_written_is_read_as_it_was(int length)
    {
        var store = _spool.Create("job");
        var content = Noise(length);
        await WriteAsync(store, "source", content);

        Assert.True(store.Exists("source"));
        Assert.Equal(content, await ReadAsync(store, "source"));
        await using var stream = store.OpenRead("source");
        Assert.Equal(length, stream.Length);
        foreach (var at in new[] { length / 2, length - 5, 0, length - Chunk - 3 }.Where(at => at >= 0))
        {
            stream.Position = at;
            var piece = new byte[Math.Min(100, length - at)];
            await stream.ReadExactlyAsync(piece);
            Assert.Equal(content[at..(at + piece.Length)], piece);
        }

        Assert.Equal(await StoredAsync(), _spool.UsedBytes);
    }

    [Fact]
    public async Task An_object_is_there_when_all_of_it_was_written_or_not_at_all()
    {
        var kept = _server.Kept().Count;
        var store = _spool.Create("job");
        await using (var writer = store.Create("source"))
        {
            await writer.WriteAsync(Noise(Part + Chunk));
            Assert.NotEmpty(await UploadsAsync());
            Assert.False(store.Exists("source"));
            Assert.Throws<FileNotFoundException>(() => store.OpenRead("source").Dispose());
        }

        Assert.Empty(await UploadsAsync());
        Assert.Empty(await _server.KeysAsync(_prefix));
        Assert.Equal((0, kept), (_spool.UsedBytes, _server.Kept().Count));
    }

    [Fact]
    public async Task Of_a_large_object_only_what_is_asked_for_is_read()
    {
        var store = _spool.Create("job");
        var content = Noise(20 * 1024 * 1024);
        await WriteAsync(store, "source", content);
        var before = _client.Read;
        await using var stream = store.OpenRead("source");
        stream.Position = 9_000_000;
        await stream.ReadExactlyAsync(new byte[100]);

        Assert.InRange(_client.Read - before, 1, 10 * Chunk); // its end, its beginning and the chunk, of 80
    }

    [Fact]
    public async Task A_large_object_that_is_read_in_order_takes_few_requests()
    {
        var store = _spool.Create("job");
        await WriteAsync(store, "source", Noise(20 * 1024 * 1024));
        var (read, gets) = (_client.Read, _client.Gets);
        await ReadAsync(store, "source");

        Assert.InRange(_client.Read - read, 20 * 1024 * 1024, (20 * 1024 * 1024) + (2 * Chunk));
        Assert.InRange(_client.Gets - gets, 2, 22);

        read = _client.Read;
        await using var again = store.OpenRead("source");
        await again.ReadExactlyAsync(new byte[Chunk]);
        Assert.Equal(read, _client.Read); // what was just read
    }

    [Fact]
    public async Task Of_a_deleted_job_nothing_is_left()
    {
        var kept = _server.Kept().Count;
        _client.PageLength = 2;
        var store = _spool.Create("job");
        for (var i = 0; i < 7; i++)
            await WriteAsync(store, $"object-{i}", [1]);
        await using var writer = store.Create("source");
        await writer.WriteAsync(Noise(Part + Chunk));
        Assert.Equal(["job"], _spool.Jobs);

        _spool.Delete("job");
        _spool.Delete("job");

        Assert.Empty(_spool.Jobs);
        Assert.Empty(await _server.KeysAsync(_prefix));
        Assert.Empty(await UploadsAsync());
        await Assert.ThrowsAnyAsync<IOException>(() => writer.CompleteAsync(CancellationToken.None));
        await writer.DisposeAsync();
        Assert.Equal((0, kept), (_spool.UsedBytes, _server.Kept().Count));
    }

    [Fact]
    public async Task What_another_machine_wrote_counts_once_it_was_looked_at_and_so_does_what_a_dead_one_left()
    {
        using var otherClient = new WatchedClient(_server);
        using var other = Open(otherClient);
        var theirs = other.Create("theirs");
        await WriteAsync(theirs, "source", Noise(Chunk));
        await using var dead = theirs.Create("result"); // whose process is then no more
        await dead.WriteAsync(Noise(Part + Chunk));
        var ours = _spool.Create("ours");
        await using var writer = ours.Create("source");
        await writer.WriteAsync(Noise((2 * Chunk) + 5));

        _spool.Refresh();
        Assert.InRange(_spool.UsedBytes - await StoredAsync(), 2 * Chunk, 3 * Chunk);
        Assert.NotEmpty(await UploadsAsync());

        _time.Advance(TimeSpan.FromDays(2) + TimeSpan.FromHours(1));
        _spool.Refresh();
        Assert.Empty(await UploadsAsync());
        await writer.CompleteAsync(CancellationToken.None);
        Assert.Equal(await StoredAsync(), _spool.UsedBytes);
    }

    [Fact]
    public async Task An_object_that_is_replaced_while_it_is_read_is_not_mixed_with_the_new_one()
    {
        var store = _spool.Create("job");
        await WriteAsync(store, "source", Noise(20 * Chunk));
        await using var stream = store.OpenRead("source");
        await stream.ReadExactlyAsync(new byte[10]);
        await WriteAsync(store, "source", Noise((20 * Chunk) + 1));

        stream.Position = 10 * Chunk;
        await Assert.ThrowsAnyAsync<IOException>(() => stream.ReadExactlyAsync(new byte[10]).AsTask());
    }

    [Fact]
    public async Task Nothing_lies_in_clear()
    {
        var store = _spool.Create("job");
        var content = new byte[Part + (3 * Chunk)];
        var marker = Encoding.ASCII.GetBytes(Guid.NewGuid().ToString());
        for (var at = 0; at + 64 <= content.Length; at += 4096)
            marker.CopyTo(content, at);
        await using var unfinished = store.Create("half");
        await unfinished.WriteAsync(content);
        await WriteAsync(store, "source", content);

        Assert.InRange(_server.Kept().Sum(file => file.Length), 2L * Part, long.MaxValue);
        Assert.All(_server.Kept(), file => Assert.Equal(-1, File.ReadAllBytes(file.FullName).AsSpan().IndexOf(marker)));
    }

    [Fact]
    public async Task A_storage_that_is_away_is_told_without_names_and_used_again_when_it_is_back()
    {
        var store = _spool.Create("job");
        await WriteAsync(store, "source", [1, 2, 3]);
        await _server.StopAsync();
        try
        {
            foreach (var call in new Action[]
                { () => store.OpenRead("source").Dispose(), () => _ = _spool.Jobs, () => _ = store.Exists("source") })
            {
                var refused = Assert.Throws<FaceDeidException>(call);
                Assert.Equal(FaceDeidError.StorageUnavailable, refused.Code);
                Assert.DoesNotContain(S3Server.Bucket, refused.Message, StringComparison.Ordinal);
                Assert.DoesNotContain("127.0.0.1", refused.Message, StringComparison.Ordinal);
            }
        }
        finally
        {
            await _server.StartAsync();
        }

        await Patience.UntilAsync(IsBack);
        Assert.Equal([1, 2, 3], await ReadAsync(store, "source"));

        bool IsBack()
        {
            try
            {
                return store.Exists("source");
            }
            catch (FaceDeidException)
            {
                return false; // after a failure calls fail for a moment
            }
        }
    }

    public void Dispose()
    {
        _client.PageLength = null;
        foreach (var job in _spool.Jobs)
            _spool.Delete(job);
        _spool.Dispose();
        _client.Dispose();
    }

    private MediaSpool Open(AmazonS3Client client)
    {
#pragma warning disable IDISP004 // the spool's
        return new MediaSpool(
            new S3Store(new S3Calls(client, S3Server.Bucket, NullLogger.Instance), $"{_prefix}/", _time), 100_000_000,
            wrapping: null);
#pragma warning restore IDISP004
    }

    private async Task<long> StoredAsync()
    {
        var page = await _client.ListObjectsV2Async(
            new ListObjectsV2Request { BucketName = S3Server.Bucket, Prefix = _prefix }, CancellationToken.None);
        return (page.S3Objects ?? []).Sum(entry => entry.Size!.Value);
    }

    private async Task<IReadOnlyList<MultipartUpload>> UploadsAsync() =>
        (await _client.ListMultipartUploadsAsync(
            new ListMultipartUploadsRequest { BucketName = S3Server.Bucket, Prefix = _prefix })).MultipartUploads ?? [];

    private static async Task WriteAsync(IMediaStore store, string name, byte[] content)
    {
        await using var writer = store.Create(name);
        await writer.WriteAsync(content);
        await writer.CompleteAsync(CancellationToken.None);
    }

    private static async Task<byte[]> ReadAsync(IMediaStore store, string name)
    {
        await using var stream = store.OpenRead(name);
        using var all = new MemoryStream();
        await stream.CopyToAsync(all);
        return all.ToArray();
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }

    /// <summary>A client that counts what is read, and may get short pages.</summary>
    private sealed class WatchedClient(S3Server server)
        : AmazonS3Client(new BasicAWSCredentials(S3Server.AccessKey, S3Server.SecretKey), server.Config())
    {
        public long Read { get; private set; }

        public int Gets { get; private set; }

        public int? PageLength { get; set; }

        public override async Task<GetObjectResponse> GetObjectAsync(
            GetObjectRequest request, CancellationToken cancellationToken = default)
        {
            var answer = await base.GetObjectAsync(request, cancellationToken);
            Gets++;
            Read += answer.ContentLength;
            return answer;
        }

        public override Task<ListObjectsV2Response> ListObjectsV2Async(
            ListObjectsV2Request request, CancellationToken cancellationToken = default)
        {
            request.MaxKeys = PageLength ?? request.MaxKeys;
            return base.ListObjectsV2Async(request, cancellationToken);
        }
    }
}
