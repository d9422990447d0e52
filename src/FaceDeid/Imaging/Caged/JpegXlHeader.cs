using System.Buffers;
using System.Buffers.Binary;
using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging.Caged;

/// <summary>The header of a JPEG XL codestream (ISO/IEC 18181-1, annex D), which stands alone or in boxes (18181-2).</summary>
internal static class JpegXlHeader
{
    private const uint Alpha = 0;

    private static ReadOnlySpan<byte> Start => [0xFF, 0x0A];

    private static ReadOnlySpan<byte> Container =>
        [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', (byte)' ', 0x0D, 0x0A, 0x87, 0x0A];

    public static bool IsJpegXl(ReadOnlySpan<byte> file) => file.StartsWith(Start) || file.StartsWith(Container);

    /// <summary>The orientation counts, and not the one in EXIF. ImageMagick leaves it to the caller.</summary>
    public static ImageHeader Read(ReadOnlySpan<byte> file)
    {
        ReadOnlySpan<byte> start = Codestream(file);
        if (!start.StartsWith(Start))
            throw Refusals.Corrupt(inner: null);
        var bits = new BitReader(start[Start.Length..]);
        var size = Size(ref bits);
        var orientation = 1;
        var extraChannels = 0u;
        if (!bits.Flag()) // not all metadata as it usually is
        {
            if (bits.Flag())
                orientation = 1 + ReadExtraFields(ref bits);
            SkipDepth(ref bits);
            bits.Flag(); // whether 16 bits suffice
            extraChannels = bits.Choose((0, 0), (1, 0), (2, 4), (1, 12));
            if (extraChannels > 1 || (extraChannels == 1 && !bits.Flag()
                && bits.Choose((0, 0), (1, 0), (2, 4), (18, 6)) != Alpha))
                throw Refusals.TooManyChannels();
        }

        var upright = orientation >= 5 ? new ImageSize(size.Height, size.Width) : size;
        return new ImageHeader(ImageFormat.JpegXl, upright, orientation, HasAlpha: extraChannels > 0);
    }

    /// <summary>The orientation less 1. Refuses an animation.</summary>
    private static int ReadExtraFields(ref BitReader bits)
    {
        var orientation = (int)bits.Read(3);
        if (bits.Flag())
            Size(ref bits); // that it should be shown in
        if (bits.Flag())
            SkipPreview(ref bits);
        if (bits.Flag())
            throw Refusals.Animated();
        return orientation;
    }

    private static ImageSize Size(ref BitReader bits)
    {
        var inEights = bits.Flag();
        var height = Side(ref bits, inEights);
        var ratio = bits.Read(3);
        var width = ratio == 0 ? Side(ref bits, inEights) : Width(height, ratio);
        return width <= int.MaxValue ? new ImageSize((int)width, (int)height) : throw Refusals.Corrupt(inner: null);

        static long Side(ref BitReader bits, bool inEights) =>
            inEights ? 8 * (1 + bits.Read(5)) : bits.Choose((1, 9), (1, 13), (1, 18), (1, 30));
    }

    private static long Width(long height, uint ratio) => ratio switch
    {
        1 => height,
        2 => height * 12 / 10,
        3 => height * 4 / 3,
        4 => height * 3 / 2,
        5 => height * 16 / 9,
        6 => height * 5 / 4,
        _ => height * 2,
    };

    private static void SkipPreview(ref BitReader bits)
    {
        var inEights = bits.Flag();
        Skip(ref bits, inEights);
        if (bits.Read(3) == 0)
            Skip(ref bits, inEights);

        static void Skip(ref BitReader bits, bool inEights) => _ = inEights
            ? bits.Choose((16, 0), (32, 0), (1, 5), (33, 9))
            : bits.Choose((1, 6), (65, 8), (321, 10), (1345, 12));
    }

    private static void SkipDepth(ref BitReader bits)
    {
        var isFloat = bits.Flag();
        bits.Choose((8, 0), (10, 0), (12, 0), (1, 6)); // with other numbers for floating point, of as many bits
        if (isFloat)
            bits.Read(4);
    }

    /// <summary>
    /// The picture alone: of boxes those that hold it. Packed texts, EXIF and whatever else a decoder would unpack are left
    /// behind.
    /// </summary>
    public static byte[] Codestream(ReadOnlySpan<byte> file)
    {
        if (!file.StartsWith(Container))
            return file.ToArray();
        var codestream = new ArrayBufferWriter<byte>(file.Length);
        while (file.Length >= 8)
        {
            var header = 8;
            ulong length = BinaryPrimitives.ReadUInt32BigEndian(file);
            if (length == 1)
            {
                header = 16;
                length = BinaryPrimitives.ReadUInt64BigEndian(file[8..]);
            }

            if (length == 0 || length > (ulong)file.Length)
                length = (ulong)file.Length; // to the end, or beyond it: what is missing is for the decoder to find
            if (length < (ulong)header)
                throw Refusals.Corrupt(inner: null);
            var box = file[header..(int)length];
            if (file[4..8].SequenceEqual("jxlc"u8))
                return box.ToArray();
            if (file[4..8].SequenceEqual("jxlp"u8))
                codestream.Write(box[4..]); // behind the part's number
            file = file[(int)length..];
        }

        return codestream.WrittenSpan.ToArray();
    }

    /// <summary>Bits from the lowest of each byte on (annex B).</summary>
    private ref struct BitReader(ReadOnlySpan<byte> bytes)
    {
        private readonly ReadOnlySpan<byte> _bytes = bytes;
        private int _at;

        public bool Flag() => Read(1) != 0;

        public uint Read(int count)
        {
            uint value = 0;
            for (var i = 0; i < count; i++, _at++)
                value |= ((uint)_bytes.Slice(_at >> 3, 1)[0] >> (_at & 7) & 1) << i;
            return value;
        }

        /// <summary>Two bits choose among four numbers, each an offset and as many bits as are added to it.</summary>
        public uint Choose((uint Offset, int Bits) a, (uint Offset, int Bits) b, (uint Offset, int Bits) c,
            (uint Offset, int Bits) d)
        {
            var (offset, count) = Read(2) switch { 0 => a, 1 => b, 2 => c, _ => d };
            return offset + Read(count);
        }
    }
}
