using FaceDeid.Donors;
using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Tests.Collections;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Utility;

public sealed class SkinComparisonTests
{
    [Fact]
    public void Skin_is_itself() => Assert.Equal(new SkinComparison(1, 0, 0), Compare(pixels => pixels.Clone()));

    [Theory]
    [InlineData(0.6, 0.3, 0.8)]
    [InlineData(1.2, 0.05, 0.5)]
    [InlineData(4, 0, 0.2)]
    public void A_blur_takes_sharpness_and_no_colour(double sigma, double least, double most)
    {
        var skin = Compare(pixels => pixels.GaussianBlur(default, sigma, sigma));

        Assert.InRange(skin!.Value.Sharpness!.Value, least, most);
        Assert.InRange(skin.Value.Lightness, 0, 1);
        Assert.InRange(skin.Value.Colour, 0, 1);
    }

    [Fact]
    public void Grain_is_sharper_than_before()
    {
        var skin = Compare(pixels =>
        {
            var random = new Random(1);
            var grainy = pixels.Clone();
            var rows = grainy.Rows;
            for (var y = 0; y < rows; y++)
            {
                foreach (ref var sample in grainy.Row<byte>(y))
                    sample = (byte)Math.Clamp(sample + random.Next(-30, 31), 0, 255);
            }

            return grainy;
        });

        Assert.True(skin!.Value.Sharpness > 1.5, $"{skin.Value.Sharpness}");
    }

    [Theory]
    [InlineData(-5, 0, 0, 5, 0)]
    [InlineData(3, 0, 0, 3, 0)]
    [InlineData(0, 3, -4, 0, 5)]
    [InlineData(2, 0, 6, 2, 6)]
    public void Another_colour_is_as_far_off_as_it_is(
        double lightness, double green, double blue, double expectedLightness, double expectedColour)
    {
        var skin = Compare(pixels =>
        {
            using var lab = pixels.ToLab();
            Cv2.Add(lab, new Scalar(lightness, green, blue), lab);
            return lab.ToBgr();
        });

        Assert.Equal(expectedLightness, skin!.Value.Lightness, 0.4);
        Assert.Equal(expectedColour, skin.Value.Colour, 0.7);
    }

    [Fact]
    public void Only_what_is_skin_in_both_counts()
    {
        var (picture, landmarks) = John();
        using var before = picture;
        using var after = before.Clone();
        using var skin = SureSkin.Mask(landmarks.ToComplex(), before.Size());
        using var rest = new Mat();
        Cv2.BitwiseNot(skin, rest);
        using var element = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(13, 13)); // the filter looks so far
        Cv2.Erode(rest, rest, element);
        after.SetTo(Scalar.Black, rest);

        Assert.Equal(new SkinComparison(1, 0, 0), Rounded(SkinComparison.Measure(before, after, landmarks, landmarks)));
        var elsewhere = new Landmarks68([.. landmarks.Points.Select(p => new PixelPoint(p.X + 400, p.Y))]);
        Assert.Null(SkinComparison.Measure(before, after, landmarks, elsewhere));
        Assert.Null(SkinComparison.Measure(before, after, elsewhere, pointsAfter: null));
    }

    [Fact]
    public void Skin_without_any_grain_has_no_sharpness()
    {
        var (picture, landmarks) = John();
        using var like = picture;
        using var flat = new Mat(like.Size(), MatType.CV_8UC3, new Scalar(120, 150, 200));

        Assert.Equal(new SkinComparison(null, 0, 0), SkinComparison.Measure(flat, flat, landmarks, landmarks));
    }

    private static SkinComparison? Rounded(SkinComparison? skin) =>
        skin is { } s ? s with { Sharpness = Math.Round(s.Sharpness!.Value, 2) } : null;

    private static SkinComparison? Compare(Func<Mat, Mat> change)
    {
        var (picture, landmarks) = John();
        using var before = picture;
        using var after = change(before);
        return SkinComparison.Measure(before, after, landmarks, landmarks);
    }

    /// <summary>A face; the caller owns the pixels.</summary>
    private static (Mat Pixels, Landmarks68 Landmarks) John()
    {
        using var picture = Engine.Decoder.Decode(Collected.Johns[0].File);
        using var image = SearchImage.Create(picture);
        var face = Engine.Finder.Find(image, new DetectionOptions())[0].ToCommon();
        return (image.Bgr.Clone(), Engine.CheckedPredictor.Predict(image.Gray, face).Landmarks);
    }
}
