using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace FaceDeid.Collections;

/// <summary>A chip as a file: a picture and nothing else.</summary>
public static class ChipFile
{
    /// <summary>More than its samples take when they cannot be packed.</summary>
    public const int MostBytes = 256 * 1024;

    private const int Overhead = 12; // of a chunk: length, type, checksum
    private const int Samples = ChipFrame.Side * (1 + (ChipFrame.Side * 3)); // with the filter of each row

    private static ReadOnlySpan<byte> Signature => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10];

    // Width and height of 256, 8 bits, red-green-blue, the only packing and filters there are, not interlaced.
    private static ReadOnlySpan<byte> Header => [0, 0, 1, 0, 0, 0, 1, 0, 8, 2, 0, 0, 0];

    // pHYs as libvips writes it where it knows none.
    private static ReadOnlySpan<byte> Resolution => [0, 0, 3, 0xE8, 0, 0, 3, 0xE8, 1];

    /// <summary>
    /// Whether a file is a PNG of a chip's size and kind, without texts or other chunks beside its pixels, without bytes behind
    /// them or behind its end.
    /// </summary>
    public static bool IsPlain(ReadOnlySpan<byte> file)
    {
        if (file.Length > MostBytes || !file.StartsWith(Signature))
            return false;
        using var packed = new MemoryStream(file.Length);
        var rest = file[Signature.Length..];
        for (var number = 0; rest.Length >= Overhead; number++)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(rest);
            if (length > rest.Length - Overhead)
                return false;
            var type = rest[4..8];
            var content = rest.Slice(8, (int)length);
            if (Crc32.HashToUInt32(rest.Slice(4, 4 + content.Length))
                != BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + content.Length)..]))
                return false;
            rest = rest[(Overhead + content.Length)..];
            if (type.SequenceEqual("IEND"u8))
                return content.IsEmpty && rest.IsEmpty && IsWhole(packed);
            var isExpected = number switch
            {
                0 => type.SequenceEqual("IHDR"u8) && content.SequenceEqual(Header),
                1 when type.SequenceEqual("pHYs"u8) => content.SequenceEqual(Resolution),
                _ => type.SequenceEqual("IDAT"u8),
            };
            if (!isExpected)
                return false;
            if (type.SequenceEqual("IDAT"u8))
                packed.Write(content);
        }

        return false;
    }

    private static bool IsWhole(MemoryStream packed)
    {
        var samples = new byte[Samples + 1];
        try
        {
            packed.Position = 0;
            using var zlib = new ZLibStream(packed, CompressionMode.Decompress, leaveOpen: true);
            if (zlib.ReadAtLeast(samples, samples.Length, throwOnEndOfStream: false) != Samples)
                return false;
        }
        catch (InvalidDataException)
        {
            return false;
        }

        // The checksum of the samples ends what is packed: behind it something could be hidden.
        return packed.GetBuffer().AsSpan(0, (int)packed.Length).EndsWith(Adler32(samples.AsSpan(0, Samples)));
    }

    /// <summary>RFC 1950, section 8.2.</summary>
    private static byte[] Adler32(ReadOnlySpan<byte> data)
    {
        const uint Modulus = 65521;
        uint a = 1, b = 0;
        foreach (var sample in data)
        {
            a = (a + sample) % Modulus;
            b = (b + a) % Modulus;
        }

        var checksum = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(checksum, (b << 16) | a);
        return checksum;
    }
}
