using FaceDeid.Api.Errors;
using FaceDeid.Api.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Forms;

/// <summary>Reads a multipart body into memory: never to a disk, and never more than the limits allow.</summary>
internal static class FormReader
{
    private const int MaxFields = 64;

    public static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            throw ProblemMiddleware.NotAForm();

        var maxPart = context.RequestServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits.MaxUploadBytes;
        var limits = new FormOptions
        {
            // Above it a part would be spooled to a temporary file; below 1 MiB into a pooled array that is not cleared.
            MemoryBufferThreshold = Math.Max(maxPart, 1 << 20) + 1,
            MultipartBodyLengthLimit = maxPart,
            ValueCountLimit = MaxFields,
        };
        try
        {
            // The framework aborts the connection when the token of ReadFormAsync fires: then nobody could be told why.
            await using var stop = context.RequestAborted.Register(context.Request.BodyReader.CancelPendingRead);
            return await context.Request.ReadFormAsync(limits, CancellationToken.None);
        }
        catch (OperationCanceledException) when (ProblemMiddleware.TimedOut(context))
        {
            throw ProblemMiddleware.TooSlow();
        }
        catch (InvalidDataException e) when (e.Message.StartsWith("Multipart body length limit", StringComparison.Ordinal))
        {
            throw ProblemMiddleware.TooLarge();
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException or InvalidDataException)
        {
            throw new ProblemException(ProblemKinds.MalformedForm, "The multipart body is incomplete or not well-formed. Send it again with a boundary that fits its Content-Type.");
        }
    }
}
