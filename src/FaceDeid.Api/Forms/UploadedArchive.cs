using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Hosting;

namespace FaceDeid.Api.Forms;

/// <summary>
/// A ZIP file from outside, in memory. Its entries are read one by one and counted while they are unpacked; what the file says of their
/// sizes is not believed, and their names are never paths on a disk.
/// </summary>
internal sealed class UploadedArchive : IAsyncDisposable
{
    private const int MaxGrowth = 8; // unpacked bytes, in sizes of the largest upload
    private const int EntriesPerFace = 4; // a chip and a photo, or a picture and what macOS puts beside it, and a folder
    private const int FurtherEntries = 1000;

    private const int MaxHashedBytes = 200_000_000;

    private readonly HeldBytes _bytes;
    private readonly ZipArchive _zip;
    private long _unpackedLeft;

    private UploadedArchive(HeldBytes bytes, ZipArchive zip, LimitSettings limits)
    {
        (_bytes, _zip) = (bytes, zip);
        _unpackedLeft = MaxGrowth * limits.MaxCollectionBytes;
        Files = [.. zip.Entries.Where(entry => !NameOf(entry).EndsWith('/'))];
    }

    /// <summary>Every entry that is no folder, in the order of the table of contents.</summary>
    public IReadOnlyList<ZipArchiveEntry> Files { get; }

    /// <summary>Opens a ZIP file, which is then this object's to free.</summary>
    /// <exception cref="ProblemException">422: it is none, it is damaged, or it has far too many entries.</exception>
    public static async Task<UploadedArchive> OpenAsync(HeldBytes bytes, LimitSettings limits, CancellationToken cancellationToken)
    {
        ZipArchive? zip = null;
        try
        {
            // Each entry has its header in the table of contents, which is read as a whole: a thousand bytes of memory for fifty of the file.
            if (bytes.Count("PK\x01\x02"u8) > (EntriesPerFace * limits.MaxCollectionFaces) + FurtherEntries)
                throw TooManyPictures(limits);
            zip = await Guarded(() => ZipArchive.CreateAsync(bytes, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellationToken));
            return await Guarded(() => Task.FromResult(new UploadedArchive(bytes, zip, limits)));
        }
        catch
        {
            if (zip is not null)
                await zip.DisposeAsync();
            await bytes.DisposeAsync();
            throw;
        }
    }

    /// <summary>The name as other systems write it.</summary>
    public static string NameOf(ZipArchiveEntry entry) => entry.FullName.Replace('\\', '/');

    /// <summary>Whether a file is meant as a picture: not what file managers put beside them.</summary>
    public static bool IsPicture(ZipArchiveEntry entry)
    {
        var name = NameOf(entry);
        return !name.StartsWith("__MACOSX/", StringComparison.OrdinalIgnoreCase) && name[(name.LastIndexOf('/') + 1)..] is [not '.', ..];
    }

    /// <summary>An entry, unpacked.</summary>
    /// <exception cref="ProblemException">422: it is damaged or encrypted. 413: it is larger than allowed.</exception>
    public async Task<byte[]> ReadAsync(ZipArchiveEntry entry, int most, CancellationToken cancellationToken)
    {
        var bytes = await ReadAsync(entry, stream => stream.ReadAtMostAsync(most, cancellationToken), cancellationToken);
        CountUnpacked(bytes.Length);
        if (Crc32.HashToUInt32(bytes) != entry.Crc32) // ZipArchive does not compare it
            throw Corrupt("One of its files is damaged. Pack it anew.");
        return bytes;
    }

    /// <summary>The SHA-256 of an entry's content, lower-case hexadecimal.</summary>
    /// <exception cref="ProblemException">As <see cref="ReadAsync(ZipArchiveEntry, int, CancellationToken)"/>.</exception>
    public Task<string> HashAsync(ZipArchiveEntry entry, CancellationToken cancellationToken) => ReadAsync(
        entry,
        async stream =>
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            var buffer = new byte[128 * 1024];
            var left = MaxHashedBytes;
            int count;
            while ((count = await stream.ReadAsync(buffer, cancellationToken)) > 0)
            {
                if ((left -= count) < 0)
                    throw ProblemMiddleware.TooLarge();
                CountUnpacked(count);
                hash.AppendData(buffer, 0, count);
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        },
        cancellationToken);

    private static Task<T> ReadAsync<T>(ZipArchiveEntry entry, Func<Stream, Task<T>> read, CancellationToken cancellationToken) => Guarded(async () =>
    {
        if (entry.IsEncrypted)
            throw Corrupt("It is encrypted: pack it without a password.");
        await using var stream = await entry.OpenAsync(cancellationToken);
        return await read(stream);
    });

    /// <summary>Counts all entries together.</summary>
    /// <exception cref="ProblemException">413: all entries together are larger than allowed.</exception>
    private void CountUnpacked(int bytes)
    {
        if ((_unpackedLeft -= bytes) < 0)
            throw ProblemMiddleware.TooLarge();
    }

    public static ProblemException TooManyPictures(LimitSettings limits) => new(
        ProblemKinds.TooManyPictures, $"'archive' holds too many files: a collection has {limits.MaxCollectionFaces} faces at most. Split it up.");

    public static ProblemException Corrupt(string what) => new(ProblemKinds.CorruptArchive, $"'archive' cannot be used. {what}");

    public async ValueTask DisposeAsync()
    {
        await _zip.DisposeAsync();
        await _bytes.DisposeAsync();
    }

    /// <summary>The bytes are in memory: whatever fails, the file is the cause.</summary>
    private static async Task<T> Guarded<T>(Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException or ArgumentException or OverflowException)
        {
            throw Corrupt("It is no ZIP file, it is damaged, or it is packed in a way that is not read. Pack it anew as ZIP, without a password.");
        }
    }
}
