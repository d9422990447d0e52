using FaceDeid.TestData;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Real pictures, and real pictures made unfit.</summary>
internal static class Pictures
{
    /// <summary>A face that fills most of 150 x 150 pixels.</summary>
    public static byte[] Face { get; } = Example("johns/John_Savage/000264_01099001.jpg");

    /// <summary>A face with room around it: all 68 points lie in its 150 x 150 pixels.</summary>
    public static byte[] WholeFace { get; } = Example("johns/John_Schneider/000302_00925785.jpg");

    /// <summary>Another person's face, 150 x 150 pixels.</summary>
    public static byte[] OtherFace { get; } = Example("johns/John_Simm/000288_00470387.jpg");

    /// <summary>Seven people, 500 x 375 pixels: HOG finds seven of them, Haar five.</summary>
    public static byte[] Group { get; } = Example("faces/2007_007763.jpg");

    /// <summary>One face again and again, each in 64 x 64 pixels.</summary>
    public static byte[] Crowd(int columns, int rows)
    {
        using var face = Decode(WholeFace);
        using var small = face.Resize(new Size(64, 64), 0, 0, InterpolationFlags.Area);
        using var crowd = new Mat();
        Cv2.Repeat(small, rows, columns, crowd);
        return crowd.ToBytes(".jpg");
    }

    /// <summary>A field of coloured stripes and no face, 640 x 480 pixels.</summary>
    public static byte[] Faceless { get; } = Stripes(640, 480);

    /// <summary>The first half of a JPEG file.</summary>
    public static byte[] Truncated { get; } = Face[..(Face.Length / 2)];

    /// <summary>Two frames as animated WebP.</summary>
    public static byte[] Animated => TwoPages(image => image.WebpsaveBuffer());

    /// <summary>A TIFF of two pages.</summary>
    public static byte[] TwoPageTiff => TwoPages(image => image.TiffsaveBuffer());

    public static byte[] Example(string name) => File.ReadAllBytes(TestFiles.Example(name));

    /// <summary>Stripes that cross each other, as JPEG.</summary>
    private static byte[] Stripes(int width, int height)
    {
        using var places = Image.Xyz(width, height);
        using var waves = (places * 2).Sin();
        using var colours = waves[0].Bandjoin(waves[1], waves[0] * waves[1]);
        using var picture = ((colours * 100) + 128).Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Srgb);
        return picture.JpegsaveBuffer();
    }

    /// <summary>A black PNG.</summary>
    public static byte[] Black(int width, int height)
    {
        using var image = Image.Black(width, height);
        return image.PngsaveBuffer();
    }

    /// <summary>A picture file written anew by libvips, after a change.</summary>
    public static byte[] Rewritten(byte[] file, string suffix, Func<Image, Image>? change = null)
    {
        using var image = Image.NewFromBuffer(file);
        using var changed = change is null ? image.Copy() : change(image);
        return changed.WriteToBuffer(suffix);
    }

    /// <summary>A picture file in a format as `/v1/capabilities` names it.</summary>
    public static byte[] In(string format, byte[] file) => format switch
    {
        "heic" => CommandLineEncoders.Heic(file, "-q", "95"),
        "jpegXl" => CommandLineEncoders.JpegXl(Rewritten(file, ".png"), "-d", "0"),
        "bmp" => EncodedByOpenCv(file, ".bmp"),
        _ => Rewritten(file, $".{format}"),
    };

    /// <summary>A picture file written anew by OpenCV, which knows formats that the service does not read.</summary>
    public static byte[] EncodedByOpenCv(byte[] file, string suffix)
    {
        using var pixels = Decode(file);
        return pixels.ToBytes(suffix);
    }

    /// <summary>The pixels of a picture file as they stand in it; the caller owns them.</summary>
    public static Mat Decode(byte[] file)
    {
#pragma warning disable RS0030 // the service's answers are read by another decoder than its own
        var pixels = Cv2.ImDecode(file, ImreadModes.Unchanged);
#pragma warning restore RS0030
        Assert.False(pixels.Empty());
        return pixels;
    }

    /// <summary>How far apart two pictures are at each pixel, in grey levels, the worst channel counting; row by row.</summary>
    public static byte[] Distances(Mat a, Mat b)
    {
        Assert.Equal((a.Size(), a.Type()), (b.Size(), b.Type()));
        using var difference = new Mat();
        Cv2.Absdiff(a, b, difference);
        using var values = difference.Reshape(1, a.Rows * a.Cols);
        using var worst = new Mat();
        Cv2.Reduce(values, worst, ReduceDimension.Column, ReduceTypes.Max, -1);
        Assert.True(worst.GetArray(out byte[] distances));
        return distances;
    }

    public static void AssertSamePixels(Mat expected, Mat actual) => Assert.Equal(0, Distances(expected, actual).Max());

    private static byte[] TwoPages(Func<Image, byte[]> save)
    {
        using var face = Image.NewFromBuffer(Face);
        using var other = Image.NewFromBuffer(OtherFace);
        using var stacked = face.Join(other, Enums.Direction.Vertical);
        using var pages = stacked.Mutate(image => image.Set(GValue.GIntType, "page-height", face.Height));
        return save(pages);
    }
}
