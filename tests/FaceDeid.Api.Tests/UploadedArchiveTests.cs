using System.IO.Compression;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Settings;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// ZIP files in memory: whole ones are read to the last byte, and damage anywhere is a refusal, never a failure of the service.
/// </summary>
public sealed class UploadedArchiveTests
{
    private static readonly (string Name, byte[] File)[] Files =
        [("a/1.jpg", [.. Enumerable.Range(0, 700).Select(i => (byte)(i * i))]), ("b.jpg", new byte[3000]), ("c", [])];

    [Fact]
    public async Task Every_file_is_read_whole_across_the_pieces_of_memory()
    {
        (string Name, byte[] File)[] large = [.. Files, ("large", new byte[2_500_000])];
        Random.Shared.NextBytes(large[^1].File);

        Assert.Equal(large.Select(file => file.File), await ReadAsync(Collection.Zip(large, CompressionLevel.NoCompression)));
    }

    [Theory]
    [InlineData(CompressionLevel.Fastest)]
    [InlineData(CompressionLevel.NoCompression)]
    public async Task Damage_anywhere_is_a_refusal_or_harmless(CompressionLevel level)
    {
        var zip = Collection.Zip(Files, level);
        var refused = 0;
        for (var i = 0; i < zip.Length; i++)
        {
            foreach (var value in new byte[] { 0x01, 0x80, 0xFF })
            {
                var damaged = (byte[])zip.Clone();
                damaged[i] ^= value;
                try
                {
                    // What the damage does not reach is as it was.
                    Assert.All(await ReadAsync(damaged), file =>
                        Assert.Contains(Files, known => known.File.AsSpan().SequenceEqual(file)));
                }
                catch (ProblemException refusal)
                {
                    Assert.True(refusal.Kind.Code is "corrupt_archive" or "upload_too_large", refusal.Kind.Code);
                    refused++;
                }
            }
        }

        Assert.InRange(refused, zip.Length / 2, zip.Length * 3);
    }

    [Fact]
    public async Task An_archive_cut_off_anywhere_is_refused()
    {
        var zip = Collection.Zip(Files);
        for (var length = 0; length < zip.Length; length++)
        {
            var refusal = await Assert.ThrowsAsync<ProblemException>(() => ReadAsync(zip[..length]));
            Assert.Equal("corrupt_archive", refusal.Kind.Code);
        }
    }

    private static async Task<IReadOnlyList<byte[]>> ReadAsync(byte[] zip)
    {
        using var source = new MemoryStream(zip);
        await using var archive = await UploadedArchive.OpenAsync(
            await HeldUpload.ReadAsync(source), new LimitSettings { MaxCollectionMegabytes = 1 }, CancellationToken.None);
        List<byte[]> files = [];
        foreach (var file in archive.Files)
        {
            files.Add(await archive.ReadAsync(file, 3_000_000, CancellationToken.None));
            Assert.Equal(64, archive.Hash(file, CancellationToken.None).Length);
        }

        return files;
    }
}
