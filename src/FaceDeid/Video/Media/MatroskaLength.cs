using System.Buffers.Binary;
using System.Numerics;

namespace FaceDeid.Video.Media;

/// <summary>
/// Whether a Matroska or WebM is as long as it says: of one that is cut off, ffmpeg reads what is there, and says nothing
/// (RFC 8794, RFC 9559).
/// </summary>
internal static class MatroskaLength
{
    private const uint Segment = 0x18538067;
    private const int IdLength = 4;
    private const int MostElements = 8; // before the segment there is one, and seldom another

    /// <summary>Whether something is missing at its end.</summary>
    /// <param name="start">Its first bytes.</param>
    /// <param name="bytes">How many there are in all.</param>
    public static bool IsCutOff(ReadOnlySpan<byte> start, long bytes)
    {
        long at = 0;
        for (var i = 0; i < MostElements && at + IdLength < start.Length; i++)
        {
            var element = start[(int)at..];
            var id = BinaryPrimitives.ReadUInt32BigEndian(element);
            if (Size(element[IdLength..], out var length) is not { } size)
                return false; // a segment that was written while it was recorded does not know its size
            at += IdLength + length + size;
            if (id == Segment)
                return at > bytes;
        }

        return false;
    }

    /// <summary>A number whose first byte says of how many it is; null: it is not known.</summary>
    private static long? Size(ReadOnlySpan<byte> number, out int length)
    {
        length = BitOperations.LeadingZeroCount((uint)number[0]) - 23;
        if (length > sizeof(long) || length > number.Length)
            return null;
        long size = number[0] & ((1 << (sizeof(long) - length)) - 1);
        foreach (var next in number[1..length])
            size = (size << 8) | next;
        return size == (1L << (7 * length)) - 1 ? null : size;
    }
}
