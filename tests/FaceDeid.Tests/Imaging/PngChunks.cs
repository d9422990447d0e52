using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace FaceDeid.Tests.Imaging;

/// <summary>PNG files put together by hand, for what no encoder writes.</summary>
internal static class PngChunks
{
    private const int AfterHeader = 8 + 25; // signature and IHDR, whose length is fixed
    private static readonly byte[] Signature = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>A 1-bit gray PNG whose header claims a size; its rows, all zero, are there only when asked for.</summary>
    public static byte[] OneBit(int width, int height, bool withRows)
    {
        using var data = new MemoryStream();
        if (withRows)
        {
            using var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true);
            var row = new byte[1 + ((width + 7) / 8)];
            for (var y = 0; y < height; y++)
                zlib.Write(row);
        }

        return [.. Signature, .. Header(width, height), .. Chunk("IDAT", data.ToArray()), .. Chunk("IEND", [])];
    }

    /// <summary>A black PNG with as many rows as are asked for, and bytes behind what is packed of them.</summary>
    public static byte[] Rgb(int width, int height, int rows, byte[]? hidden = null)
    {
        using var data = new MemoryStream();
        using (var zlib = new ZLibStream(data, CompressionLevel.Fastest, leaveOpen: true))
            zlib.Write(new byte[rows * (1 + (3 * width))]);
        var header = Header(width, height, bits: 8, kind: 2);
        return [.. Signature, .. header, .. Chunk("IDAT", [.. data.ToArray(), .. hidden ?? []]), .. Chunk("IEND", [])];
    }

    /// <summary>72 bytes: a good header, then a chunk that claims to be almost 4 GiB long.</summary>
    public static byte[] LyingChunk(string type)
    {
        var lie = Chunk(type, new byte[27]);
        BinaryPrimitives.WriteUInt32BigEndian(lie, 0xFFFFFFF0);
        return [.. Signature, .. Header(64, 64), .. lie];
    }

    /// <summary>The file with one more chunk after its header.</summary>
    public static byte[] Insert(byte[] png, string type, ReadOnlySpan<byte> data) =>
        [.. png.AsSpan(0, AfterHeader), .. Chunk(type, data), .. png.AsSpan(AfterHeader)];

    private static byte[] Header(int width, int height, byte bits = 1, byte kind = 0)
    {
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        (header[8], header[9]) = (bits, kind); // bits a sample; gray, and no interlacing, are zeros
        return Chunk("IHDR", header);
    }

    private static byte[] Chunk(string type, ReadOnlySpan<byte> data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk.AsSpan(8));
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Crc32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    private static uint Crc32(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var b in data)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }
}
