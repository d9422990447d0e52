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
        RequireForm(context.Request);
        var maxPart = context.RequestServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits.MaxUploadBytes;
        var limits = new FormOptions
        {
            // Above it a part would be spooled to a temporary file; below 1 MiB into a pooled array that is not cleared.
            MemoryBufferThreshold = Math.Max(maxPart, 1 << 20) + 1,
            MultipartBodyLengthLimit = maxPart,
            ValueCountLimit = MaxFields,
        };
        return await ReadAsync(context, () => context.Request.ReadFormAsync(limits, CancellationToken.None));
    }

    /// <summary>Looks at the head of a request.</summary>
    /// <exception cref="ProblemException">415: the body is no multipart form.</exception>
    public static void RequireForm(HttpRequest request)
    {
        if (!request.HasFormContentType || request.ContentType?.StartsWith("multipart/form-data", StringComparison.OrdinalIgnoreCase) != true)
            throw ProblemMiddleware.NotAForm();
    }

    /// <summary>Reads a part of the body, or all of it; <paramref name="read"/> must not use the request's token.</summary>
    /// <exception cref="ProblemException">The body is too slow, too large, or does not come to its end.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, Func<Task<T>> read)
    {
        try
        {
            // The framework aborts the connection when a token given to a read fires: then nobody could be told why.
            var reader = context.Request.Body is CountedBody counted ? counted.Reader : context.Request.BodyReader;
            await using var stop = context.RequestAborted.Register(reader.CancelPendingRead);
            return await read();
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
            throw ProblemMiddleware.CorruptForm();
        }
    }
}
