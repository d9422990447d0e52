using System.Buffers.Binary;
using System.IO.Compression;
using FaceDeid.Imaging.Caged;
using FaceDeid.Imaging.Colour;
using FaceDeid.Imaging.Formats;
using FaceDeid.TestData;
using FaceDeid.Tests.Imaging.Caged;
using NetVips;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>
/// Metadata costs nothing: only what pixels, colours and orientation come from reaches a decoder, and a profile has a limit.
/// </summary>
public sealed class MetadataBudgetTests
{
    private const string ProfileField = "icc-profile-data";

    private static readonly Picture Colours = Picture.Patches();
    private static readonly byte[] Junk = [.. Enumerable.Range(0, 5000).Select(i => (byte)(i * i))];

    [Fact]
    public void A_PNG_profile_that_unpacks_to_too_much_is_refused_before_a_decoder_unpacks_it()
    {
        foreach (var (bytes, isRefused)
            in new[] { (ColourProfile.MostBytes - 1000, false), (ColourProfile.MostBytes, true), (100_000_000, true) })
        {
            var file = PngChunks.Insert(Colours.Png(), "iCCP", [.. "x\0\0"u8, .. Packed(IccProfiles.Gray([0, 65535], bytes))]);
            if (isRefused)
                Refusal.Of(FaceDeidError.UnsupportedFormat, "profile", () => PngFile.Read(file));
            else
                Assert.NotEmpty(PngFile.Read(file).Essence);
        }

        PngFile.Read(PngChunks.Insert(Colours.Png(), "iCCP", [.. "x\0\0"u8, 1, 2, 3])); // damaged: the decoder passes over it
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("tiff")]
    [InlineData("webp")]
    public void A_profile_of_any_format_has_a_limit(string format)
    {
        var file = Write([.. Image.ProfileLoad("srgb"), .. new byte[ColourProfile.MostBytes]]);
        Refusal.Of(FaceDeidError.UnsupportedFormat, "profile", () => Engine.Decoder.Inspect(file));
        Assert.Equal(
            Colours.Width, Engine.Decoder.Inspect(Write([.. Image.ProfileLoad("srgb"), .. new byte[1_000_000]])).Size.Width);

        byte[] Write(byte[] profile) => Colours.Save(image =>
        {
            using var tagged = image.Mutate(m => m.Set(GValue.BlobType, ProfileField, profile));
            return format switch
            {
                "jpeg" => tagged.JpegsaveBuffer(),
                "tiff" => tagged.TiffsaveBuffer(),
                _ => tagged.WebpsaveBuffer(),
            };
        });
    }

