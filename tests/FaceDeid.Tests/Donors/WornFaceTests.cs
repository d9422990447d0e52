using FaceDeid.Donors;
using FaceDeid.Geometry;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class WornFaceTests
{
    [Fact]
    public void Parts_put_together_are_the_whole()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var donor = new DonorFace(Engine.Donors, [Engine.Donors.Donors[0]]);
        using var face = donor.WornBy(scene.Main.Landmarks, share: 1);
        var bounds = face.Bounds(scene.Bgr.Size());
        using var whole = face.Render(bounds);

        foreach (var (top, rows) in new[] { (0, 7), (7, 150), (157, bounds.Height - 157) })
        {
            using var part = face.Render(new Rect(bounds.X, bounds.Y + top, bounds.Width, rows));
            using var expected = whole.SubMat(top, top + rows, 0, bounds.Width);
            Scene.AssertSame(expected, part);
        }
    }

    [Fact]
    public void Inside_it_has_the_donors_shape_with_the_subjects_expression()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var (model, donor) = (Engine.Donors.Shapes, Engine.Donors.Donors[0]);
        using var average = new DonorFace(Engine.Donors, [donor]);
        using var face = average.WornBy(scene.Main.Landmarks, share: 1);
        using var own = average.WornBy(scene.Main.Landmarks, share: 0);
        var subject = scene.Main.Landmarks.ToComplex();
        var toFrame = SimilarityTransform.Between(subject, model.Mean);
        var expression = model.ExpressionOf(toFrame.Apply(subject));

        Assert.All(Enumerable.Range(17, 51), i =>
            Assert.InRange((toFrame.Apply(face.Outline[i]) - expression[i] - donor.Shape[i]).Magnitude, 0, 1e-6));
        Assert.All(Enumerable.Range(0, 68), i => Assert.InRange((own.Outline[i] - subject[i]).Magnitude, 0, 1e-6));
    }

    [Fact]
    public void A_reduced_one_shows_the_same_face()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var donor = new DonorFace(Engine.Donors, [Engine.Donors.Donors[0]]);
        using var face = donor.WornBy(scene.Main.Landmarks, share: 1);
        var bounds = face.Bounds(scene.Bgr.Size());
        using var whole = face.Render(bounds);
        using var reduced = face.Render(bounds, reduction: 8);

        using var expected = whole.Resize(reduced.Size(), 0, 0, InterpolationFlags.Area);
        using var opacity = reduced.ExtractChannel(3);
        using var inside = opacity.Threshold(250, 255, ThresholdTypes.Binary);
        Assert.True(Cv2.CountNonZero(inside) > inside.Total() / 3);
        using var difference = new Mat();
        Cv2.Absdiff(expected, reduced, difference);
        Assert.InRange(Cv2.Mean(difference, inside).Val1, 0, 4);
    }

    [Fact]
    public void It_is_opaque_within_clear_at_its_outline_and_fades_slowly_over_the_forehead()
    {
        using var opacity = DonorOpacity.InFrame(Engine.Donors.Shapes);
        var outline = Engine.Donors.Shapes.MeanOutline;
        foreach (var point in outline[..17].Concat(outline[68..]))
            Assert.InRange(At(point.Real, point.Imaginary), 0, 25);
        foreach (var point in outline[31..68])
            Assert.Equal(255, At(point.Real, point.Imaginary));

        var (chin, top, middle) = (outline[8].Imaginary, outline[68..].Min(p => p.Imaginary), outline[8].Real);
        var feather = Enumerable.Range(0, 100).First(i => At(middle, chin - i) == 255);
        var forehead = Enumerable.Range(0, 100).First(i => At(middle, top + i) == 255);
        Assert.InRange(forehead, 2 * feather, 100);

        int At(double x, double y) => opacity.At<byte>((int)Math.Round(y), (int)Math.Round(x));
    }
}
