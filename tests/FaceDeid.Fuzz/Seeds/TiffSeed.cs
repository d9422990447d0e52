using System.Buffers.Binary;
using NetVips;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>What libvips reads and does not write: TIFF in the other order of bytes.</summary>
internal static class TiffSeed
{
    public static byte[] BigEndian(Image gray)
    {
        var pixels = gray.WriteToMemory<byte>();
        (ushort Tag, uint Value)[] entries =
        [
            (0x100, (uint)gray.Width), (0x101, (uint)gray.Height), (0x102, 8), (0x103, 1), (0x106, 1), (0x111, 8), (0x115, 1),
            (0x116, (uint)gray.Height), (0x117, (uint)pixels.Length),
        ];
        using var file = new MemoryStream();
        file.Write("MM\0*"u8);
        Write(4, (uint)(8 + pixels.Length));
        file.Write(pixels);
        Write(2, (uint)entries.Length);
        foreach (var (tag, value) in entries)
        {
            Write(2, tag);
            Write(2, 4); // LONG
            Write(4, 1);
            Write(4, value);
        }

        Write(4, 0);
        return file.ToArray();

        void Write(int size, uint number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
            file.Write(bytes[(4 - size)..]);
        }
    }
}
