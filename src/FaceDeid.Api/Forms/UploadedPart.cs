using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using FaceDeid.Api.Admission;
using FaceDeid.Api.Http;
using Microsoft.IO;

namespace FaceDeid.Api.Forms;

/// <summary>A part of a multipart form whose bytes are still to be read.</summary>
/// <param name="Context">Whose body it is in.</param>
/// <param name="Body">Where its bytes are read from.</param>
/// <param name="Name">The form field.</param>
/// <param name="FileName">Null: it is a text field.</param>
/// <param name="Charset">How a text is encoded; empty: as UTF-8.</param>
internal sealed record UploadedPart(HttpContext Context, Stream Body, string Name, string? FileName, string Charset)
{
    private const int PieceBytes = 64 * 1024;

    public bool IsFile => FileName is not null;

    public bool Is(string field) => string.Equals(Name, field, StringComparison.OrdinalIgnoreCase);

    /// <summary>All bytes.</summary>
    /// <exception cref="ProblemException">413: there are more bytes than <paramref name="most"/>.</exception>
    public Task<byte[]> ReadAsync(int most) =>
        FormReader.ReadAsync(Context, () => Body.ReadAtMostAsync(most, CancellationToken.None));

    /// <summary>All bytes in pieces, as many as the whole body may have.</summary>
    public Task<RecyclableMemoryStream> HoldAsync() => FormReader.ReadAsync(Context, () => HeldUpload.ReadAsync(Body));

    /// <summary>All bytes piece by piece, of which none stays in memory.</summary>
    /// <exception cref="ProblemException">413: there are more bytes than <paramref name="most"/>.</exception>
    public Task ReadAsync(long most, Func<ReadOnlyMemory<byte>, ValueTask> take) => FormReader.ReadAsync(Context, async () =>
    {
        var counted = (CountedBody)Context.Request.Body;
        counted.IsHeld = false;
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            for (int count; (count = await Body.ReadAsync(piece, CancellationToken.None)) > 0;)
            {
                if ((most -= count) < 0)
                    throw ProblemMiddleware.TooLarge();
                await take(piece.AsMemory(0, count));
            }

            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
            counted.IsHeld = true;
        }
    });

    /// <summary>SHA-256 of all bytes, of which none is kept.</summary>
    /// <exception cref="ProblemException">413: there are more bytes than <paramref name="most"/>.</exception>
    public async Task<byte[]> HashAsync(long most)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await ReadAsync(most, piece =>
        {
            hash.AppendData(piece.Span);
            return ValueTask.CompletedTask;
        });
        return hash.GetHashAndReset();
    }

    /// <summary>The text, of which every letter must be readable: else one name could be made of two.</summary>
    public async Task<string> ReadTextAsync(int most)
    {
        var bytes = (ReadOnlyMemory<byte>)await ReadAsync(most);
        try
        {
            var encoding = Encoding.GetEncoding(
                Charset.Length > 0 ? Charset : "utf-8", EncoderFallback.ExceptionFallback, DecoderFallback.ExceptionFallback);
            if (bytes.Span.StartsWith(encoding.Preamble))
                bytes = bytes[encoding.Preamble.Length..];
            return encoding.GetString(bytes.Span);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException) // of the name, and of the bytes
        {
            throw new ProblemException(
                ProblemKinds.MalformedForm,
                "A text field is not UTF-8. Save the text as UTF-8; "
                + "a picture needs a filename in its Content-Disposition, or a picture's Content-Type.");
        }
    }
}
