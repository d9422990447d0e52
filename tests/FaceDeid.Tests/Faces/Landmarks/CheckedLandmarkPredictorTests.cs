using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Faces.Landmarks;

public sealed class CheckedLandmarkPredictorTests
{
    [Theory]
    [InlineData("faces/Tom_Cruise_avp_2014_4.jpg")]
    [InlineData("faces/bald_guys.jpg")]
    [InlineData("johns/John_Simm/000288_00470387.jpg")]
    [InlineData("johns/John_Shimkus/000373_03228153.jpg")]
    public void Points_of_a_frontal_face_are_reliable_and_a_picture_on_its_side_with_an_upright_box_is_not(string name)
    {
        using var scene = Scene.Of(name);
        var face = scene.Main.Face;
        Assert.True(Engine.CheckedPredictor.Predict(scene.Gray, face).AreReliable);
        foreach (var (side, x, y) in new[]
        {
            (RotateFlags.Rotate90Clockwise, scene.Gray.Height - face.Box.Y - face.Box.Height, face.Box.X),
            (RotateFlags.Rotate90Counterclockwise, face.Box.Y, scene.Gray.Width - face.Box.X - face.Box.Width),
        })
        {
            using var turned = new Mat();
            Cv2.Rotate(scene.Gray, turned, side);
            Assert.False(
                Engine.CheckedPredictor.Predict(turned, Face(new Box(x, y, face.Box.Height, face.Box.Width))).AreReliable);
        }
    }

    [Fact]
    public void A_turned_face_is_never_reliable()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");

        Assert.False(Engine.CheckedPredictor.Predict(scene.Gray, scene.Main.Face with { Roll = 30 }).AreReliable);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Points_on_noise_are_not_reliable(int seed)
    {
        var random = new Random(seed);
        using var noise = Picture.Of(300, 300, 1, (_, _, _) => random.Next(256)).ToMat();

        Assert.False(Engine.CheckedPredictor.Predict(noise, Face(new Box(80, 80, 120, 150))).AreReliable);
    }

    [Fact]
    public void Points_on_a_face_of_a_few_pixels_are_not_reliable()
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var scale = 12.0 / scene.Main.Box.Width;
        using var small = scene.Gray.Resize(default, scale, scale, InterpolationFlags.Area);
        var box = scene.Main.Box.Scaled(scale);

        Assert.False(Engine.CheckedPredictor.Predict(small, Face(box)).AreReliable);
    }

    [Theory]
    [InlineData(-500, -500, 100, 100)]
    [InlineData(100_000, 100_000, 100, 100)]
    [InlineData(-10_000, -10_000, 20_000, 20_000)]
    [InlineData(0, 0, 1, 1)]
    public void A_box_beside_or_far_beyond_the_picture_is_not_reliable_and_not_an_error(int x, int y, int width, int height)
    {
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");

        Assert.False(Engine.CheckedPredictor.Predict(scene.Gray, Face(new Box(x, y, width, height))).AreReliable);
    }

    private static FoundFace Face(Box box) => new(1, box, 1, DetectorKind.Auto, null) { LandmarkBox = box.ForLandmarks() };
}
