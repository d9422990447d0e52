using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;
using System.Text;
using FaceDeid.Imaging;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>What PNGs are made of, whatever is on them: nothing but header, pixels and end.</summary>
public sealed class PngWriterTests
{
    private static readonly Random Random = new(5);

    private static readonly Dictionary<string, Func<int, int, int, int>> Contents = new(StringComparer.Ordinal)
    {
        ["black"] = (_, _, _) => 0,
        ["noise, which does not shrink"] = (_, _, _) => Random.Next(256),
        ["a photo"] = (x, y, band) => 100 + (int)(80 * Math.Sin((x + (2.0 * y)) / 90)) + (band * 20) + Random.Next(9),
        ["dots"] = (_, _, _) => Random.Next(900) == 0 ? Random.Next(256) : 0,
        ["lines"] = (x, y, band) => (x / 3 % 2 * 255) ^ (y % 7) ^ band,
    };

    public static TheoryData<string, int> Pictures
    {
        get
        {
            var pictures = new TheoryData<string, int>();
            foreach (var content in Contents.Keys)
            {
                foreach (var bands in new[] { 1, 3, 4 })
                    pictures.Add(content, bands);
            }

            return pictures;
        }
    }

    [Theory]
    [MemberData(nameof(Pictures))]
    public void Every_picture_reads_back_as_it_was(string content, int bands)
    {
        // One pixel, one row, one column, odd rows, several strips, and rows that are longer than a chunk.
        foreach (var (width, height) in new[] { (1, 1), (700, 1), (1, 900), (37, 61), (900, 800), (16_384, 21) })
        {
            var picture = Picture.Of(width, height, bands, Contents[content]);
            if (bands == 4) // no black that is not the picture's
                picture = Picture.Of(width, height, 4, (x, y, band) => band == 3 ? picture[x, y, 3] | 1 : picture[x, y, band]);

            var file = Write(picture);

            using var image = Image.NewFromBuffer(file, failOn: Enums.FailOn.Warning);
            Assert.Equal((width, height, bands), (image.Width, image.Height, image.Bands));
            Assert.True(picture.Bytes.AsSpan().SequenceEqual(image.WriteToMemory<byte>()));
            AssertWellFormed(file, height, 1 + (width * bands));
        }
    }

    [Fact]
    public void The_same_pixels_give_the_same_file_whoever_wrote_before()
    {
        var pictures = Contents.Values.Select(value => Picture.Of(300, 200, 3, value)).ToList();
        var files = pictures.ConvertAll(Write);

        Parallel.For(0, 60, i => Assert.Equal(files[i % files.Count], Write(pictures[i % files.Count])));
    }

    private static byte[] Write(Picture picture)
    {
        using var pixels = picture.WithBands(picture.Bands == 1 ? 1 : 3).ToMat();
        using var alpha = picture.Bands == 4 ? picture.Band(3).ToMat() : null;
        return PngWriter.Write(pixels, alpha);
    }

    /// <summary>PNG (third edition), 5.2 to 5.6 and 10.1; unpacking compares the checksum of the zlib stream.</summary>
    private static void AssertWellFormed(byte[] file, int rows, int rowLength)
    {
        Assert.Equal([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], file[..8]);
        var (names, data) = (new List<string>(), new List<byte>());
        for (var rest = file.AsSpan(8); rest.Length > 0;)
        {
            var length = BinaryPrimitives.ReadInt32BigEndian(rest);
            var name = Encoding.ASCII.GetString(rest.Slice(4, 4));
            Assert.Equal(
                Crc32.HashToUInt32(rest.Slice(4, 4 + length)), BinaryPrimitives.ReadUInt32BigEndian(rest[(8 + length)..]));
            if (!string.Equals(names.LastOrDefault(), name, StringComparison.Ordinal))
                names.Add(name);
            if (name is "IDAT")
                data.AddRange(rest.Slice(8, length));
            rest = rest[(12 + length)..];
        }

        Assert.Equal(["IHDR", "IDAT", "IEND"], names);
        using var unpacked = new MemoryStream();
        using var packed = new MemoryStream([.. data]);
        using var zlib = new ZLibStream(packed, CompressionMode.Decompress);
        zlib.CopyTo(unpacked);
        Assert.Equal((long)rows * rowLength, unpacked.Length);
    }
}
