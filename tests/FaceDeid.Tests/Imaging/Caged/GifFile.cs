using System.Buffers.Binary;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>
/// GIF files byte by byte, with codes that do not compress: each is eight bits, because the table is cleared before it grows.
/// </summary>
internal static class GifFile
{
    private const byte Clear = 128, End = 129;

    public sealed record Frame(int Left, int Top, int Width, int Height, byte[] Indexes, byte? Transparent = null);

    /// <summary>The colour of each index below 128.</summary>
    public static (byte Red, byte Green, byte Blue) Colour(int index) =>
        ((byte)(index * 2), (byte)(255 - index), (byte)(index * 7 % 256));

    public static byte[] Write(int width, int height, params Frame[] frames)
    {
        List<byte> file = [.. "GIF89a"u8, .. UInt16(width), .. UInt16(height), 0xF6, 0, 0];
        for (var i = 0; i < 128; i++)
        {
            var (red, green, blue) = Colour(i);
            file.AddRange([red, green, blue]);
        }

        foreach (var frame in frames)
        {
            if (frame.Transparent is { } index)
                file.AddRange([0x21, 0xF9, 4, 1, 0, 0, index, 0]);
            file.AddRange([0x2C, .. UInt16(frame.Left), .. UInt16(frame.Top), .. UInt16(frame.Width), .. UInt16(frame.Height),
                0, 7]);
            foreach (var codes in Codes(frame.Indexes).Chunk(255))
                file.AddRange([(byte)codes.Length, .. codes]);
            file.Add(0);
        }

        file.Add(0x3B);
        return [.. file];
    }

    private static IEnumerable<byte> Codes(byte[] indexes) =>
        indexes.Chunk(100).SelectMany(some => some.Prepend(Clear)).Append(End);

    private static byte[] UInt16(int value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)value);
        return bytes;
    }
}
