using System.Buffers;
using Microsoft.IO;

namespace FaceDeid.Api.Forms;

/// <summary>
/// Uploads in memory that can be read at any place. They lie in pieces: an archive may be larger than an array can be, and its
/// length is not known before it is there. No piece is kept for another request.
/// </summary>
internal static class HeldUpload
{
    private const int PieceBytes = 64 * 1024;

    private static readonly RecyclableMemoryStreamManager Memory = new(new RecyclableMemoryStreamManager.Options
    {
        BlockSize = PieceBytes,
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

    /// <summary>How often some bytes occur, but for those that lie across two pieces; the position stays.</summary>
    public static int Count(this Stream file, ReadOnlySpan<byte> sought)
    {
        var position = file.Position;
        var piece = ArrayPool<byte>.Shared.Rent(PieceBytes);
        try
        {
            var count = 0;
            file.Position = 0;
            for (int length; (length = file.Read(piece)) > 0;)
                count += piece.AsSpan(0, length).Count(sought);
            return count;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(piece, clearArray: true);
            file.Position = position; // of whoever reads it besides
        }
    }
}
