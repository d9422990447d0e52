using FaceDeid.Donors;
using FaceDeid.Evaluation.Utility;
using FaceDeid.Geometry;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Utility;

public sealed class RimStepTests
{
    private const int Side = 600;
    private static readonly Box Face = new(200, 200, 200, 200);

    [Fact]
    public void Nothing_that_was_changed_has_no_rim()
    {
        using var before = Scene();

        Assert.Equal(0, RimStep.Measure(before, before, Face));
    }

    [Theory]
    [InlineData(200)]
    [InlineData(60)]
    [InlineData(500)] // reduced
    public void A_hard_edge_is_as_high_as_it_is(int width)
    {
        var scale = width / 200.0;
        using var before = Scene(scale);
        using var after = Pasted(before, 10, feather: 0, scale);

        Assert.InRange(RimStep.Measure(before, after, Face.Scaled(scale))!.Value, 8.5, 10.5);
    }

    [Fact]
    public void A_feathered_edge_is_lower()
    {
        using var before = Scene();
        using var hard = Pasted(before, 10, feather: 0);
        using var soft = Pasted(before, 10, feather: 5);
        using var softest = Pasted(before, 10, feather: 20);
        double[] steps = [.. new[] { hard, soft, softest }.Select(after => RimStep.Measure(before, after, Face)!.Value)];

        Assert.True(steps[1] < 0.6 * steps[0], $"{steps[1]} {steps[0]}");
        Assert.True(steps[2] < 0.6 * steps[1], $"{steps[2]} {steps[1]}");
    }

    [Fact]
    public void Another_texture_is_no_edge()
    {
        using var before = Scene();
        using var other = Scene(seed: 2);
        using var after = before.Clone();
        using var ellipse = Ellipse(0);
        other.CopyTo(after, ellipse);

        Assert.InRange(RimStep.Measure(before, after, Face)!.Value, 0, 0.5);
    }

    [Fact]
    public void An_edge_that_was_there_does_not_count()
    {
        using var scene = Scene();
        using var before = Pasted(scene, 30, feather: 0);
        using var other = Scene(seed: 2);
        using var edge = Pasted(other, 30, feather: 0);
        using var after = before.Clone();
        using var ellipse = Ellipse(0);
        edge.CopyTo(after, ellipse);

        Assert.InRange(RimStep.Measure(before, after, Face)!.Value, 0, 1);
    }

    [Fact]
    public void A_second_face_is_not_this_one()
    {
        using var before = Scene();
        using var after = before.Clone();
        after[new Rect(0, 500, 80, 80)].SetTo(Scalar.White);

        Assert.Equal(0, RimStep.Measure(before, after, Face));
    }

    [Fact]
    public void What_cannot_be_seen_is_not_measured()
    {
        using var before = Scene();
        using var everywhere = new Mat(before.Size(), before.Type(), Scalar.White);
        using var after = Pasted(before, 10, feather: 0);

        Assert.Null(RimStep.Measure(before, everywhere, Face)); // its outline is the picture's
        Assert.Null(RimStep.Measure(before, after, new Box(250, 250, 39, 39)));
        Assert.Null(RimStep.Measure(before, after, Face with { X = 2000 }));
    }

    /// <summary>Grain on a slope of light; the caller owns it.</summary>
    private static Mat Scene(double scale = 1, int seed = 1)
    {
        var random = new Random(seed);
        return Picture.Of(
            (int)(Side * scale), (int)(Side * scale), 3,
            (x, _, _) => (int)(110 + (40 * x / (Side * scale)) + random.Next(-10, 11))).ToMat();
    }

    /// <summary>The same, lighter by so many L* inside of an ellipse around the face; the caller owns it.</summary>
    private static Mat Pasted(Mat before, double lighter, double feather, double scale = 1)
    {
        using var lab = before.ToLab();
        using var ellipse = Ellipse(feather, scale);
        using var added = new Mat();
        ellipse.ConvertTo(added, MatType.CV_32FC1, lighter / 255);
        using var none = new Mat(lab.Size(), MatType.CV_32FC1, Scalar.All(0));
        using var steps = new Mat();
        Cv2.Merge([added, none, none], steps);
        Cv2.Add(lab, steps, lab);
        return lab.ToBgr();
    }

    private static Mat Ellipse(double feather, double scale = 1)
    {
        var ellipse = new Mat(new Size(Side * scale, Side * scale), MatType.CV_8UC1, Scalar.Black);
        var (middle, axes) = (new Point(300 * scale, 300 * scale), new Size(120 * scale, 140 * scale));
        Cv2.Ellipse(ellipse, middle, axes, 0, 0, 360, Scalar.White, thickness: -1);
        if (feather > 0)
            Cv2.GaussianBlur(ellipse, ellipse, default, feather, feather);
        return ellipse;
    }
}
