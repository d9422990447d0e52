using Microsoft.IO;

namespace FaceDeid.Api.Forms;

/// <summary>
/// Uploads in memory that can be read at any place. They lie in pieces: an archive may be larger than an array can be, and its
/// length is not known before it is there. No piece is kept for another request.
/// </summary>
internal static class HeldUpload
{
    private static readonly RecyclableMemoryStreamManager Memory = new(new RecyclableMemoryStreamManager.Options
    {
        BlockSize = 64 * 1024,
        MaximumSmallPoolFreeBytes = 1,
        MaximumLargePoolFreeBytes = 1,
    });

    /// <summary>The rest of a stream; the caller owns it.</summary>
    public static async Task<RecyclableMemoryStream> ReadAsync(Stream source)
    {
        var held = Memory.GetStream();
        try
        {
            for (int count; (count = await source.ReadAsync(held.GetMemory())) > 0;)
                held.Advance(count);
            held.Position = 0;
            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <summary>How often some bytes occur, but for those that lie across two pieces.</summary>
    public static int Count(this RecyclableMemoryStream held, ReadOnlySpan<byte> sought)
    {
        var count = 0;
        foreach (var piece in held.GetReadOnlySequence())
            count += piece.Span.Count(sought);
        return count;
    }
}
