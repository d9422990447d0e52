using FaceDeid.Imaging.Caged;
using FsCheck.Xunit;
using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>Headers are read within their bytes, whatever these say.</summary>
public sealed class CagedHeaderTests
{
    private static readonly byte[][] Files =
    [
        GifFile.Write(20, 10, new GifFile.Frame(0, 0, 20, 10, new byte[200], Transparent: 3)),
        BmpFile.Write(124, 21, 10, 24, new byte[640]),
        BmpFile.Write(12, 21, 10, 24, new byte[640]),
        JpegXlFile.Write(new JpegXlFile.Header(300, 200) { Orientation = 6 }),
        [0, 0, 0, 0x0C, .. "JXL "u8, 0x0D, 0x0A, 0x87, 0x0A,
            .. HeifFileWriter.Box("jxlp", [0, 0, 0, 0, .. JpegXlFile.Write(new JpegXlFile.Header(300, 200))])],
        HeifFileWriter.Box("ftyp", [.. "heic"u8, 0, 0, 0, 0, .. "mif1heic"u8]),
    ];

    [Fact]
    public void A_file_cut_anywhere_and_a_file_with_any_byte_changed_is_read_or_refused()
    {
        foreach (var file in Files)
        {
            for (var i = 0; i < file.Length; i++)
            {
                Read(file[..i]);
                foreach (var value in (byte[])[0, 1, 0x7F, 0x80, 0xFF])
                {
                    var changed = file.ToArray();
                    changed[i] = value;
                    Read(changed);
                }
            }
        }
    }

    [Property(MaxTest = 2000)]
    public void Any_bytes_after_a_signature_are_read_or_refused(int which, byte[] bytes) =>
        Read([.. Files[(int)((uint)which % Files.Length)].Take(12), .. bytes]);

    [Fact]
    public void A_JPEG_XL_header_in_parts_is_put_together()
    {
        var codestream = JpegXlFile.Write(new JpegXlFile.Header(300, 200));
        byte[] file =
        [
            0, 0, 0, 0x0C, .. "JXL "u8, 0x0D, 0x0A, 0x87, 0x0A, .. HeifFileWriter.Box("Exif", new byte[500]),
            .. HeifFileWriter.Box("jxlp", [0, 0, 0, 0, .. codestream[..3]]),
                .. HeifFileWriter.Box("jxlp", [0x80, 0, 0, 1, .. codestream[3..]]),
        ];

        Assert.Equal(new ImageSize(300, 200), CagedHeader.Read(file, ImageFormat.JpegXl)!.Size);
    }

    [Fact]
    public void What_is_AVIF_too_is_left_to_libvips_and_text_that_begins_with_BM_is_no_picture()
    {
        Assert.Null(CagedHeader.FormatOf(HeifFileWriter.Box("ftyp", [.. "avif"u8, 0, 0, 0, 0, .. "mif1heic"u8])));
        Assert.Equal(
            ImageFormat.Heic, CagedHeader.FormatOf(HeifFileWriter.Box("ftyp", [.. "mif1"u8, 0, 0, 0, 0, .. "miafheic"u8])));
        Assert.Null(CagedHeader.FormatOf("BMW is a maker of cars, and this is no picture of one."u8));
    }

    private static void Read(byte[] file)
    {
        if (CagedHeader.FormatOf(file) is not { } format)
            return;
        try
        {
            CagedHeader.Read(file, format);
        }
        catch (FaceDeidException e)
        {
            Assert.Contains(
                e.Code,
                (FaceDeidError[])[FaceDeidError.CorruptImage, FaceDeidError.AnimatedImage, FaceDeidError.UnsupportedFormat]);
        }
    }
}
