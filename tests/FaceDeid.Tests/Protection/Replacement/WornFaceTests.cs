using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Protection.Replacement;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection.Replacement;

public sealed class WornFaceTests
{
    public static TheoryData<string> People => ReplacementTests.People;

    [Theory]
    [MemberData(nameof(People))]
    public void Nothing_outside_of_the_outline_changes(string name)
    {
        using var scene = Scene.Of(name);
        var subject = scene.Main.Landmarks.ToComplex();
        foreach (var donor in Candidates(scene, 4))
        {
            using var worn = Worn(scene.Bgr, subject, donor);
            var target = FaceMesh.WithForehead(TargetShape.Of(Engine.Donors.Shapes, subject, donor.Points, share: 1));
            using var outline = new Mat(scene.Bgr.Size(), MatType.CV_8UC1, Scalar.White);
            Cv2.FillPoly(outline, [FaceMesh.Outline(target).Select(SureSkin.ToPoint)], Scalar.Black);
            using var changed = Scene.Difference(scene.Bgr, worn);

            Assert.True(Cv2.CountNonZero(changed) > 0.5 * (outline.Total() - Cv2.CountNonZero(outline)));
            Cv2.BitwiseAnd(changed, outline, changed);
            // The view of a large face is reduced: a pixel of it is two of the picture at most here.
            using var around = Cv2.GetStructuringElement(MorphShapes.Rect, new Size(3, 3));
            Cv2.Erode(outline, outline, around);
            Cv2.BitwiseAnd(changed, outline, changed);
            Assert.Equal(0, Cv2.CountNonZero(changed));
        }
    }

    // Donors are tried on in a coarse view.
    [Theory]
    [MemberData(nameof(People))]
    public void A_coarse_view_tells_as_well_as_a_fine_one_how_far_a_donor_is_from_the_subject(string name)
    {
        using var scene = Scene.Of(name);
        var landmarks = scene.Main.Landmarks.ToComplex();
        using var fine = FaceView.Of(scene.Bgr, landmarks)!;
        using var coarse = FaceView.Of(scene.Bgr, landmarks, FaceView.Coarse)!;
        foreach (var donor in Candidates(scene, 4))
            Assert.Equal(Similarity(fine, donor), Similarity(coarse, donor), 0.06);

        double Similarity(FaceView view, Donor donor)
        {
            using var face = new WornFace(view, Engine.Donors.Shapes, donor, share: 1);
            using var worn = face.InView();
            return Engine.Embedder.Embed(worn, view.Landmarks).SimilarityTo(scene.Main.Embedding!);
        }
    }

    [Theory]
    [MemberData(nameof(People))]
    public void The_subjects_hair_over_the_forehead_stays(string name)
    {
        using var scene = Scene.Of(name);
        var p = FaceMesh.WithForehead(scene.Main.Landmarks.ToComplex());
        using var picture = scene.Bgr.Clone();
        var down = (p[8] - p[27]) * 0.1;
        // A dark fringe, from above the forehead down to above the brows.
        Complex[] fringe = [.. p[68..].Select(q => q - down), .. p[17..27].Reverse().Select(q => q - (1.3 * down))];
        using var mask = new Mat(picture.Size(), MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(mask, [fringe.Select(SureSkin.ToPoint)], Scalar.White);
        picture.SetTo(new Scalar(18, 20, 24), mask);
        using var edge = Cv2.GetStructuringElement(MorphShapes.Rect, Odd(0.05 * FaceMesh.WidthOf(p)));
        Cv2.Erode(mask, mask, edge);

        foreach (var donor in Candidates(scene, 4))
        {
            using var worn = Worn(picture, scene.Main.Landmarks.ToComplex(), donor);
            using var difference = new Mat();
            Cv2.Absdiff(picture, worn, difference);
            Assert.InRange(Cv2.Mean(difference, mask).Val1, 0, 8);
        }
    }

    [Theory]
    [MemberData(nameof(People))]
    public void The_mouth_stays_as_open_and_as_bright(string name)
    {
        using var scene = Scene.Of(name);
        var subject = scene.Main.Landmarks.ToComplex();
        using var before = Measured(scene.Bgr, subject);
        foreach (var donor in Candidates(scene, 4))
        {
            using var worn = Worn(scene.Bgr, subject, donor);
            var target = TargetShape.Of(Engine.Donors.Shapes, subject, donor.Points, share: 1);
            using var after = Measured(worn, target);
            Assert.Equal(before.Measures.Mouth, after.Measures.Mouth, 0.05);
            if (before.Measures.Mouth > 0.12)
                Assert.Equal(Inner(before.Lab, subject), Inner(after.Lab, target), 10.0);
        }

        static double Inner(Mat lab, Complex[] p)
        {
            using var mask = new Mat(lab.Size(), MatType.CV_8UC1, Scalar.Black);
            Cv2.FillPoly(mask, [SureSkin.Points(p, 60..68)], Scalar.White);
            return Cv2.Mean(lab, mask).Val0;
        }
    }

    [Theory]
    [MemberData(nameof(People))]
    public void The_skin_has_the_subjects_tone(string name)
    {
        using var scene = Scene.Of(name);
        var subject = scene.Main.Landmarks.ToComplex();
        var own = SkinIn(scene.Bgr, subject);
        foreach (var donor in Candidates(scene, 6))
        {
            using var worn = Worn(scene.Bgr, subject, donor);
            var skin = SkinIn(worn, TargetShape.Of(Engine.Donors.Shapes, subject, donor.Points, share: 1));
            Assert.Equal(own.Tone.Item0, skin.Tone.Item0, 6f);
            Assert.Equal(own.Tone.Item1, skin.Tone.Item1, 8f);
            Assert.Equal(own.Tone.Item2, skin.Tone.Item2, 8f);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1.0)]
    [InlineData(2.5)]
    public void A_blurred_picture_gets_a_face_as_blurred(double sigma)
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var subject = scene.Main.Landmarks.ToComplex();
        using var picture = sigma > 0 ? scene.Bgr.GaussianBlur(default, sigma) : scene.Bgr.Clone();
        var own = Fineness(picture, subject);
        foreach (var donor in Candidates(scene, 4))
        {
            using var worn = Worn(picture, subject, donor);
            Assert.InRange(Fineness(worn, subject) / own, 0.5, 2);
        }

        // Of cheeks and nose, in L*.
        static double Fineness(Mat bgr, Complex[] p)
        {
            using var lab = bgr.ToLab();
            using var lightness = lab.ExtractChannel(0);
            using var smooth = lightness.Smooth(1.2);
            Cv2.Subtract(lightness, smooth, lightness);
            using var mask = SureSkin.Mask(p, bgr.Size());
            Cv2.MeanStdDev(lightness, out _, out var deviation, mask);
            return deviation.Val0 + 0.05;
        }
    }

