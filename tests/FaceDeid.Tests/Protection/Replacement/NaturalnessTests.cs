using FaceDeid.Donors;
using FaceDeid.Protection.Replacement;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection.Replacement;

public sealed class NaturalnessTests
{
    public static TheoryData<string> People => ReplacementTests.People;

    [Theory]
    [MemberData(nameof(People))]
    public void Most_donors_that_fit_look_natural(string name)
    {
        using var scene = Scene.Of(name);
        Assert.InRange(Fitting(scene, 8).Count(donor => On(scene, donor).IsNatural), 6, 8);
    }

    [Theory]
    [MemberData(nameof(People))]
    public void Broken_ones_do_not(string name)
    {
        using var scene = Scene.Of(name);
        foreach (var donor in Fitting(scene, 2))
        {
            var looks = On(scene, donor);

            // A subject may be as soft as what is worn.
            Assert.InRange(On(scene, BrokenDonors.Blurred(donor)).Sharpness, 0, 0.5 * looks.Sharpness);
            AssertUnnatural(looks with { Sharpness = On(scene, BrokenDonors.Empty(donor)).Sharpness });
            AssertUnnatural(looks with { Landmarks = On(scene, BrokenDonors.Displaced(donor)).Landmarks });
            AssertUnnatural(looks with { Landmarks = On(scene, BrokenDonors.UpsideDown(donor)).Landmarks });
            AssertUnnatural(looks with { Colour = On(scene, BrokenDonors.Green(donor)).Colour });
        }

        static void AssertUnnatural(Naturalness looks) => Assert.False(looks.IsNatural, $"{looks}");
    }

    // What is worn is brought to the subject's skin: only a worn face that was not is as far off.
    [Theory]
    [InlineData(-12, 0, 0, nameof(Naturalness.Lightness))]
    [InlineData(12, 0, 0, nameof(Naturalness.Rim))]
    [InlineData(0, 10, -10, nameof(Naturalness.Colour))]
    public void A_face_in_another_tone_does_not(double lightness, double a, double b, string measure)
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex(), FaceView.Coarse)!;
        using var lab = view.Lab.Clone();
        using var inside = new Mat(lab.Size(), MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(inside, [FaceMesh.Outline(view.Points).Select(SureSkin.ToPoint)], Scalar.White);
        Cv2.Add(lab, new Scalar(lightness, a, b), lab, inside);
        using var toned = LabPixels.ToBgr(lab);
        using var same = LabPixels.ToBgr(view.Lab);

        var (looks, own) = (Judged(toned), Judged(same));

        Assert.True(own.IsNatural, $"{own}");
        Assert.False(looks.IsNatural, $"{looks}");
        Assert.False((measure switch
        {
            nameof(Naturalness.Lightness) => own with { Lightness = looks.Lightness },
            nameof(Naturalness.Rim) => own with { Rim = looks.Rim },
            _ => own with { Colour = looks.Colour },
        }).IsNatural, $"{looks}");

        Naturalness Judged(Mat worn) => Naturalness.Of(view, view.Points, worn, scene.Main.Box, Engine.Landmarks);
    }

    private static Naturalness On(Scene scene, Donor donor)
    {
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex(), FaceView.Coarse)!;
        using var face = new WornFace(view, Engine.Donors.Shapes, donor, share: 1);
        using var worn = face.InView();
        return Naturalness.Of(view, face.Points, worn, scene.Main.Box, Engine.Landmarks);
    }

    private static IEnumerable<Donor> Fitting(Scene scene, int count)
    {
        using var view = FaceView.Of(scene.Bgr, scene.Main.Landmarks.ToComplex())!;
        return [.. new DonorChoice(Engine.Donors, new Random(1).Next)
            .Candidates(DonorAssignment.WantedBy(view, scene.Main)).Take(count)];
    }
}
