using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Donors;

/// <summary>Where skin is, what colour it has, and how light falls on it.</summary>
public sealed class SkinTests
{
    private static readonly Complex[] Face = Engine.Donors.Shapes.Mean;
    private static readonly Size Size = new(ShapeModel.FrameSide, ShapeModel.FrameSide);
    private static readonly Scalar Skin = new(65, 14, 18);

    [Fact]
    public void Sure_skin_is_cheeks_and_nose_and_no_feature_and_no_chin()
    {
        using var mask = SureSkin.Mask(Face, Size);

        Assert.All(Face, p => Assert.True(IsNoFeature(p) || At(mask, p) == 0));
        Assert.Equal(0, At(mask, Face[8] - new Complex(0, 8))); // chin
        Assert.Equal(0, At(mask, (Face[33] + Face[51]) / 2)); // where a moustache grows
        Assert.Equal(255, At(mask, (Face[2] + Face[31]) / 2));
        Assert.Equal(255, At(mask, (Face[14] + Face[35]) / 2));
        Assert.Equal(255, At(mask, Face[29]));
        Assert.InRange(Cv2.CountNonZero(mask) / Math.Pow(FaceMesh.WidthOf(Face), 2), 0.1, 0.5);

        bool IsNoFeature(Complex p) => Array.IndexOf(Face, p) is >= 27 and < 36;
    }

    [Fact]
    public void Sure_skin_of_a_face_that_is_cut_off_is_what_is_left_of_it()
    {
        using var mask = SureSkin.Mask(Face, Size);
        using var cut = SureSkin.Mask([.. Face.Select(p => p - new Complex(100, 90))], new Size(80, 90));
        using var expected = mask.SubMat(new Rect(100, 90, 80, 90));
        using var difference = new Mat();
        Cv2.BitwiseXor(expected, cut, difference);

        Assert.InRange(Cv2.CountNonZero(difference), 0, 0.1 * Cv2.CountNonZero(expected)); // rounded at the edge
    }

    [Fact]
    public void Colours_are_those_of_most_pixels_and_a_beard_or_a_shadow_is_left_out()
    {
        using var lab = Noisy();
        using var mask = new Mat(Size, MatType.CV_8UC1, Scalar.White);
        var plain = SkinColours.Of(lab, mask);
        Cv2.Rectangle(lab, new Rect(0, 180, Size.Width, 76), new Scalar(20, 3, 4), thickness: -1); // 30 of 100

        var bearded = SkinColours.Of(lab, mask);

        foreach (var colours in new[] { plain, bearded })
        {
            for (var i = 0; i < 3; i++)
                Assert.Equal(Skin[i], colours.Tone[i], 1.0);
            Assert.Equal(2.5, colours.Spread.Item0, 1.0); // 2, and a little more so that it is never none
            Assert.InRange(colours.Dark, 58, 64);
            Assert.InRange(colours.Bright, 66, 72);
        }
    }

    [Fact]
    public void Colours_outside_of_the_mask_do_not_count_and_none_are_said_to_be_none()
    {
        using var lab = Noisy();
        using var mask = new Mat(Size, MatType.CV_8UC1, Scalar.Black);
        Assert.Equal(0, SkinColours.Of(lab, mask).Count);
        Cv2.Rectangle(mask, new Rect(10, 10, 30, 30), Scalar.White, thickness: -1);
        Cv2.Rectangle(lab, new Rect(100, 0, 156, 256), new Scalar(10, 80, 80), thickness: -1);

        var colours = SkinColours.Of(lab, mask);

        Assert.Equal(Skin[0], colours.Tone.Item0, 1.0);
        Assert.InRange(colours.Count, SkinColours.Enough, 1024);
    }

    // A pattern of three colours, each unlike the others in another channel: no pixel is near to all medians.
    [Fact]
    public void Colours_of_a_pattern_are_no_fault()
    {
        using var lab = new Mat(Size, MatType.CV_32FC3);
        for (var y = 0; y < Size.Height; y++)
        {
            for (var x = 0; x < Size.Width; x++)
                lab.Set(y, x, new Vec3f((x + y) % 3 == 0 ? 90 : 60, (x + y) % 3 == 1 ? 60 : 10, (x + y) % 3 == 2 ? 60 : 10));
        }

        using var mask = new Mat(Size, MatType.CV_8UC1, Scalar.White);
        var colours = SkinColours.Of(lab, mask);
        using var likeness = SkinColours.Likeness(lab, mask);

        Assert.Equal((60f, 10f, 10f), (colours.Tone.Item0, colours.Tone.Item1, colours.Tone.Item2));
        Cv2.MinMaxLoc(likeness, out var least, out double most);
        Assert.True(least >= 0 && most <= 1);
    }

