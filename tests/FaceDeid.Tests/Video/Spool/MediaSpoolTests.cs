using FaceDeid.Video.Spool;
using Xunit;

namespace FaceDeid.Tests.Video.Spool;

/// <summary>What is there, what it takes, and what is left.</summary>
public sealed class MediaSpoolTests
{
    private const int Chunk = SpoolFolder.Chunk;

    [Fact]
    public void An_object_is_there_when_all_of_it_was_written_or_not_at_all()
    {
        using var folder = new SpoolFolder();
        var store = folder.Spool.Create("job");
        using (var writer = store.Create("source"))
        {
            writer.Write(new byte[(2 * Chunk) + 1]);
            Assert.False(store.Exists("source"));
            Assert.InRange(folder.Spool.UsedBytes, Chunk, 3 * Chunk);
        }

        Assert.False(store.Exists("source"));
        Assert.Throws<FileNotFoundException>(() => store.OpenRead("source").Dispose());
        Assert.Equal((0, 0), (folder.Spool.UsedBytes, folder.BytesOnDisk));
    }

    [Fact]
    public void An_object_takes_the_place_of_one_of_its_name_when_it_is_complete()
    {
        using var folder = new SpoolFolder();
        var store = folder.Spool.Create("job");
        SpoolFolder.Write(store, "report", [1, 2, 3]);
        using var old = store.OpenRead("report");
        using (var writer = store.Create("report"))
            writer.Write([4]);
        Assert.Equal([1, 2, 3], SpoolFolder.Read(store, "report"));

        SpoolFolder.Write(store, "report", [5, 6]);

        Assert.Equal([5, 6], SpoolFolder.Read(store, "report"));
        Assert.Equal(1, old.ReadByte()); // who reads it already goes on
        Assert.Equal(folder.BytesOnDisk, folder.Spool.UsedBytes);
    }

    [Fact]
    public void What_is_full_takes_nothing_more_until_something_is_deleted()
    {
        using var folder = new SpoolFolder(maxBytes: 4 * Chunk);
        var store = folder.Spool.Create("job");
        SpoolFolder.Write(store, "source", new byte[2 * Chunk]);
        var before = folder.Spool.UsedBytes;

        Refusal.Of(FaceDeidError.SpoolFull, () => SpoolFolder.Write(store, "result", new byte[3 * Chunk]));

        Assert.False(store.Exists("result"));
        Assert.Equal((before, before), (folder.Spool.UsedBytes, folder.BytesOnDisk));
        store.Delete("source");
        store.Delete("source");
        SpoolFolder.Write(store, "result", new byte[3 * Chunk]);
        Assert.Equal(folder.BytesOnDisk, folder.Spool.UsedBytes);
    }

