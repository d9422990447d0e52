using System.IO.Compression;

namespace FaceDeid.Api.Http;

/// <summary>
/// Writes a ZIP file while it is sent. Its files are not compressed: what is large in them is pictures, which are already.
/// </summary>
internal static class StoredZip
{
    /// <summary>The earliest time a ZIP file knows: it says nothing of when a file was made.</summary>
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static async Task WriteAsync(
        Stream target, IEnumerable<(string Name, byte[] Content)> files, CancellationToken cancellationToken)
    {
        await using var writes = new AsyncWrites(target);
        await using (var zip = await ZipArchive.CreateAsync(
            writes, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            foreach (var (name, content) in files)
            {
                var entry = zip.CreateEntry(name, CompressionLevel.NoCompression);
                entry.LastWriteTime = EntryTime;
                await using var stream = await entry.OpenAsync(cancellationToken);
                await stream.WriteAsync(content, cancellationToken);
            }
        }

        await writes.FlushAsync(cancellationToken);
    }
}
