using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using NetVips;

namespace FaceDeid.Api.Tests;

/// <summary>Files that are made to hurt whoever decodes them. All are small; what they claim is not.</summary>
internal static class HostileFiles
{
    private static readonly byte[] PngSignature = [0x89, .. "PNG\r\n\x1A\n"u8];

    /// <summary>A real face in a format, intact.</summary>
    public static byte[] Face(string format)
    {
        using var face = Image.NewFromBuffer(Pictures.Face);
        return format switch
        {
            "jpeg" => [.. Pictures.Face],
            "png" => face.PngsaveBuffer(),
            "webp" => face.WebpsaveBuffer(q: 90),
            "tiff" => face.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Lzw),
            _ => throw new ArgumentOutOfRangeException(nameof(format)),
        };
    }

    public static byte[] Png(uint width, uint height, params byte[][] chunksBeforeEnd) =>
        [.. PngSignature, .. PngHeader(width, height), .. chunksBeforeEnd.SelectMany(chunk => chunk), .. Chunk("IEND", [])];

    /// <summary>An IDAT chunk with pixels of a gray picture: far fewer than the headers here claim.</summary>
    public static byte[] FewPixels { get; } = Chunk("IDAT", Deflated(new byte[100 * 101]));

    /// <summary>72 bytes whose second chunk claims 0xFFFFFFF0 more: OpenCV's reader takes 4 GiB for it.</summary>
    public static byte[] PngWithHugeChunk()
    {
        var file = new byte[72];
        byte[] start = [.. PngSignature, .. PngHeader(32, 32), 0xFF, 0xFF, 0xFF, 0xF0, .. "tEXt"u8];
        start.CopyTo(file, 0);
        return file;
    }

    /// <summary>Twenty compressed comments of 20 MB each.</summary>
    public static byte[] PngWithTextBomb()
    {
        var text = Deflated(new byte[20_000_000]);
        var bombs = Enumerable.Range(0, 20).Select(i => Chunk("zTXt", [.. Encoding.ASCII.GetBytes($"bomb{i}"), 0, 0, .. text]));
        return Png(100, 100, [.. bombs, FewPixels]);
    }

    /// <summary>A still PNG with the control chunk of an animation.</summary>
    public static byte[] AnimatedPng()
    {
        var png = Face("png");
        return [.. png[..33], .. Chunk("acTL", [0, 0, 0, 2, 0, 0, 0, 0]), .. png[33..]];
    }

    /// <summary>A JPEG that ends where its data would begin.</summary>
    public static byte[] JpegHeader(ushort width, ushort height) =>
        [
        0xFF, 0xD8, 0xFF, 0xC0, 0, 17, 8, .. BigEndian(height), .. BigEndian(width), 3, 1, 0x22, 0, 2, 0x11, 0, 3, 0x11, 0,
        0xFF, 0xDA, 0, 12, 3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0,
    ];

    /// <summary>A real JPEG whose frame header is overwritten with another size.</summary>
    public static byte[] JpegThatLies(ushort width, ushort height)
    {
        var jpeg = Pictures.Face.ToArray();
        var frame = jpeg.AsSpan().IndexOf(new byte[] { 0xFF, 0xC0 });
        BigEndian(height).CopyTo(jpeg, frame + 5);
        BigEndian(width).CopyTo(jpeg, frame + 7);
        return jpeg;
    }

    /// <summary>A lossless WebP that ends after its header (RFC 9649, section 3.4).</summary>
    public static byte[] WebpHeader(int width, int height)
    {
        byte[] bits = [0x2F, .. LittleEndian((uint)((width - 1) | ((height - 1) << 14))), 0];
        return
        [
            .. "RIFF"u8, .. LittleEndian((uint)(12 + bits.Length)), .. "WEBPVP8L"u8, .. LittleEndian((uint)bits.Length), .. bits,
        ];
    }

    /// <summary>
    /// A gray TIFF of chained directories, each of a picture of that size whose one strip lies outside the file.
    /// </summary>
    public static byte[] Tiff(uint width, uint height, int directories, bool endless)
    {
        using var tiff = new MemoryStream();
        using var writer = new BinaryWriter(tiff);
        writer.Write("II*\0"u8);
        writer.Write(8);
        (ushort Tag, uint Value)[] entries =
        [
            (0x100, width), (0x101, height), (0x102, 8), (0x103, 1), (0x106, 1), (0x111, 8), (0x115, 1), (0x116, height),
            (0x117, uint.MaxValue),
        ];
        var size = 2 + (12 * entries.Length) + 4;
        for (var i = 1; i <= directories; i++)
        {
            writer.Write((ushort)entries.Length);
            foreach (var (tag, value) in entries)
            {
                writer.Write(tag);
                writer.Write((ushort)4);
                writer.Write(1);
                writer.Write(value);
            }

            writer.Write(i < directories ? 8 + (i * size) : endless ? 8 : 0);
        }

        return tiff.ToArray();
    }

    /// <summary>A GIF of one pixel, once or twice.</summary>
    public static byte[] Gif(int frames)
    {
        byte[] frame = [0x21, 0xF9, 4, 0, 10, 0, 0, 0, 0x2C, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
        return
        [
            .. "GIF89a"u8, 1, 0, 1, 0, 0x80, 0, 0, 0, 0, 0, 255, 255, 255, .. Enumerable.Repeat(frame, frames).SelectMany(f => f),
            0x3B,
        ];
    }

    public static byte[] Zip()
    {
        using var file = new MemoryStream();
        using (var zip = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true))
        using (var entry = zip.CreateEntry("face.jpg").Open())
            entry.Write(Pictures.Face);
        return file.ToArray();
    }

    private static byte[] PngHeader(uint width, uint height) =>
        Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), 8, 0, 0, 0, 0]);

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        return [.. BigEndian((uint)data.Length), .. body, .. BigEndian(Crc(body))];
    }

    private static uint Crc(byte[] bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
        {
            crc ^= b;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return ~crc;
    }

    private static byte[] Deflated(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(bytes);
        return packed.ToArray();
    }

    private static byte[] BigEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] BigEndian(ushort value) => [(byte)(value >> 8), (byte)value];

    private static byte[] LittleEndian(uint value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }
}
