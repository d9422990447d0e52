using FaceDeid.Api.Admission;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Forms;

/// <summary>
/// Reads a multipart body part by part: nothing is kept but what the caller of this keeps. The framework's own reader of forms is
/// not used: it takes <c>Form-Data</c> for something else than <c>form-data</c>, and a picture without a file name for a text.
/// </summary>
internal sealed class MultipartUpload
{
    private const string MediaType = "multipart/form-data";
    private const int MaxBoundaryLength = 128; // as the framework's own
    private const int MaxBytesBetween = 64 * 1024; // headers, and what is before and behind the form: 16 kB each, and a buffer

    private readonly HttpContext _context;
    private readonly CountedBody _body;
    private readonly MultipartReader _reader;

    private MultipartUpload(HttpContext context, string boundary)
    {
        (_context, _body) = (context, (CountedBody)context.Request.Body);
        _reader = new MultipartReader(boundary, _body);
    }

    /// <summary>Begins.</summary>
    /// <exception cref="ProblemException">
    /// 415: the body is no multipart form. 400: nobody can say where its parts begin.
    /// </exception>
    public static MultipartUpload Open(HttpContext context) => new(context, Boundary(context.Request.ContentType));

    /// <summary>The next part, or null at the end. The part before must have been read to its end.</summary>
    public async Task<UploadedPart?> NextAsync()
    {
        // The framework looks at the length of a header only when it has all of it. At the end it also reads what comes behind
        // the form: the checksum of a packed body is compared on the way.
        _body.MayHandOut(MaxBytesBetween);
        var section = await FormReader.ReadAsync(_context, () => _reader.ReadNextSectionAsync(CancellationToken.None));
        _body.MayHandOut(long.MaxValue); // the caller knows how long a part may be
        if (section is null)
            return null;
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition)
            || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase))
        {
            throw ProblemMiddleware.CorruptForm();
        }

        var type = MediaTypeHeaderValue.TryParse(section.ContentType, out var parsed) ? parsed : null;
        return new UploadedPart(
            _context, section.Body, HeaderUtilities.RemoveQuotes(disposition.Name).ToString(),
            FileName(disposition, type?.MediaType ?? default), HeaderUtilities.RemoveQuotes(type?.Charset ?? default).ToString());
    }

    private static string Boundary(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var type))
        {
            throw string.Equals(contentType?.Split(';')[0].Trim(), MediaType, StringComparison.OrdinalIgnoreCase)
                ? CorruptBoundary(
                    "has characters that need quotes: write boundary=\"...\" in the Content-Type, or use letters and digits only")
                : ProblemMiddleware.NotAForm();
        }

        if (!type.MediaType.Equals(MediaType, StringComparison.OrdinalIgnoreCase))
            throw ProblemMiddleware.NotAForm();
        return HeaderUtilities.RemoveQuotes(type.Boundary).Value switch
        {
            { Length: > MaxBoundaryLength } =>
                throw CorruptBoundary($"has more than {MaxBoundaryLength} characters: use a shorter one"),
            { Length: > 0 } boundary => boundary,
            _ => throw CorruptBoundary("is missing in the Content-Type: let the library that writes the form set this header"),
        };
    }

    private static ProblemException CorruptBoundary(string mistake) =>
        new(ProblemKinds.MalformedForm, $"The boundary of the form {mistake}.");

    /// <summary>The name of a file, which may have none where its type says that it is one; null: it is a text field.</summary>
    private static string? FileName(ContentDispositionHeaderValue disposition, StringSegment type)
    {
        var (name, international) = (disposition.FileName, disposition.FileNameStar);
        name = HeaderUtilities.RemoveQuotes(international.HasValue ? international : name);
        if (name.Length > 0)
            return name.ToString();
        // Browsers send a file that was not chosen as bytes whose name is empty.
        var isFile = type.StartsWith("image/", StringComparison.OrdinalIgnoreCase)
            || type.StartsWith("video/", StringComparison.OrdinalIgnoreCase)
            || type.Equals("application/zip", StringComparison.OrdinalIgnoreCase)
            || (type.Equals("application/octet-stream", StringComparison.OrdinalIgnoreCase) && !name.HasValue);
        return isFile ? string.Empty : null;
    }
}