    [Fact]
    public void A_face_of_1000_pixels_and_the_same_at_250_look_the_same()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var p = scene.Main.Landmarks.ToComplex();
        var scale = 250 / FaceMesh.WidthOf(p);
        using var small = scene.Bgr.Resize(default, scale, scale, InterpolationFlags.Cubic);
        using var large = small.Resize(default, 4, 4, InterpolationFlags.Cubic);
        var half = new Complex(0.5, 0.5);
        var inSmall = Array.ConvertAll(p, q => ((q + half) * scale) - half);
        var inLarge = Array.ConvertAll(inSmall, q => ((q + half) * 4) - half);

        foreach (var donor in Candidates(scene, 3))
        {
            using var one = Worn(small, inSmall, donor);
            using var other = Worn(large, inLarge, donor);
            using var reduced = other.Resize(one.Size(), 0, 0, InterpolationFlags.Area);
            // Grain is that of each picture.
            using var smoothOne = one.GaussianBlur(default, 1.5);
            using var smoothOther = reduced.GaussianBlur(default, 1.5);
            using var difference = new Mat();
            Cv2.Absdiff(smoothOne, smoothOther, difference);
            using var mask = new Mat(one.Size(), MatType.CV_8UC1, Scalar.Black);
            Cv2.FillPoly(mask, [FaceMesh.Outline(FaceMesh.WithForehead(inSmall)).Select(SureSkin.ToPoint)], Scalar.White);
            Assert.InRange(Cv2.Mean(difference, mask).Val1, 0, 2.5);
            Assert.InRange(Cv2.Norm(difference, NormTypes.INF), 0, 25);
        }
    }

    // What is tried on is what is worn.
    [Fact]
    public void In_the_view_it_looks_as_in_the_picture()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var subject = scene.Main.Landmarks.ToComplex();
        using var view = FaceView.Of(scene.Bgr, subject)!;
        using var face = new WornFace(view, Engine.Donors.Shapes, Candidates(scene, 1)[0], share: 1);
        using var tried = face.InView();
        using var worn = scene.Bgr.Clone();
        face.PutInto(worn);

        using var part = worn.SubMat(view.Bounds);
        using var reduced = part.Resize(tried.Size(), 0, 0, InterpolationFlags.Area);
        using var difference = new Mat();
        Cv2.Absdiff(tried, reduced, difference);
        Assert.InRange(Cv2.Mean(difference).Val1, 0, 3);
    }

    private static Mat Worn(Mat picture, Complex[] subject, Donor donor)
    {
        using var view = FaceView.Of(picture, subject)!;
        using var face = new WornFace(view, Engine.Donors.Shapes, donor, share: 1);
        var worn = picture.Clone();
        face.PutInto(worn);
        return worn;
    }

    private static List<Donor> Candidates(Scene scene, int count)
    {
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex())!;
        return [.. new DonorChoice(Engine.Donors, new Random(5).Next)
            .Candidates(DonorAssignment.WantedBy(view, scene.Main)).Take(count)];
    }

    private static SkinColours SkinIn(Mat bgr, Complex[] p)
    {
        using var lab = bgr.ToLab();
        using var mask = SureSkin.Mask(p, bgr.Size());
        return SkinColours.Of(lab, mask);
    }

    private static MeasuredFace Measured(Mat bgr, Complex[] p)
    {
#pragma warning disable IDISP001 // belongs to the answer
        var lab = bgr.ToLab();
#pragma warning restore IDISP001
        return new MeasuredFace(lab, FaceMeasures.Of(lab, p));
    }

    private static Size Odd(double radius) => new(1 + (2 * (int)radius), 1 + (2 * (int)radius));

    private sealed record MeasuredFace(Mat Lab, FaceMeasures Measures) : IDisposable
    {
        public void Dispose() => Lab.Dispose();
    }
}
