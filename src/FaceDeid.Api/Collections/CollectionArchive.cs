using FaceDeid.Api.Http;
using FaceDeid.Collections;

namespace FaceDeid.Api.Collections;

/// <summary>Marks a call whose answer is a collection, for the OpenAPI document.</summary>
/// <param name="Description">What the answer is.</param>
internal sealed record ArchiveAnswerMetadata(string Description);

/// <summary>A de-identified collection as a ZIP file, written while it is sent.</summary>
internal static class CollectionArchive
{
    public static Task AnswerAsync(HttpContext context, CollectionResult result)
    {
        var response = context.Response;
        response.ContentType = AnswerFormat.Zip.MediaType();
        response.Headers.ContentDisposition = "attachment; filename=\"collection.zip\"";
        response.Headers[FaceDeidHeaders.Method] = WireNames.Of(result.Certificate.Parameters.Algorithm);
        response.Headers[FaceDeidHeaders.Faces] = $"{result.Certificate.Groups.Sum(group => group.Members.Count)}";
        return WriteAsync(response.Body, result, context.RequestAborted);
    }

    /// <summary>Writes the archive.</summary>
    public static Task WriteAsync(Stream target, CollectionResult result, CancellationToken cancellationToken) =>
        StoredZip.WriteAsync(target, result.Files.Select(file => (file.Name, file.Content)), cancellationToken);
}
