using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using FaceDeid.Geometry;
using FaceDeid.Models;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Recognition;

public sealed class AgeSexNetworkTests
{
    // What AgeGenderNet.runNet of @vladmandic/face-api 1.7.15 gives for these pictures, on TensorFlow.js 4.22 (its cpu backend).
    [Fact]
    public void It_says_what_the_original_says()
    {
        using var slopes = TestPicture.Of((x, y) => (2 * x, 2 * y, x + y));
        using var waves = TestPicture.Of((x, y) => (x * y % 256, ((x * x) + y) % 256, 255 - (2 * y)));
        using var disc = TestPicture.Of((x, y) =>
            ((x - 56) * (x - 56)) + ((y - 56) * (y - 56)) < 1600 ? (200, 150, 120) : (40, 60, 80));

        var said = Engine.AgeAndSex.Look(slopes, waves, disc);

        Assert.Equal([9.069099, 22.752541, 10.824682], said.Select(value => value.Age), Near);
        Assert.Equal(
            [2.312200 + 2.436560, 0.000759 + 0.398870, 0.497915 + 0.576126], said.Select(value => value.Odds), Near);

        static bool Near(double a, double b) => Math.Abs(a - b) < 1e-3;
    }

    [Theory]
    [InlineData("johns/John_Salley/000179_02159509.jpg")]
    [InlineData("johns/John_Savage/000264_01099001.jpg")]
    [InlineData("johns/John_Schneider/000288_00925786.jpg")]
    [InlineData("johns/John_Shimkus/000373_03228153.jpg")]
    [InlineData("johns/John_Simm/000288_00470387.jpg")]
    public void Men_are_taken_for_grown_men(string name)
    {
        using var scene = Scene.Of(name);

        var seen = Engine.AgeAndSex.Look(scene.Bgr, scene.Main.Landmarks);

        Assert.InRange(seen.Male, 0.9, 1);
        Assert.InRange(seen.Age, 20, 70);
    }

    [Fact]
    public void A_face_that_lies_or_is_mirrored_looks_the_same()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var points = scene.Main.Landmarks.Points;
        using var lying = new Mat();
        Cv2.Rotate(scene.Bgr, lying, RotateFlags.Rotate90Clockwise);
        using var mirrored = scene.Bgr.Flip(FlipMode.Y);

        var upright = Engine.AgeAndSex.Look(scene.Bgr, scene.Main.Landmarks);

        AssertSame(Engine.AgeAndSex.Look(lying, new Landmarks68(
            [.. points.Select(p => new PixelPoint(scene.Bgr.Height - 1 - p.Y, p.X))])));
        // Who is sure is looked at once, and the mirror image's age may be a little off.
        AssertSame(Engine.AgeAndSex.Look(mirrored, InMirror(scene.Main.Landmarks, scene.Bgr.Width)), years: 5);

        void AssertSame(AgeAndSex seen, double years = 2)
        {
            Assert.Equal(upright.Age, seen.Age, years);
            Assert.Equal(upright.Male, seen.Male, 0.05);
        }
    }

    [Fact]
    public void A_face_that_tells_no_sex_or_might_be_a_childs_is_looked_at_in_the_mirror_too()
    {
        using var scene = Scene.Of("faces/2008_004176.jpg");
        var unsure = 0;
        foreach (var landmarks in scene.Subjects.Select(subject => subject.Landmarks))
        {
            using var face = scene.Bgr.WarpReduced(
                AgeSexNetwork.Crop(landmarks), new Size(AgeSexNetwork.Side, AgeSexNetwork.Side));
            using var mirrored = face.Flip(FlipMode.Y);
            var looks = Engine.AgeAndSex.Look(face, mirrored);
            var isSure = Math.Abs(looks[0].Odds) > 1.4 && Math.Abs(looks[0].Age - AgeAndSex.GrownUp) > 3;
            unsure += isSure ? 0 : 1;

            var seen = Engine.AgeAndSex.Look(scene.Bgr, landmarks);

            Assert.Equal(looks.Take(isSure ? 1 : 2).Average(look => look.Age), seen.Age, 0.01);
            Assert.Equal(looks.Take(isSure ? 1 : 2).Average(look => look.Odds), Math.Log(seen.Male / (1 - seen.Male)), 0.01);
        }

        Assert.InRange(unsure, 1, scene.Subjects.Count - 1);
    }

    // Of the points only the eyes count here: the left one's become the right one's.
    private static Landmarks68 InMirror(Landmarks68 landmarks, int width)
    {
        int[] order =
            [.. Enumerable.Range(0, 36), .. Enumerable.Range(42, 6), .. Enumerable.Range(36, 6), .. Enumerable.Range(48, 20)];
        return new Landmarks68(
            [.. order.Select(i => landmarks.Points[i]).Select(point => new PixelPoint(width - 1 - point.X, point.Y))]);
    }

    [Fact]
    public void Weights_that_do_not_belong_to_their_list_are_refused()
    {
        var manifest = ModelManifest.Load(Engine.ModelsDirectory);
        var list = File.ReadAllBytes(manifest.Verified("age-sex-list"));
        var weights = File.ReadAllBytes(manifest.Verified("age-sex"));

        Assert.Throws<InvalidDataException>(() => new TensorFlowWeights(list, weights[1..]));
        Assert.Throws<InvalidDataException>(() => new TensorFlowWeights(list, [.. weights, 0]));
        Assert.Throws<InvalidDataException>(() => new TensorFlowWeights(weights, weights));
        Assert.Throws<InvalidDataException>(() => new TensorFlowWeights(list, weights)["fc/height/weights"]);
        Assert.Equal([512, 1], new TensorFlowWeights(list, weights)["fc/age/weights"].Shape);
    }
}
