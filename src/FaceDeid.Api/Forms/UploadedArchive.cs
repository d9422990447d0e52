using System.IO.Compression;
using System.IO.Hashing;
using System.Security.Cryptography;
using FaceDeid.Api.Http;

namespace FaceDeid.Api.Forms;

/// <summary>What a ZIP file is sent for: how many files it may have, and what its error texts call it.</summary>
/// <param name="Field">The form field.</param>
/// <param name="MaxFiles">Most pictures that a use of it needs.</param>
/// <param name="Limit">Why there may not be more, and what to do.</param>
/// <param name="IsJudged">Whether what is strange about it is a result; else it is refused.</param>
internal sealed record ArchiveUse(string Field, int MaxFiles, string Limit, bool IsJudged = false)
{
    private const int FilesPerFace = 4; // a chip and a photo, or a picture and what macOS puts beside it, and a folder
    private const int FilesPerRow = 24; // two pictures and twice four of the galleries, what macOS puts beside each, and folders

    public static ArchiveUse Collection(LimitSettings limits) => new(
        "archive", FilesPerFace * limits.MaxCollectionFaces,
        $"a collection has {limits.MaxCollectionFaces} faces at most. Split it up.");

    public static ArchiveUse Verification(LimitSettings limits) => Collection(limits) with { IsJudged = true };

    public static ArchiveUse Dataset(LimitSettings limits) => new(
        "dataset", FilesPerRow * limits.MaxEvaluationRows,
        $"a dataset has {limits.MaxEvaluationRows} rows at most. Send a part of it.");
}

/// <summary>
/// A ZIP file from outside, in memory or in a job's store. Its entries are read one by one and counted while they are unpacked;
/// what the file says of their sizes is not believed, and their names are never paths on a disk.
/// </summary>
internal sealed class UploadedArchive : IAsyncDisposable
{
    private const int MaxGrowth = 8; // unpacked bytes, in sizes of the largest upload
    private const int MaxEntryGrowth = 200; // of an entry: pictures hardly shrink when they are packed, texts to a twentieth
    private const int FreeBytes = 64 * 1024; // of an entry, whatever its size
    private const int FurtherEntries = 1000;
    private const int EmptyLength = 2; // of nothing, packed

    private const int MaxHashedBytes = 200_000_000;

    private readonly ArchiveUse _use;
    private readonly Stream _bytes;
    private readonly ZipArchive _zip;
    private long _unpackedLeft;

    private UploadedArchive(ArchiveUse use, Stream bytes, ZipArchive zip, LimitSettings limits)
    {
        (_use, _bytes, _zip) = (use, bytes, zip);
        _unpackedLeft = MaxGrowth * limits.MaxCollectionBytes;
        Files =
            [.. zip.Entries.Where(entry => !IsFolder(entry) || entry is { Length: > 0 } or { CompressedLength: > EmptyLength })];
        Layout = ZipLayout.Read(bytes);
        if (Layout.Count != zip.Entries.Count || Layout.HasOverlaps)
            throw Corrupt("Some of its entries lie in the same place. Pack it anew.");
        if (!use.IsJudged && Files.Any(IsFolder))
            throw Corrupt("One of its folders has content as if it were a file. Pack it anew.");
    }

    /// <summary>Where its entries lie.</summary>
    public ZipLayout Layout { get; }

    /// <summary>
    /// Every entry that is no folder, or has content in spite of its name, in the order of the table of contents.
    /// </summary>
    public IReadOnlyList<ZipArchiveEntry> Files { get; }

    /// <summary>Opens the ZIP file of a collection, which is then this object's to free.</summary>
    /// <exception cref="ProblemException">422: it is none, it is damaged, or it has far too many entries.</exception>
    public static Task<UploadedArchive> OpenAsync(
        Stream bytes, LimitSettings limits, CancellationToken cancellationToken) =>
        OpenAsync(bytes, ArchiveUse.Collection(limits), limits, cancellationToken);