    [Fact]
    public void Texts_EXIF_of_further_kinds_and_trailers_of_a_WebP_are_left_behind()
    {
        var plain = Colours.Save(image => image.WebpsaveBuffer(lossless: true, keep: Enums.ForeignKeep.None));
        var width = Colours.Width - 1;
        byte[] canvas = [0x2C, 0, 0, 0, (byte)width, 0, 0, (byte)(Colours.Height - 1), 0, 0];
        byte[] exif = [.. "II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0"u8]; // turned by a quarter

        var wanted = Riff(Chunk("VP8X", canvas), plain[12..], Chunk("EXIF", exif));
        var file = Riff(
            Chunk("VP8X", canvas), Chunk("abcd", Junk), plain[12..], Chunk("EXIF", exif), Chunk("EXIF", Junk),
            Chunk("XMP ", Junk), Chunk("FDSE", Junk));

        Assert.Equal(wanted, WebpFile.Essence([.. file, .. Junk]));
        Assert.Equal(wanted, WebpFile.Essence(wanted));
        Assert.Equal(new ImageSize(Colours.Height, Colours.Width), Engine.Decoder.Inspect(file).Size);
        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Decode(wanted[..(wanted.Length / 2)]).Dispose());
    }

    [Fact]
    public void Of_a_TIFF_one_directory_with_known_tags_is_left()
    {
        var plain = Colours.Save(image =>
            image.TiffsaveBuffer(Enums.ForeignTiffCompression.Deflate, keep: Enums.ForeignKeep.None));
        var file = WithDirectories(plain, directories: 50, tags: 300);

        var essence = TiffFile.Read(file)!.Essence(file);

        Assert.InRange(Entries(essence), 5, 25);
        Assert.InRange(Entries(file), 300, 400);
        Assert.Equal(Colours.Bytes, Picture.Decode(file).Rgb.Bytes);
        using var image = Image.TiffloadBuffer(essence);
        Assert.False(image.Contains("n-pages") && (int)image.Get("n-pages") > 1);
    }

    [Fact]
    public void Comments_and_repeated_profiles_of_a_GIF_are_left_behind()
    {
        var plain = GifFile.Write(20, 10, new GifFile.Frame(0, 0, 20, 10, new byte[200], Transparent: 3));
        var image = 13 + (3 << ((plain[10] & 7) + 1));
        byte[] comment = [0x21, 0xFE, 1, 7, 0];
        byte[] profile = [0x21, 0xFF, 11, .. "ICCRGBG1012"u8, 1, 7, 0];
        byte[] file = [.. plain[..image], .. comment, .. profile, .. comment, .. profile, .. plain[image..], .. Junk];

        Assert.Equal([.. plain[..image], .. profile, .. plain[image..]], CagedHeader.Essence(file, ImageFormat.Gif));
    }

    [Fact]
    public void Packed_boxes_of_a_JPEG_XL_are_left_behind()
    {
        var codestream = JpegXlFile.Write(new JpegXlFile.Header(300, 200));
        byte[] start = [0, 0, 0, 0x0C, .. "JXL "u8, 0x0D, 0x0A, 0x87, 0x0A];
        byte[] brob = HeifFileWriter.Box("brob", [.. "Exif"u8, .. Junk]);

        Assert.Equal(codestream, CagedHeader.Essence(
            [.. start, .. brob, .. HeifFileWriter.Box("jxlc", codestream), .. brob], ImageFormat.JpegXl));
        Assert.Equal(codestream, CagedHeader.Essence(codestream, ImageFormat.JpegXl));
    }

    [Fact]
    public void Damaged_boxes_are_never_read_beyond_their_end_here_either()
    {
        var file = CommandLineEncoders.Avif(Colours.Png(), "--yuv", "444");
        var random = new Random(3);
        for (var round = 0; round < 2000; round++)
        {
            byte[] damaged = [.. file];
            damaged[random.Next(400)] = (byte)random.Next(256);
            if (HeifFile.Is(damaged) && HeifFile.Read(damaged) is not null)
                Assert.Equal(damaged.Length, HeifFile.Essence(damaged).Length);
        }
    }

    [Fact]
    public void No_item_of_a_HEIF_is_said_to_describe_a_picture_and_only_one_box_says_what_is_in_it()
    {
        var file = CommandLineEncoders.Avif(Colours.Png(), "--yuv", "444");
        var meta = file.AsSpan().IndexOf("meta"u8) - 4;
        var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(meta));
        byte[] reference = [.. HeifFileWriter.Box("iref", [0, 0, 0, 0, .. HeifFileWriter.Box("cdsc", [0, 2, 0, 1, 0, 1])])];
        byte[] described = [.. file[..(meta + length)], .. reference, .. file[(meta + length)..]];
        BinaryPrimitives.WriteInt32BigEndian(described.AsSpan(meta), length + reference.Length);

        var essence = HeifFile.Essence([.. described, .. HeifFileWriter.Box("moov", Junk)]);

        Assert.Equal(-1, essence.AsSpan().IndexOf("cdsc"u8));
        Assert.Equal(-1, essence.AsSpan().IndexOf("moov"u8));
        Assert.Equal(described.Length + 8 + Junk.Length, essence.Length);
        byte[] twice = [.. file, .. file[meta..(meta + length)]];
        Refusal.Of(FaceDeidError.CorruptImage, () => Engine.Decoder.Inspect(twice));
    }

    private static byte[] Packed(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
            zlib.Write(data);
        return packed.ToArray();
    }

    private static byte[] Riff(params byte[][] chunks)
    {
        byte[] file = [.. "RIFF\0\0\0\0WEBP"u8, .. chunks.SelectMany(chunk => chunk)];
        BinaryPrimitives.WriteInt32LittleEndian(file.AsSpan(4), file.Length - 8);
        return file;
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [.. type.Select(letter => (byte)letter), 0, 0, 0, 0, .. data, .. new byte[data.Length % 2]];
        BinaryPrimitives.WriteInt32LittleEndian(chunk.AsSpan(4), data.Length);
        return chunk;
    }

    private static int Entries(byte[] tiff) =>
        BinaryPrimitives.ReadUInt16LittleEndian(tiff.AsSpan(BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4))));

    /// <summary>
    /// The directory of a little-endian TIFF again and again, called smaller copies but for the first, each with private tags
    /// that all share the file's bytes.
    /// </summary>
    private static byte[] WithDirectories(byte[] tiff, int directories, int tags)
    {
        const int entryLength = 12, subfile = 254;
        var at = BinaryPrimitives.ReadInt32LittleEndian(tiff.AsSpan(4));
        var own = tiff.AsSpan(at + 2, Entries(tiff) * entryLength).ToArray().Chunk(entryLength)
            .Where(entry => BinaryPrimitives.ReadUInt16LittleEndian(entry) != subfile).SelectMany(entry => entry).ToArray();
        List<byte> file = [.. tiff, .. new byte[tiff.Length % 2]];
        BinaryPrimitives.WriteInt32LittleEndian(tiff.AsSpan(4), file.Count);
        var start = file.Count;
        var length = 2 + entryLength + own.Length + (tags * entryLength) + 4;
        for (var number = 0; number < directories; number++)
        {
            file.AddRange(UInt16(1 + (own.Length / entryLength) + tags));
            file.AddRange([.. Entry(subfile, 4, 1, number == 0 ? 0 : 1), .. own]);
            for (var tag = 0; tag < tags; tag++)
                file.AddRange(Entry(51000 + tag, 7, tiff.Length - 8, 8));
            file.AddRange(Int32(number + 1 < directories ? start + (length * (number + 1)) : 0));
        }

        byte[] whole = [.. file];
        BinaryPrimitives.WriteInt32LittleEndian(whole.AsSpan(4), start);
        return whole;

        static byte[] Entry(int tag, int type, int count, int value) =>
            [.. UInt16(tag), .. UInt16(type), .. Int32(count), .. Int32(value)];
        static byte[] UInt16(int value) => [(byte)value, (byte)(value >> 8)];
        static byte[] Int32(int value) => [.. UInt16(value), .. UInt16(value >> 16)];
    }
}