    [Fact]
    public void Skin_is_like_skin_and_hair_and_cloth_are_not()
    {
        using var lab = Noisy();
        using var sure = SureSkin.Mask(Face, Size);
        Cv2.Rectangle(lab, new Rect(0, 0, 256, 20), new Scalar(12, 2, 4), thickness: -1); // hair
        Cv2.Rectangle(lab, new Rect(0, 236, 256, 20), new Scalar(50, 10, -40), thickness: -1); // a blue scarf
        Cv2.Rectangle(lab, new Rect(0, 216, 256, 20), new Scalar(55, 15, 18), thickness: -1); // shaded skin

        using var likeness = SkinColours.Likeness(lab, sure);

        Assert.InRange(Mean(0), 0, 0.05);
        Assert.InRange(Mean(236), 0, 0.05);
        Assert.InRange(Mean(216), 0.9, 1);
        Assert.InRange(Mean(120), 0.98, 1);

        double Mean(int y)
        {
            using var band = likeness.SubMat(y, y + 20, 0, 256);
            return Cv2.Mean(band).Val0;
        }
    }

    [Theory]
    [InlineData(0.1, 0)]
    [InlineData(-0.08, 0.05)]
    [InlineData(0, -0.12)]
    public void A_known_gradient_is_measured_and_can_be_taken_away(float right, float down)
    {
        using var lab = Noisy();
        new LightSlope(right, down, new Complex(128, 128)).AddTo(lab);
        using var skin = SureSkin.Mask(Face, Size);

        var slope = LightSlope.Of(lab, skin);

        Assert.Equal(right, slope.Right, 0.01f);
        Assert.Equal(down, slope.Down, 0.01f);
        var none = default(LightSlope);
        var difference = slope.Minus(none, new Complex(128, 128), width: 100);
        Assert.Equal(0.8 * right, difference.Right, 0.01);
        Assert.Equal(0.8 * down, difference.Down, 0.01);
        new LightSlope(-right, -down, new Complex(10, 200)).AddTo(lab);
        Assert.Equal(0, LightSlope.Of(lab, skin).Right, 0.01f);
        Assert.Equal(0, LightSlope.Of(lab, skin).Down, 0.01f);
    }

    [Fact]
    public void A_gradient_changes_nothing_at_its_centre_and_never_too_much()
    {
        using var lab = new Mat(Size, MatType.CV_32FC3, Skin);
        new LightSlope(0.2f, -0.1f, new Complex(40, 60)).AddTo(lab);
        Assert.Equal(65, lab.At<Vec3f>(60, 40).Item0, 1e-3f);
        Assert.Equal(65 + 2, lab.At<Vec3f>(60, 50).Item0, 1e-3f);
        Assert.Equal(65 - 1, lab.At<Vec3f>(70, 40).Item0, 1e-3f);
        Assert.Equal((14f, 18f), (lab.At<Vec3f>(0, 0).Item1, lab.At<Vec3f>(0, 0).Item2)); // no colour

        var most = new LightSlope(5, -5).Minus(default, default, width: 200);
        Assert.Equal((24 / 200f, -24 / 200f), (most.Right, most.Down));
        using var nothing = new Mat(Size, MatType.CV_8UC1, Scalar.Black);
        Assert.Equal(default, LightSlope.Of(lab, nothing));
    }

    // Skin of standard deviation 2, 1 and 1.
    private static Mat Noisy()
    {
        var (lab, random) = (new Mat(Size, MatType.CV_32FC3), new Random(1));
        for (var y = 0; y < Size.Height; y++)
        {
            for (var x = 0; x < Size.Width; x++)
                lab.Set(y, x, new Vec3f((float)Skin[0] + Normal(2), (float)Skin[1] + Normal(1), (float)Skin[2] + Normal(1)));
        }

        return lab;

        float Normal(double deviation) => (float)(deviation * (Enumerable.Range(0, 12).Sum(_ => random.NextDouble()) - 6));
    }

    private static byte At(Mat mask, Complex p) => mask.At<byte>((int)Math.Round(p.Imaginary), (int)Math.Round(p.Real));
}
