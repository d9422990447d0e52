using FaceDeid.TestData;
using NetVips;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>
/// Real faces in every format that is read, and in every way to write it that libvips, heif-enc, cjxl and avifenc know: made anew
/// each time from the pictures of <c>tests/data/pictures.json</c>, because those may not be published.
/// </summary>
internal static class PictureSeeds
{
    /// <summary>In the metadata of the seeds: in no answer.</summary>
    public const string Canary = "METADATA-CANARY";

    public static byte[] Face { get; } = Example("johns/John_Schneider/000302_00925785.jpg");

    public static byte[] OtherFace { get; } = Example("johns/John_Simm/000288_00470387.jpg");

    public static byte[] Example(string name) => File.ReadAllBytes(TestFiles.Example(name));

    public static IEnumerable<Seed> All()
    {
        NetVips.NetVips.Concurrency = 1; // as in the service: AVIF of several threads is another file
        using var face = Image.NewFromBuffer(Face);
        using var other = Image.NewFromBuffer(OtherFace);
        using var group = Image.ThumbnailBuffer(Example("faces/2007_007763.jpg"), 300);
        using var large = face.Resize(2);
        using var gray = face.Colourspace(Enums.Interpretation.Bw);
        using var deep = face.Colourspace(Enums.Interpretation.Rgb16);
        using var deepGray = gray.Colourspace(Enums.Interpretation.Grey16);
        using var cmyk = face.IccTransform("cmyk", inputProfile: "srgb");
        using var wide = face.IccTransform("p3", inputProfile: "srgb");
        using var lab = face.Colourspace(Enums.Interpretation.Lab);
        using var clear = face.Bandjoin(gray);
        using var black = face * 0.0;
        using var darkness = black.Cast(Enums.BandFormat.Uchar);
        // All of the face is in its opacity.
        using var shadow = darkness.Bandjoin(gray).Copy(interpretation: Enums.Interpretation.Srgb);
        using var told = wide.Mutate(AddMetadata);
        using var stacked = face.Join(other, Enums.Direction.Vertical);
        // As many pixels in a small file as may be: 5 bytes each are what it may take.
        using var broad = face.Embed(0, 0, 8944, 8944, extend: Enums.Extend.Background, background: [10, 20, 30]);
        using var pages = stacked.Mutate(image => image.Set(GValue.GIntType, "page-height", face.Height));

        (string Name, Func<byte[]> File)[] seeds =
        [
            ("jpeg", () => Face), ("jpeg-group", () => group.JpegsaveBuffer()),
                ("jpeg-progressive", () => face.JpegsaveBuffer(interlace: true)),
            ("jpeg-420", () => face.JpegsaveBuffer(q: 60, subsampleMode: Enums.ForeignSubsample.On)),
                ("jpeg-444", () => face.JpegsaveBuffer(optimizeCoding: true, subsampleMode: Enums.ForeignSubsample.Off)),
            ("jpeg-gray", () => gray.JpegsaveBuffer()), ("jpeg-cmyk", () => cmyk.JpegsaveBuffer()),
                ("jpeg-metadata", () => told.JpegsaveBuffer()),
            ("jpeg-restart", () => face.JpegsaveBuffer(restartInterval: 3)), ("jpeg-gain-map", () => UltraHdrFile.Of(face)),
            ("png", () => face.PngsaveBuffer()), ("png-gray", () => gray.PngsaveBuffer()), ("png-16", () => deep.PngsaveBuffer()),
                ("png-gray-16", () => deepGray.PngsaveBuffer()),
            ("png-palette", () => face.PngsaveBuffer(palette: true)),
                ("png-2-bit", () => face.PngsaveBuffer(palette: true, bitdepth: 2)),
                ("png-1-bit", () => gray.PngsaveBuffer(bitdepth: 1)),
            ("png-interlaced", () => face.PngsaveBuffer(interlace: true)),
                ("png-alpha", () => clear.PngsaveBuffer(filter: Enums.ForeignPngFilter.All)),
                ("png-metadata", () => told.PngsaveBuffer()),
            ("png-only-alpha", () => shadow.PngsaveBuffer()),
                ("webp-only-alpha", () => shadow.WebpsaveBuffer(lossless: true, exact: true)),
            ("tiff-only-alpha", () => shadow.TiffsaveBuffer()), ("avif-only-alpha", () => Avif(shadow)),
            ("webp", () => face.WebpsaveBuffer()), ("webp-lossless", () => face.WebpsaveBuffer(lossless: true)),
                ("webp-alpha", () => clear.WebpsaveBuffer(alphaQ: 50)),
            ("webp-metadata", () => told.WebpsaveBuffer()), ("webp-animated", () => pages.WebpsaveBuffer()),
            ("tiff", () => face.TiffsaveBuffer()),
                ("tiff-lzw", () => face.TiffsaveBuffer(
                    compression: Enums.ForeignTiffCompression.Lzw, predictor: Enums.ForeignTiffPredictor.Horizontal)),
            ("tiff-deflate", () => deep.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Deflate)),
                ("tiff-jpeg", () => face.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Jpeg)),
            ("tiff-tiles", () => face.TiffsaveBuffer(
                tile: true, tileWidth: 64, tileHeight: 64, compression: Enums.ForeignTiffCompression.Deflate)),
            ("tiff-packbits", () => gray.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Packbits)),
            ("tiff-webp", () => face.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Webp)),
                ("tiff-fax", () => gray.TiffsaveBuffer(compression: Enums.ForeignTiffCompression.Ccittfax4, bitdepth: 1)),
            ("tiff-lab", () => lab.TiffsaveBuffer()), ("tiff-cmyk", () => cmyk.TiffsaveBuffer()),
                ("tiff-metadata", () => told.TiffsaveBuffer()), ("tiff-big", () => clear.TiffsaveBuffer(bigtiff: true)),
            ("tiff-pages", () => pages.TiffsaveBuffer()), ("tiff-big-endian", () => TiffSeed.BigEndian(gray)),
            ("avif", () => Avif(face)), ("avif-alpha", () => Avif(clear)), ("avif-metadata", () => Avif(told)),
                ("avif-gray", () => Avif(gray)), ("avif-10-bit", () => Avif(deep, bitdepth: 10)),
            ("avif-pq", () => CommandLineEncoders.Avif(deep.PngsaveBuffer(), "--cicp", "9/16/9", "--depth", "10")),
            ("avif-grid", () => CommandLineEncoders.Avif(large.PngsaveBuffer(), "--grid", "2x2")),
            ("heic", () => Heic(face)), ("heic-alpha", () => Heic(clear)), ("heic-metadata", () => Heic(told)),
                ("heic-10-bit", () => Heic(deep, "-b", "10")),
            ("jxl", () => JpegXl(face, "-d", "1")), ("jxl-alpha", () => JpegXl(clear, "-d", "0")),
                ("jxl-metadata", () => JpegXl(told, "-d", "2", "-p")), ("jxl-gray-16", () => JpegXl(deepGray, "-d", "0")),
            ("bmp", () => BmpSeed.Colours(face)), ("bmp-alpha", () => BmpSeed.Alpha(clear)),
                ("bmp-runs", () => BmpSeed.Runs(gray)),
            ("gif", () => face.GifsaveBuffer()), ("gif-animated", () => pages.GifsaveBuffer()),
        ];
        foreach (var (name, file) in seeds)
            yield return new Seed(name, SeedKind.Picture, file());
        yield return new Seed("png-many-pixels", SeedKind.Picture, broad.PngsaveBuffer(compression: 9), GivesPieces: false);
        yield return new Seed(
            "jpeg-many-pixels", SeedKind.Picture, broad.JpegsaveBuffer(q: 50, optimizeCoding: true), GivesPieces: false);
    }

    private static byte[] Avif(Image image, int bitdepth = 8) =>
        image.HeifsaveBuffer(q: 60, bitdepth: bitdepth, compression: Enums.ForeignHeifCompression.Av1, effort: 1);

    private static byte[] Heic(Image image, params string[] options) =>
        CommandLineEncoders.Heic(image.PngsaveBuffer(), ["-q", "80", .. options]);

    private static byte[] JpegXl(Image image, params string[] options) =>
        CommandLineEncoders.JpegXl(image.PngsaveBuffer(), ["-e", "3", .. options]);

    private static void AddMetadata(MutableImage image)
    {
        image.Set(GValue.GIntType, "orientation", 6);
        image.Set(GValue.GStrType, "exif-ifd0-ImageDescription", Canary);
        image.Set(GValue.GStrType, "exif-ifd3-GPSLatitude", "51/1 30/1 0/1");
        image.Set(GValue.GStrType, "png-comment-0-Author", Canary);
        image.Set(GValue.BlobType, "xmp-data", System.Text.Encoding.ASCII.GetBytes(
            $"<x:xmpmeta xmlns:x='adobe:ns:meta/'>{Canary}</x:xmpmeta>"));
    }
}
