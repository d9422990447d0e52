using System.Text;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Hosting;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Forms;

/// <summary>
/// Reads a multipart body part by part, for calls that take more than may be held at once: nothing is kept but what the caller of this keeps.
/// </summary>
internal sealed class MultipartUpload
{
    private const int MaxBoundaryLength = 128; // as the framework's own

    private readonly HttpContext _context;
    private readonly MultipartReader _reader;

    private MultipartUpload(HttpContext context, MultipartReader reader) => (_context, _reader) = (context, reader);

    /// <summary>Begins; the body may have as many bytes as a collection.</summary>
    public static MultipartUpload Open(HttpContext context)
    {
        FormReader.RequireForm(context.Request);
        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || HeaderUtilities.RemoveQuotes(type.Boundary).Value is not { Length: > 0 and <= MaxBoundaryLength } boundary)
        {
            throw ProblemMiddleware.CorruptForm();
        }

        var limits = context.RequestServices.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits;
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } body)
            body.MaxRequestBodySize = limits.MaxCollectionBytes;
        return new MultipartUpload(context, new MultipartReader(boundary, context.Request.Body));
    }

    /// <summary>The next part, or null at the end. What was not read of the part before is passed over.</summary>
    public async Task<UploadedPart?> NextAsync()
    {
        if (await FormReader.ReadAsync(_context, () => _reader.ReadNextSectionAsync(CancellationToken.None)) is not { } section)
            return null;
        var disposition = section.GetContentDispositionHeader();
        var isFile = disposition?.IsFileDisposition() == true;
        if (disposition is null || (!isFile && !disposition.IsFormDisposition()))
            throw ProblemMiddleware.CorruptForm();

        var fileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName;
        return new UploadedPart(
            _context, section.Body, HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), isFile ? HeaderUtilities.RemoveQuotes(fileName).ToString() : null);
    }
}

/// <summary>A part whose bytes are still to be read.</summary>
/// <param name="Context">Whose body it is in.</param>
/// <param name="Body">Where its bytes are read from.</param>
/// <param name="Name">The form field.</param>
/// <param name="FileName">Null: it is a text field.</param>
internal sealed record UploadedPart(HttpContext Context, Stream Body, string Name, string? FileName)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: true, throwOnInvalidBytes: true);

    public bool IsFile => FileName is not null;

    public bool Is(string field) => string.Equals(Name, field, StringComparison.OrdinalIgnoreCase);

    /// <summary>All bytes.</summary>
    /// <exception cref="ProblemException">413: there are more bytes than <paramref name="most"/>.</exception>
    public Task<byte[]> ReadAsync(int most) => FormReader.ReadAsync(Context, () => Body.ReadAtMostAsync(most, CancellationToken.None));

    /// <summary>All bytes in pieces, as many as the whole body may have.</summary>
    public Task<HeldBytes> HoldAsync() => FormReader.ReadAsync(Context, () => HeldBytes.OfAsync(Body));

    /// <summary>The text, which must be UTF-8: letters that cannot be read could make one name of two.</summary>
    public async Task<string> ReadTextAsync(int most)
    {
        var bytes = (ReadOnlyMemory<byte>)await ReadAsync(most);
        if (bytes.Span.StartsWith(Utf8.Preamble))
            bytes = bytes[Utf8.Preamble.Length..];
        try
        {
            return Utf8.GetString(bytes.Span);
        }
        catch (DecoderFallbackException)
        {
            throw new ProblemException(ProblemKinds.MalformedForm, "A text field is not UTF-8. Save the text as UTF-8 and send it again.");
        }
    }
}
