using System.Text;
using FaceDeid.Video.Spool;
using Xunit;

namespace FaceDeid.Tests.Video.Spool;

/// <summary>What is written comes back as it was, or not at all.</summary>
public sealed class SealedObjectTests : IDisposable
{
    private const int Chunk = SpoolFolder.Chunk;
    private const int SealedChunk = Chunk + 16;
    private const int Salt = 16;

    private readonly SpoolFolder _folder = new();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(2 * Chunk)]
    [InlineData((3 * Chunk) + 12_345)]
    public void What_is_written_is_read_as_it_was(int length)
    {
        var store = _folder.Spool.Create("job");
        var content = Noise(length);

        SpoolFolder.Write(store, "source", content);

        Assert.True(store.Exists("source"));
        using var stream = store.OpenRead("source");
        Assert.Equal(length, stream.Length);
        Assert.Equal(content, SpoolFolder.Read(store, "source"));
    }

    [Fact]
    public async Task It_is_the_same_however_it_is_cut_into_writes_and_reads()
    {
        var store = _folder.Spool.Create("job");
        var content = Noise((2 * Chunk) + 777);
        await using (var writer = store.Create("source"))
        {
            for (var (at, size) = (0, 1); at < content.Length; at += size, size = Math.Min((size * 3) + 1, content.Length - at))
                await writer.WriteAsync(content.AsMemory(at, size));
            await writer.CompleteAsync(CancellationToken.None);
        }

        await using var stream = store.OpenRead("source");
        var read = new byte[content.Length];
        for (var (at, size) = (0, 7); at < read.Length; size = (size * 2) + 1)
        {
            var count = await stream.ReadAsync(read.AsMemory(at, Math.Min(size, read.Length - at)));
            Assert.NotEqual(0, count);
            at += count;
        }

        Assert.Equal(content, read);
        Assert.Equal(0, await stream.ReadAsync(new byte[1]));
    }

    [Fact]
    public void Any_place_can_be_read()
    {
        var store = _folder.Spool.Create("job");
        var content = Noise((3 * Chunk) + 100);
        SpoolFolder.Write(store, "source", content);
        using var stream = store.OpenRead("source");

        foreach (var at in new[] { 0, content.Length - 1, Chunk - 2, Chunk, (2 * Chunk) + 5, 3 * Chunk, 17 })
        {
            stream.Position = at;
            var piece = new byte[Math.Min(10, content.Length - at)];
            stream.ReadExactly(piece);
            Assert.Equal(content[at..(at + piece.Length)], piece);
        }

        Assert.Equal(content.Length - 3, stream.Seek(-3, SeekOrigin.End));
        stream.Position = content.Length + 10L;
        Assert.Equal(0, stream.Read(new byte[1]));
    }

    [Theory]
    [InlineData(Salt + 5)] // in the first chunk
    [InlineData(3)] // the salt
    [InlineData(Salt + SealedChunk - 1)] // a tag
    [InlineData(Salt + (2 * SealedChunk) + 1)] // in the last chunk
    public void A_changed_bit_is_refused(int at)
    {
        var (store, path) = Three();
        var file = File.ReadAllBytes(path);
        file[at] ^= 1;
        File.WriteAllBytes(path, file);

        Refusal.Of(FaceDeidError.LostKey, () => SpoolFolder.Read(store, "source"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(Salt)]
    [InlineData(Salt + 15)]
    [InlineData(Salt + SealedChunk)] // whole chunks, which are not all
    [InlineData(Salt + (2 * SealedChunk))]
    [InlineData(Salt + (2 * SealedChunk) + 15)]
    [InlineData(Salt + (2 * SealedChunk) + 16)]
    [InlineData(Salt + (2 * SealedChunk) + 17)]
    public void A_shortened_object_is_refused_before_a_byte_of_it_is_read(int length)
    {
        var (store, path) = Three();
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..length]);

        Refusal.Of(FaceDeidError.LostKey, () => store.OpenRead("source").Dispose());
    }

    [Fact]
    public void A_lengthened_object_is_refused_before_a_byte_of_it_is_read()
    {
        var (store, path) = Three();
        var file = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. file, .. file[^50..]]);

        Refusal.Of(FaceDeidError.LostKey, () => store.OpenRead("source").Dispose());
    }

    [Fact]
    public void Chunks_that_changed_their_places_are_refused()
    {
        var (store, path) = Three();
        var file = File.ReadAllBytes(path);
        var (first, second) = (file[Salt..(Salt + SealedChunk)], file[(Salt + SealedChunk)..(Salt + (2 * SealedChunk))]);
        second.CopyTo(file, Salt);
        first.CopyTo(file, Salt + SealedChunk);
        File.WriteAllBytes(path, file);

        Refusal.Of(FaceDeidError.LostKey, () => SpoolFolder.Read(store, "source"));
    }

    [Theory]
    [InlineData("job", "result")]
    [InlineData("other", "source")]
    public void An_object_in_the_place_of_another_is_refused(string job, string name)
    {
        var (store, path) = Three();
        var other = string.Equals(job, "job", StringComparison.Ordinal) ? store : _folder.Spool.Create(job);
        File.Copy(path, _folder.PathOf(job, name));

        Refusal.Of(FaceDeidError.LostKey, () => other.OpenRead(name).Dispose());
    }

    [Fact]
    public void Of_two_writings_of_the_same_nothing_is_the_same()
    {
        var store = _folder.Spool.Create("job");
        var content = Noise(Chunk + 5);
        SpoolFolder.Write(store, "source", content);
        var first = File.ReadAllBytes(_folder.PathOf("job", "source"));
        SpoolFolder.Write(store, "source", content);
        var second = File.ReadAllBytes(_folder.PathOf("job", "source"));

        Assert.Equal(first.Length, second.Length);
        Assert.InRange(first.Zip(second).Count(pair => pair.First == pair.Second), 0, first.Length / 100);
        Assert.Equal(content, SpoolFolder.Read(store, "source"));
    }

    [Fact]
    public void Nothing_lies_in_clear_on_the_disk_and_nobody_else_may_read_it()
    {
        var store = _folder.Spool.Create("job");
        var content = new byte[3 * Chunk];
        for (var at = 0; at + 64 <= content.Length; at += 4096)
            Encoding.ASCII.GetBytes(Refusal.Marker).CopyTo(content, at);
        using var unfinished = store.Create("half");
        unfinished.Write(content);
        SpoolFolder.Write(store, "source", content);

        var files = new DirectoryInfo(_folder.Root).GetFiles("*", SearchOption.AllDirectories);
        Assert.Contains(files, file => file.Length > 2 * Chunk);
        Assert.All(files.Where(file => file.Length > 0), file =>
            Assert.Equal(-1, File.ReadAllBytes(file.FullName).AsSpan().IndexOf(Refusal.MarkerBytes)));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.PathOf("job", "source")));
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(Path.GetDirectoryName(_folder.PathOf("job", "source"))!));
    }

    public void Dispose() => _folder.Dispose();

    private (IMediaStore Store, string Path) Three()
    {
        var store = _folder.Spool.Create("job");
        SpoolFolder.Write(store, "source", Noise((2 * Chunk) + 1000));
        return (store, _folder.PathOf("job", "source"));
    }

    private static byte[] Noise(int length)
    {
        var noise = new byte[length];
        new Random(length).NextBytes(noise);
        return noise;
    }
}
