using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces.Landmarks;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Utility;

public sealed class HeadPoseTests
{
    private const int Side = 500;

    [Fact]
    public void A_face_from_the_front_looks_straight_ahead()
    {
        var pose = HeadPose.Estimate(Average(0), new Size(Side, Side))!.Value;

        Assert.InRange(pose.Yaw, -5, 5);
        Assert.InRange(pose.Roll, -3, 3);
        Assert.InRange(pose.Pitch, -20, 20);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(-25)]
    public void A_turned_picture_turns_the_head(int degrees)
    {
        var turn = HeadPose.Estimate(Average(0), new Size(Side, Side))!.Value
            .To(HeadPose.Estimate(Average(degrees), new Size(Side, Side))!.Value);

        Assert.Equal(Math.Abs(degrees), turn.Roll, 1.5); // points are whole pixels
        Assert.InRange(turn.Yaw, 0, 3);
        Assert.InRange(turn.Pitch, 0, 3);
    }

    [Fact]
    public void Mirrored_heads_look_to_the_other_side()
    {
        var landmarks = NotebookReference.Load().Images[0].Hog[0].Landmarks;
        var seen = new Landmarks68([.. landmarks.Select(p => new PixelPoint(p[0], p[1]))]);
        var pose = HeadPose.Estimate(seen, new Size(300, 300))!.Value;

        var mirrored = HeadPose.Estimate(Mirrored(seen, 300), new Size(300, 300))!.Value;

        Assert.Equal(-pose.Yaw, mirrored.Yaw, 2.0);
        Assert.Equal(-pose.Roll, mirrored.Roll, 2.0);
        Assert.Equal(pose.Pitch, mirrored.Pitch, 2.0);
    }

    [Fact]
    public void Points_on_one_place_are_no_error()
    {
        var point = new Landmarks68([.. Enumerable.Repeat(new PixelPoint(5, 5), Landmarks68.Count)]);

        var pose = HeadPose.Estimate(point, new Size(10, 10));

        Assert.True(pose is null || double.IsFinite(pose.Value.Yaw + pose.Value.Pitch + pose.Value.Roll));
    }

    [Fact]
    public void Turns_have_no_sign_and_go_the_short_way()
    {
        Assert.Equal(new HeadPose(3, 4, 2), new HeadPose(1, -2, 179).To(new HeadPose(-2, 2, -179)));
    }

    /// <summary>The mean shape, turned around the picture's middle.</summary>
    private static Landmarks68 Average(int degrees)
    {
        var turn = System.Numerics.Complex.FromPolarCoordinates(1, degrees * Math.PI / 180);
        var centre = new System.Numerics.Complex(127.5, 127.5);
        return new Landmarks68(
            [.. Engine.ChipFrame.Mean.Select(p => ((p - centre) * turn) + new System.Numerics.Complex(Side / 2, Side / 2))
                .Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);
    }

    private static Landmarks68 Mirrored(Landmarks68 face, int width)
    {
        var other = new Dictionary<int, int> { [30] = 30, [8] = 8, [36] = 45, [45] = 36, [48] = 54, [54] = 48 };
        return new Landmarks68([.. Enumerable.Range(0, Landmarks68.Count)
            .Select(i => face.Points[other.GetValueOrDefault(i, i)])
            .Select(p => new PixelPoint(width - 1 - p.X, p.Y))]);
    }
}
