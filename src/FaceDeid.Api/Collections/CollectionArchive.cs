using System.Security.Cryptography;
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

    /// <summary>
    /// The archive as an event's JSON object. It goes through Base64 as it is written: it is never there as a text.
    /// </summary>
    public static async Task WriteEventAsync(Stream body, CollectionResult result, CancellationToken cancellationToken)
    {
        await body.WriteAsync("{\"event\":\"result\",\"archive\":\""u8.ToArray(), cancellationToken);
        using var transform = new ToBase64Transform();
        await using (var base64 = new CryptoStream(body, transform, CryptoStreamMode.Write, leaveOpen: true))
            await WriteAsync(base64, result, cancellationToken);
        await body.WriteAsync("\"}"u8.ToArray(), cancellationToken);
    }

    private static Task WriteAsync(Stream target, CollectionResult result, CancellationToken cancellationToken) =>
        StoredZip.WriteAsync(target, result.Files.Select(file => (file.Name, file.Content)), cancellationToken);
}
