using System.Buffers.Binary;
using System.Numerics;

namespace FaceDeid.Video.Media;

/// <summary>The elements that a Matroska is made of (RFC 8794).</summary>
internal static class Ebml
{
    private const int LongestHead = 12;

    /// <summary>An element with a number in eight bytes.</summary>
    public static byte[] Number(uint id, long number)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, number);
        return Element(id, bytes);
    }

    /// <summary>An element with its content.</summary>
    public static byte[] Element(uint id, ReadOnlySpan<byte> content) => [.. Id(id), .. Size(content.Length), .. content];

    /// <summary>An element's name.</summary>
    public static byte[] Id(uint id)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, id);
        return [.. bytes.AsSpan().TrimStart((byte)0)];
    }

    /// <summary>A length, always in eight bytes.</summary>
    public static byte[] Size(long size)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(bytes, size | (1L << 56));
        return bytes;
    }

    /// <summary>The element at a place.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public static EbmlElement Read(Stream file, long at)
    {
        Span<byte> head = stackalloc byte[LongestHead];
        file.Position = at;
        head = head[..file.ReadAtLeast(head, LongestHead, throwOnEndOfStream: false)];
        var ofId = head.IsEmpty ? 0 : BitOperations.LeadingZeroCount((uint)head[0]) - 23;
        var ofSize = ofId is 0 or > 4 || ofId >= head.Length ? 0 : BitOperations.LeadingZeroCount((uint)head[ofId]) - 23;
        if (ofSize is 0 or > 8 || ofId + ofSize > head.Length)
            throw new InvalidDataException("An element of a Matroska is broken.");
        var size = Unsigned(head[ofId..(ofId + ofSize)]) & ((1L << (7 * ofSize)) - 1);
        return new EbmlElement((uint)Unsigned(head[..ofId]), at, at + ofId + ofSize, size);
    }

    /// <summary>A number of up to eight bytes.</summary>
    public static long Unsigned(ReadOnlySpan<byte> bytes)
    {
        var number = 0L;
        foreach (var next in bytes)
            number = (number << 8) | next;
        return number;
    }
}

/// <summary>Where an element is in a file.</summary>
/// <param name="Id">Its name.</param>
/// <param name="At">Where it begins.</param>
/// <param name="Content">Where its content begins.</param>
/// <param name="Length">Of its content.</param>
internal readonly record struct EbmlElement(uint Id, long At, long Content, long Length)
{
    public long End => Content + Length;
}
