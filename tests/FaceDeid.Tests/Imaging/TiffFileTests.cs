using System.Buffers.Binary;
using FaceDeid.Imaging.Formats;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>TIFF files of kinds that are valid, and seldom.</summary>
public sealed class TiffFileTests
{
    private const int SubfileType = 254, Compression = 259, Photometric = 262;
    private const ushort Lzma = 34925, DngVersion = 50706;

    private static readonly Picture Colours = Picture.Patches();

    [Theory]
    [InlineData(8)]
    [InlineData(9)]
    public void Eight_bit_CIELAB_is_read(ushort photometric)
    {
        using var bgr = Colours.ToMat();
        using var lab = bgr.CvtColor(ColorConversionCodes.BGR2Lab);
        if (photometric == 8)
            Cv2.BitwiseXor(lab, new Scalar(0, 128, 128), lab); // signed
        using var swapped = lab.CvtColor(ColorConversionCodes.BGR2RGB); // as Picture.Of turns it back
        var file = Picture.Of(swapped).Save(image => image.TiffsaveBuffer(Enums.ForeignTiffCompression.Deflate));
        Set(file, Photometric, photometric, directory: 0);

        Assert.InRange(Picture.Decode(file).Rgb.FurthestFrom(Colours), 0, 4);
        Assert.Equal(ImageFormat.Tiff, Engine.Decoder.Inspect(file).Format);
    }

    [Theory]
    [InlineData(1, 1)] // a smaller copy
    [InlineData(4, 1)] // a mask
    [InlineData(0, 2)]
    [InlineData(2, 2)] // a page of a book
    public void Smaller_copies_and_masks_are_no_pages(ushort kind, int pages)
    {
        var file = TwoPages();
        Set(file, SubfileType, kind, directory: 1);
        Set(file, SubfileType, 0, directory: 0);

        Assert.Equal(pages, TiffFile.Read(file)!.Pages);
        if (pages == 1)
            Assert.Equal(Colours.Bytes[..Half], Picture.Decode(file).Rgb.Bytes);
        else
            Refusal.Of(FaceDeidError.MultiPageImage, () => Engine.Decoder.Inspect(file));
    }

    [Fact]
    public void A_picture_behind_its_smaller_copy_is_read()
    {
        var file = TwoPages();
        Set(file, SubfileType, 1, directory: 0);
        Set(file, SubfileType, 0, directory: 1);

        Assert.Equal(Colours.Bytes[Half..], Picture.Decode(file).Rgb.Bytes);
    }

    [Fact]
    public void A_compression_that_is_not_read_is_not_called_damage()
    {
        var file = Colours.Save(image => image.TiffsaveBuffer(Enums.ForeignTiffCompression.Lzw));
        Set(file, Compression, Lzma, directory: 0);

        Refusal.Of(FaceDeidError.UnsupportedFormat, "kind of TIFF", () => Engine.Decoder.Decode(file).Dispose());
    }

    [Fact]
    public void A_raw_file_of_a_camera_is_refused_and_its_preview_not_taken_for_the_picture()
    {
        var file = Colours.Save(image => image.TiffsaveBuffer());
        var last = Entry(file, 0, last: true);
        BinaryPrimitives.WriteUInt16LittleEndian(file.AsSpan(last), DngVersion);

        Refusal.Of(FaceDeidError.UnsupportedFormat, "Raw files", () => Engine.Decoder.Inspect(file));
    }

    [Fact]
    public void Damaged_directories_are_never_read_beyond_the_file()
    {
        var file = TwoPages();
        var random = new Random(9);
        for (var round = 0; round < 2000; round++)
        {
            byte[] damaged = [.. file[..(round % 2 == 0 ? file.Length : random.Next(8, file.Length))]];
            for (var flips = 0; flips < 3; flips++)
                damaged[round % 3 == 0 ? random.Next(4, 8) : random.Next(4, damaged.Length)] = (byte)random.Next(256);
            _ = TiffFile.Read(damaged);
        }
    }

    private static int Half => Colours.Bytes.Length / 2;

    private static byte[] TwoPages() => Picture.Patches(rows: 3).Save(image =>
    {
        using var pages = image.Mutate(m => m.Set(GValue.GIntType, "page-height", Colours.Height / 2));
        return pages.TiffsaveBuffer();
    });

    /// <summary>Writes the value of a directory's entry, which is a number of 16 or 32 bits; the file is little-endian.</summary>
    private static void Set(byte[] file, int tag, ushort value, int directory)
    {
        var at = Entry(file, directory, tag);
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(at + 8), value);
    }

    private static int Entry(byte[] file, int directory, int tag = 0, bool last = false)
    {
        Assert.True(file.AsSpan().StartsWith("II*\0"u8));
        var at = BinaryPrimitives.ReadInt32LittleEndian(file.AsSpan(4));
        for (; directory > 0; directory--)
        {
            at = BinaryPrimitives.ReadInt32LittleEndian(
                file.AsSpan(at + 2 + (12 * BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at)))));
        }

        var count = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(at));
        for (var i = 0; i < count; i++)
        {
            var entry = at + 2 + (12 * i);
            if (last ? i == count - 1 : BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(entry)) == tag)
                return entry;
        }

        throw new InvalidOperationException($"There is no entry {tag}.");
    }
}
