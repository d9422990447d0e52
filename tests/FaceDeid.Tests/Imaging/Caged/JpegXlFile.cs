using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>
/// Headers of JPEG XL codestreams bit by bit (ISO/IEC 18181-1, annex D): three channels of 8 bits in sRGB, lossless, as cjxl
/// begins such a file.
/// </summary>
internal static class JpegXlFile
{
    public sealed record Header(int Width, int Height)
    {
        /// <summary>Null: the header does without the fields that few files have.</summary>
        public int? Orientation { get; init; }

        public bool IsAnimated { get; init; }
    }

    /// <summary>A header, and nothing after it.</summary>
    public static byte[] Write(Header header)
    {
        var bits = new List<bool>();
        Put(0, 1); // not in units of eight
        PutSide(header.Height);
        Put(0, 3); // no ratio
        PutSide(header.Width);
        Put(0, 1); // not all as usual
        Put(header.Orientation is null ? 0 : 1, 1);
        if (header.Orientation is { } orientation)
        {
            Put(orientation - 1, 3);
            Put(0, 2); // neither another size nor a preview
            Put(header.IsAnimated ? 1 : 0, 1);
            if (header.IsAnimated)
                Put(0, 2 + 2 + 2 + 1); // 100 ticks a second, for ever
        }

        Put(0, 1 + 2); // whole numbers of 8 bits
        Put(1, 1); // 16-bit arithmetic will do
        Put(0, 2); // no other channels
        Put(0, 1); // no XYB
        Put(0, 1 + 1 + 2); // sRGB, said field by field: no profile, red-green-blue
        Put(1, 2); // D65
        Put(1, 2); // its primaries
        Put(0, 1); // its curve, number 13
        Put(2, 2);
        Put(11, 4);
        Put(0, 2); // perceptual
        if (header.Orientation is not null)
            Put(1, 1); // usual tone mapping
        Put(0, 2); // no extensions
        Put(1, 1); // usual transforms

        var bytes = new byte[2 + ((bits.Count + 7) / 8)];
        (bytes[0], bytes[1]) = (0xFF, 0x0A);
        for (var i = 0; i < bits.Count; i++)
            bytes[2 + (i / 8)] |= (byte)((bits[i] ? 1 : 0) << (i % 8));
        return bytes;

        void Put(int value, int count)
        {
            for (var i = 0; i < count; i++)
                bits.Add((value >> i & 1) != 0);
        }

        void PutSide(int side)
        {
            var (selector, count) = side switch
            {
                <= 1 << 9 => (0, 9),
                <= 1 << 13 => (1, 13),
                <= 1 << 18 => (2, 18),
                _ => (3, 30),
            };
            Put(selector, 2);
            Put(side - 1, count);
        }
    }

    /// <summary>
    /// A file that cjxl wrote of a picture without a profile, of sides that are no multiples of eight, with another header.
    /// </summary>
    public static byte[] WithHeader(byte[] file, Picture picture, Header header)
    {
        var own = Write(new Header(picture.Width, picture.Height));
        Assert.Equal(own, file[..own.Length]);
        return [.. Write(header), .. file[own.Length..]];
    }
}
