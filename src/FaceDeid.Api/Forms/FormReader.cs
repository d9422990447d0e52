using FaceDeid.Api.Admission;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Forms;

/// <summary>Reads a multipart body into memory: never to a disk, and never more than the limits allow.</summary>
internal static class FormReader
{
    private const int MaxTextBytes = 4 << 20;

    /// <summary>All parts, with the bytes of the files.</summary>
    public static Task<FormParts> ReadAsync(HttpContext context)
    {
        var maxPart = context.RequestServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits.MaxUploadBytes;
        return ReadAsync(context, MaxTextBytes, async (part, parts) => parts.AddFile(part, await part.ReadAsync(maxPart)));
    }

    /// <summary>All parts, of which the files are taken elsewhere.</summary>
    /// <param name="context">The request.</param>
    /// <param name="maxText">
    /// Longest text, in bytes; 0: the form has none, and what is sent as one is taken elsewhere too.
    /// </param>
    /// <param name="take">Takes a part before the next is read.</param>
    /// <param name="table">
    /// Name of a part that is a text though it may be a file, and how long it may be; null: there is none.
    /// </param>
    public static async Task<FormParts> ReadAsync(
        HttpContext context, int maxText, Func<UploadedPart, FormParts, Task> take, (string Name, int Most)? table = null)
    {
        var upload = MultipartUpload.Open(context);
        var parts = new FormParts();
        while (await upload.NextAsync() is { } part)
        {
            var isTable = table is { Name: var name } && part.Is(name);
            if (!isTable && (part.IsFile || maxText == 0))
                await take(part, parts);
            else
                parts.AddText(part.Name, await part.ReadTextAsync(isTable ? table!.Value.Most : maxText));
        }

        return parts;
    }

    /// <summary>Reads a part of the body, or all of it; <paramref name="read"/> must not use the request's token.</summary>
    /// <exception cref="ProblemException">The body is too slow, too large, or does not come to its end.</exception>
    public static async Task<T> ReadAsync<T>(HttpContext context, Func<Task<T>> read)
    {
        try
        {
            // The framework aborts the connection when a token given to a read fires: then nobody could be told why.
            var reader = ((CountedBody)context.Request.Body).Reader;
            await using var stop = context.RequestAborted.Register(reader.CancelPendingRead);
            return await read();
        }
        catch (OperationCanceledException) when (ProblemMiddleware.TimedOut(context))
        {
            throw ProblemMiddleware.TooSlow();
        }
        catch (Exception e) when (e is IOException and not BadHttpRequestException or InvalidDataException)
        {
            throw ProblemMiddleware.CorruptForm();
        }
    }
}