    /// <summary>Opens a ZIP file that is sent for something else.</summary>
    /// <inheritdoc cref="OpenAsync(Stream, LimitSettings, CancellationToken)"/>
    public static async Task<UploadedArchive> OpenAsync(
        Stream bytes, ArchiveUse use, LimitSettings limits, CancellationToken cancellationToken)
    {
        ZipArchive? zip = null;
        try
        {
            // Each entry has its header in the table of contents, which is read as a whole: a thousand bytes of memory for fifty
            // of the file.
            if (bytes.Count("PK\x01\x02"u8) > use.MaxFiles + FurtherEntries)
                throw TooManyFiles(use);
            zip = await Guarded(use, () =>
                ZipArchive.CreateAsync(bytes, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancellationToken));
            return await Guarded(use, () => Task.FromResult(new UploadedArchive(use, bytes, zip, limits)));
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

    private static bool IsFolder(ZipArchiveEntry entry) => NameOf(entry).EndsWith('/');

    /// <summary>Whether a file is meant as a picture: not what file managers put beside them.</summary>
    public static bool IsPicture(ZipArchiveEntry entry)
    {
        var name = NameOf(entry);
        return !name.StartsWith("__MACOSX/", StringComparison.OrdinalIgnoreCase)
            && name[(name.LastIndexOf('/') + 1)..] is [not '.', ..];
    }

    /// <summary>An entry, unpacked.</summary>
    /// <exception cref="ProblemException">422: it is damaged or encrypted. 413: it is larger than allowed.</exception>
    public async Task<byte[]> ReadAsync(ZipArchiveEntry entry, int most, CancellationToken cancellationToken)
    {
        var bytes = await Guarded(_use, async () =>
        {
            await using var stream = Open(entry);
            return await stream.ReadAtMostAsync((int)Math.Min(most, MostOf(entry)), cancellationToken);
        });
        CountUnpacked(bytes.Length);
        if (Crc32.HashToUInt32(bytes) != entry.Crc32) // ZipArchive does not compare it
            throw Corrupt("One of its files is damaged. Pack it anew.");
        return bytes;
    }

    /// <summary>
    /// The SHA-256 of an entry's content, lower-case hexadecimal. Takes processor time: it belongs into a worker's slot.
    /// </summary>
    /// <exception cref="ProblemException">As <see cref="ReadAsync"/>.</exception>
    public string Hash(ZipArchiveEntry entry, CancellationToken cancellationToken) => Guarded(_use, () =>
    {
        using var stream = Open(entry);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 * 1024];
        var left = Math.Min(MaxHashedBytes, MostOf(entry));
        int count;
        while ((count = stream.Read(buffer)) > 0)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if ((left -= count) < 0)
                throw ProblemMiddleware.TooLarge();
            CountUnpacked(count);
            hash.AppendData(buffer, 0, count);
        }

        return Task.FromResult(Convert.ToHexStringLower(hash.GetHashAndReset()));
    }).GetAwaiter().GetResult();

    private Stream Open(ZipArchiveEntry entry) =>
        entry.IsEncrypted ? throw Corrupt("It is encrypted: pack it without a password.") : entry.Open();

    private static long MostOf(ZipArchiveEntry entry) => FreeBytes + (MaxEntryGrowth * entry.CompressedLength);

    /// <summary>Counts all entries together.</summary>
    /// <exception cref="ProblemException">413: all entries together are larger than allowed.</exception>
    private void CountUnpacked(int bytes)
    {
        if ((_unpackedLeft -= bytes) < 0)
            throw ProblemMiddleware.TooLarge();
    }

    public ProblemException TooManyFiles() => TooManyFiles(_use);

    public ProblemException Corrupt(string what) => Corrupt(_use, what);

    public async ValueTask DisposeAsync()
    {
        await _zip.DisposeAsync();
        await _bytes.DisposeAsync();
    }

    /// <summary>All bytes are there: whatever fails, the file is the cause.</summary>
    private static async Task<T> Guarded<T>(ArchiveUse use, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is IOException or InvalidDataException or NotSupportedException or ArgumentException
            or OverflowException)
        {
            throw Corrupt(
                use,
                "It is no ZIP file, it is damaged, or it is packed in a way that is not read. Pack it anew as ZIP, "
                + "without a password.");
        }
    }

    private static ProblemException TooManyFiles(ArchiveUse use) =>
        new(ProblemKinds.TooManyPictures, $"'{use.Field}' holds too many files: {use.Limit}");

    private static ProblemException Corrupt(ArchiveUse use, string what) =>
        new(ProblemKinds.CorruptArchive, $"'{use.Field}' cannot be used. {what}");
}
