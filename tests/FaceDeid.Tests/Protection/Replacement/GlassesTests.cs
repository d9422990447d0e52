using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection.Replacement;

public sealed class GlassesTests
{
    public static TheoryData<string> People => ReplacementTests.People;

    [Theory]
    [MemberData(nameof(People))]
    public void A_face_without_glasses_has_none(string name)
    {
        using var scene = Scene.Of(name);
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex())!;

        Assert.Null(view.Glasses);
    }

    [Theory]
    [MemberData(nameof(People))]
    public void A_frame_stays_whole_and_the_eyes_in_it_are_replaced(string name)
    {
        using var scene = Scene.Of(name);
        var p = scene.Main.Landmarks.ToComplex();
        using var picture = scene.Bgr.Clone();
        using var frame = Frame(picture, p);
        using var eyes = Inside(picture, p, 36..42, 42..48);
        foreach (var donor in Some(scene))
        {
            var before = Differences(picture, scene.Main, donor, keepsGlasses: false, frame, eyes);
            var after = Differences(picture, scene.Main, donor, keepsGlasses: true, frame, eyes);

            Assert.True(before.Frame > 20, $"{before}");
            Assert.True(after.Frame < 0.3 * before.Frame, $"{before} {after}");
            Assert.Equal(before.Eyes, after.Eyes, 0.25 * before.Eyes);
        }
    }

    [Theory]
    [MemberData(nameof(People))]
    public void Dark_lenses_stay(string name)
    {
        using var scene = Scene.Of(name);
        var p = scene.Main.Landmarks.ToComplex();
        using var picture = scene.Bgr.Clone();
        using var frame = Frame(picture, p, isFilled: true);
        using var eyes = Inside(picture, p, 36..42, 42..48);
        foreach (var donor in Some(scene))
            Assert.InRange(Differences(picture, scene.Main, donor, keepsGlasses: true, frame, eyes).Eyes, 0, 3);
    }

    [Fact]
    public void Glasses_by_which_the_subject_is_recognised_are_taken_off()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        using var picture = scene.Bgr.Clone();
        using var frame = Frame(picture, scene.Main.Landmarks.ToComplex());
        using var view = FaceView.Of(picture, scene.Main.Landmarks.ToComplex(), FaceView.Coarse)!;
        var donor = Some(scene)[0];
        using var face = new WornFace(view, Engine.Donors.Shapes, donor, share: 1, keepsGlasses: true);
        using var worn = face.InView();
        // Somebody who looks as the worn face does.
        var same = scene.Main with { Embedding = Engine.Embedder.Embed(worn, view.Landmarks) };
        var assignment = Engine.Assignment(luck: 1, new DonorLibrary(Engine.Donors.Shapes, [donor]));

        Assert.True(Of(scene.Main, verify: true).KeepsGlasses);
        Assert.False(Of(same, verify: true).KeepsGlasses);
        Assert.True(Of(same, verify: false).KeepsGlasses);

        Disguise Of(Subject subject, bool verify) => assignment
            .Run(picture, [subject], new DeidentificationOptions { Verify = verify }, share: 1).Values.Single()!;
    }

    private static List<Donor> Some(Scene scene)
    {
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex())!;
        return [.. new DonorChoice(Engine.Donors, new Random(5).Next)
            .Candidates(DonorAssignment.WantedBy(view, scene.Main)).Take(3)];
    }

    private static (double Frame, double Eyes) Differences(
        Mat picture, Subject subject, Donor donor, bool keepsGlasses, Mat frame, Mat eyes)
    {
        using var view = FaceView.Of(picture, subject.Landmarks.ToComplex())!;
        using var worn = Worn(picture, new WornFace(view, Engine.Donors.Shapes, donor, share: 1, keepsGlasses));
        using var difference = new Mat();
        Cv2.Absdiff(picture, worn, difference);
        return (Cv2.Mean(difference, frame).Val1, Cv2.Mean(difference, eyes).Val1);
    }

    private static Mat Worn(Mat picture, WornFace face)
    {
        using (face)
        {
            var worn = picture.Clone();
            face.PutInto(worn);
            return worn;
        }
    }

    /// <summary>Draws black glasses; what is frame, <c>CV_8UC1</c>.</summary>
    private static Mat Frame(Mat picture, Complex[] p, bool isFilled = false)
    {
        var mask = new Mat(picture.Size(), MatType.CV_8UC1, Scalar.Black);
        var width = FaceMesh.WidthOf(p);
        var across = (FaceMesh.RightEye(p) - FaceMesh.LeftEye(p)) / FaceMesh.InterocularOf(p) * width;
        var thickness = Math.Max(2, (int)(0.02 * width));
        var (outwards, down) = (0.015 * across, 0.03 * across * Complex.ImaginaryOne);
        Complex[] lenses = [FaceMesh.LeftEye(p) - outwards + down, FaceMesh.RightEye(p) + outwards + down];
        foreach (var lens in lenses)
        {
            Cv2.Ellipse(
                mask, SureSkin.ToPoint(lens), new Size(0.18 * width, 0.125 * width), across.Phase * 180 / Math.PI, 0, 360,
                Scalar.White, isFilled ? -1 : thickness, LineTypes.AntiAlias);
        }

        Line(lenses[0] + (0.17 * across), lenses[1] - (0.17 * across));
        Line(lenses[0] - (0.18 * across), p[0] + (across * new Complex(-0.02, -0.04)));
        Line(lenses[1] + (0.18 * across), p[16] + (across * new Complex(0.02, -0.04)));
        using var black = new Mat(picture.Size(), picture.Type(), new Scalar(24, 20, 20));
        black.CopyTo(picture, mask);
        return mask;

        void Line(Complex from, Complex to) =>
            Cv2.Line(mask, SureSkin.ToPoint(from), SureSkin.ToPoint(to), Scalar.White, thickness, LineTypes.AntiAlias);
    }

    private static Mat Inside(Mat picture, Complex[] p, params System.Range[] ranges)
    {
        var mask = new Mat(picture.Size(), MatType.CV_8UC1, Scalar.Black);
        foreach (var range in ranges)
            Cv2.FillConvexPoly(mask, Cv2.ConvexHull(SureSkin.Points(p, range)), Scalar.White);
        return mask;
    }
}