    [Fact]
    public void A_disk_that_is_full_is_told_of_and_nothing_is_left_behind()
    {
        using var folder = new SpoolFolder();
        var store = folder.Spool.Create("job");
        File.CreateSymbolicLink(folder.PathOf("job", "source.part~"), "/dev/full"); // each write to it fails with ENOSPC

        Refusal.Of(FaceDeidError.SpoolFull, () => SpoolFolder.Write(store, "source", new byte[Chunk]));

        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(folder.Root, "jobs", "job")));
        Assert.Equal(0, folder.Spool.UsedBytes);
    }

    [Fact]
    public void Of_a_deleted_job_nothing_is_left_and_nothing_can_be_read()
    {
        using var folder = new SpoolFolder(keepsKeys: true);
        var store = folder.Spool.Create("job");
        var other = folder.Spool.Create("other");
        SpoolFolder.Write(store, "source", new byte[Chunk]);
        SpoolFolder.Write(other, "source", [1]);
        using var writer = store.Create("result");
        writer.Write(new byte[2 * Chunk]);

        folder.Spool.Delete("job");
        folder.Spool.Delete("job");

        Assert.Equal(["other"], folder.Spool.Jobs);
        Assert.False(Directory.Exists(Path.Combine(folder.Root, "jobs", "job")));
        Assert.Throws<FileNotFoundException>(() => store.OpenRead("source").Dispose());
        Assert.ThrowsAny<IOException>(() => writer.CompleteAsync(CancellationToken.None).GetAwaiter().GetResult());
        Refusal.Of(FaceDeidError.LostKey, () => folder.Spool.Open("job"));
#pragma warning disable IDISP017 // what it gives back is looked at
        writer.Dispose();
#pragma warning restore IDISP017
        Assert.Equal(folder.BytesOnDisk, folder.Spool.UsedBytes);
        Assert.Equal([1], SpoolFolder.Read(other, "source"));
    }

    [Fact]
    public void A_wrapped_key_opens_its_job_after_a_restart()
    {
        using var folder = new SpoolFolder(keepsKeys: true);
        SpoolFolder.Write(folder.Spool.Create("job"), "source", [1, 2, 3]);
        using var unfinished = folder.Spool.Open("job").Create("half"); // whose process is then no more
        unfinished.Write(new byte[2 * Chunk]);

        folder.Restart(keepsKeys: true);

        Assert.Equal([1, 2, 3], SpoolFolder.Read(folder.Spool.Open("job"), "source"));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(folder.Root, "jobs", "job")).Length); // its key and its object
        Assert.Equal(folder.BytesOnDisk, folder.Spool.UsedBytes);
    }

    [Theory]
    [InlineData(false, false)] // it was in memory only
    [InlineData(true, false)] // the key file is not configured any more
    [InlineData(true, true)] // another key file
    public void Without_its_key_a_job_is_lost(bool before, bool after)
    {
        using var folder = new SpoolFolder(keepsKeys: before);
        SpoolFolder.Write(folder.Spool.Create("job"), "source", [1, 2, 3]);
        folder.WriteKeyFile();

        folder.Restart(after);

        Refusal.Of(FaceDeidError.LostKey, () => folder.Spool.Open("job"));
    }

    [Fact]
    public void A_wrapped_key_fits_no_other_job()
    {
        using var folder = new SpoolFolder(keepsKeys: true);
        SpoolFolder.Write(folder.Spool.Create("job"), "source", [1]);
        folder.Spool.Create("other");
        File.Copy(folder.PathOf("job", "key~"), folder.PathOf("other", "key~"), overwrite: true);

        folder.Restart(keepsKeys: true);

        Refusal.Of(FaceDeidError.LostKey, () => folder.Spool.Open("other"));
    }

    [Fact]
    public void Two_processes_do_not_share_a_spool()
    {
        using var folder = new SpoolFolder();

        Refusal.Of(FaceDeidError.InvalidOption, "another service uses it", () =>
            new MediaSpool(folder.Root, 1000, wrapping: null).Dispose());
    }

    [Theory]
    [InlineData("")]
    [InlineData("not Base64!")]
    [InlineData("c2hvcnQ=")]
    [InlineData("MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=\nc2hvcnQ=")]
    public void A_file_that_is_no_key_is_refused_without_its_content(string content)
    {
        using var folder = new SpoolFolder();
        File.WriteAllText(folder.KeyFile, content);

        var text = Refusal.Of(FaceDeidError.InvalidOption, () => WrappingKeys.Load(folder.KeyFile).Dispose());

        Assert.Contains(folder.KeyFile, text, StringComparison.Ordinal);
        Assert.True(content.Length == 0 || !text.Contains(content, StringComparison.Ordinal));
        Refusal.Of(FaceDeidError.InvalidOption, "cannot be read", () => WrappingKeys.Load(folder.KeyFile + "x").Dispose());
    }

    [Theory]
    [InlineData("../other")]
    [InlineData("Source")]
    [InlineData("source.part~")]
    [InlineData("")]
    [InlineData("a\n")]
    public void A_name_cannot_leave_its_folder(string name)
    {
        using var folder = new SpoolFolder();
        var store = folder.Spool.Create("job");

        Assert.Throws<ArgumentException>(() => store.Create(name).Dispose());
        Assert.Throws<ArgumentException>(() => store.OpenRead(name).Dispose());
        Assert.Throws<ArgumentException>(() => store.Delete(name));
        Assert.Throws<ArgumentException>(() => folder.Spool.Create(name));
    }
}
