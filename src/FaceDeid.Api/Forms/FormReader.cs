using FaceDeid.Api.Errors;
using FaceDeid.Api.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Forms;

/// <summary>Reads a multipart body into memory: never to a disk, and never more than the limits allow.</summary>
internal static class FormReader
{
    private const int MaxFields = 64;
    private const int MaxFieldLength = 64 * 1024;

    public static async Task<IFormCollection> ReadAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType || context.Request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            throw new ProblemException(ProblemKinds.UnsupportedMediaType, "Send the pictures and options as multipart/form-data.");

        var maxPart = context.RequestServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits.MaxUploadBytes;
        var limits = new FormOptions
        {
            MemoryBufferThreshold = maxPart + 1, // above it a part would be spooled to a temporary file
            MultipartBodyLengthLimit = maxPart,
            ValueCountLimit = MaxFields,
            ValueLengthLimit = MaxFieldLength,
        };
        try
        {
            return await context.Request.ReadFormAsync(limits, context.RequestAborted);
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
