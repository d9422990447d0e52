using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Admission;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Collections;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using Microsoft.IO;

namespace FaceDeid.Api.Collections;

/// <summary><c>POST /v1/collections/verify</c>: whether a collection is what its certificate says.</summary>
internal static class CollectionVerifyEndpoint
{
    private const int CertificateBytes = 1_000_000;
    private const int CertificateBytesPerFace = 2_000; // of which it takes 500
    private const int MaxSignatureBytes = 1_000;

    public static async Task<Ok<CertificateVerdict>> VerifyAsync(
        HttpContext context, WorkerGate gate, CollectionPlaces places, IServiceProvider services,
        IOptions<FaceDeidOptions> options, CancellationToken cancellationToken)
    {
        var key = services.GetService<CertificateKey>();
        var limits = options.Value.Limits;
        AnswerFormats.Negotiate(context.Request, field: null, AnswerFormats.Json);
        await using var bytes = await ReadAsync(context);
        using var place = places.Take();
        await using var archive = await UploadedArchive.OpenAsync(
            bytes, ArchiveUse.Verification(limits), limits, cancellationToken);
        if (archive.Files.GroupBy(file => file.FullName, StringComparer.Ordinal).Any(files => files.Skip(1).Any()))
            throw archive.Corrupt("Two of its files have the same name. Pack it anew, with each file once.");
        var certificate =
            await FileAsync(Certificate.FileName, CertificateBytes + (CertificateBytesPerFace * limits.MaxCollectionFaces))
            ?? throw archive.Corrupt(
                $"There is no {Certificate.FileName} in it. Send the ZIP file as it came from /v1/collections, or pack its files "
                + "without a folder around them.");
        var signature = await FileAsync(Certificate.SignatureFileName, MaxSignatureBytes);
        var hashes = new Dictionary<string, string>(StringComparer.Ordinal);
        var chips = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in archive.Files.Where(file =>
            file.FullName is not (Certificate.FileName or Certificate.SignatureFileName)))
        {
            // Each in its turn among the requests, and not after who asked has gone.
            hashes.Add(file.FullName, await gate.RunAsync(() => archive.Hash(file, cancellationToken), cancellationToken));
            if (file.Length <= ChipFile.MostBytes
                && ChipFile.IsPlain(await archive.ReadAsync(file, ChipFile.MostBytes, cancellationToken)))
                chips.Add(file.FullName);
        }

        var content = new CollectionContent(hashes, chips, archive.Layout.IsExact);
        return TypedResults.Ok(
            await gate.RunAsync(() => CertificateVerifier.Verify(certificate, signature, content, key), cancellationToken));

        async Task<byte[]?> FileAsync(string name, int most) =>
            archive.Files.FirstOrDefault(file => string.Equals(file.FullName, name, StringComparison.Ordinal)) is { } found
                ? await archive.ReadAsync(found, most, cancellationToken)
                : null;
    }

    private static async Task<RecyclableMemoryStream> ReadAsync(HttpContext context)
    {
        RecyclableMemoryStream? archive = null;
        try
        {
            var parts = await FormReader.ReadAsync(context, maxText: 0, async (part, parts) =>
            {
                if (part.IsFile)
                    parts.AddFile(part);
                else
                    parts.AddText(part.Name, string.Empty);
                parts.Bind<CollectionVerifyForm>(); // refuses a second one, or another part, before it is read
                archive = await part.HoldAsync();
            });
            parts.Bind<CollectionVerifyForm>();
            return archive!;
        }
        catch
        {
            archive?.Dispose();
            throw;
        }
    }
}

/// <summary>A de-identified collection.</summary>
public sealed class CollectionVerifyForm
{
    /// <summary>The ZIP file as it came from `/v1/collections`.</summary>
    [Required]
    public IFormFile Archive { get; set; } = null!;
}
