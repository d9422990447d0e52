using System.IO.Compression;
using FaceDeid.Api.Forms;
using FaceDeid.KSame;

namespace FaceDeid.Api.Endpoints;

/// <summary>Marks a call whose answer is a collection, for the OpenAPI document.</summary>
/// <param name="Description">What the answer is.</param>
internal sealed record ArchiveAnswerMetadata(string Description);

/// <summary>A de-identified collection as a ZIP file, written while it is sent.</summary>
internal static class CollectionArchive
{
    public const string MediaType = "application/zip";

    /// <summary>The earliest time a ZIP file knows: when a file was made is in the certificate.</summary>
    private static readonly DateTimeOffset EntryTime = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Task AnswerAsync(HttpContext context, CollectionResult result)
    {
        var response = context.Response;
        response.ContentType = MediaType;
        response.Headers.ContentDisposition = "attachment; filename=\"collection.zip\"";
        response.Headers[PictureAnswer.MethodHeader] = FormBinder.WireName(result.Certificate.Parameters.Algorithm);
        response.Headers[PictureAnswer.FacesHeader] = $"{result.Certificate.Groups.Sum(group => group.Members.Count)}";
        return WriteAsync(response.Body, result, context.RequestAborted);
    }

    /// <summary>Writes the ZIP file. Its files are not compressed: pictures are already.</summary>
    public static async Task WriteAsync(Stream target, CollectionResult result, CancellationToken cancellationToken)
    {
        await using var writes = new AsyncWrites(target);
        await using (var zip = await ZipArchive.CreateAsync(writes, ZipArchiveMode.Create, leaveOpen: true, entryNameEncoding: null, cancellationToken))
        {
            foreach (var (name, content) in result.Files)
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
