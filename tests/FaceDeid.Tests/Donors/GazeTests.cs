using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class GazeTests
{
    private const int Width = 40;
    private static readonly (Point Left, Point Right) Centres = (new Point(80, 100), new Point(180, 100));

    [Fact]
    public void A_look_is_itself()
    {
        using var picture = Look(0, 0);

        Assert.Equal(0, Of(picture).To(Of(picture)));
    }

    [Theory]
    [InlineData(1, 4, 4, 0.1)]
    [InlineData(1, -6, -6, 0.15)]
    [InlineData(1, 8, 0, 0.1)] // one eye only: the mean of both
    [InlineData(4, 6, 6, 0.15)] // reduced
    public void An_iris_moves_in_widths_of_an_eye(int scale, int left, int right, double expected)
    {
        using var before = Look(0, 0, scale);
        using var after = Look(left * scale, right * scale, scale);

        Assert.Equal(expected, Of(before, scale).To(Of(after, scale))!.Value, 0.02);
    }

    [Fact]
    public void The_whole_face_may_move_and_turn()
    {
        using var before = Look(5, 5);
        using var after = Look(5, 5);
        using var turn = Mat.FromArray(new[,] { { 0.0, -1, 250 }, { 1.0, 0, 10 } }); // a right angle
        Cv2.WarpAffine(after, after, turn, new Size(260, 280), InterpolationFlags.Nearest);
        var turned = new Landmarks68([.. Landmarks(1, 0.4).Points.Select(p => new PixelPoint(250 - p.Y, p.X + 10))]);

        Assert.Equal(0, Of(before).To(Gaze.Of(after, turned))!.Value, 0.02);
    }

    [Fact]
    public void An_eye_must_be_open_wide_and_in_the_picture()
    {
        using var picture = Look(0, 0);
        var open = Of(picture);

        Assert.Null(open.To(Gaze.Of(picture, Landmarks(1, 0.15))));
        Assert.NotNull(open.To(Gaze.Of(picture, Landmarks(1, 0.2))));
        using var small = picture.Resize(default, 0.25, 0.25);
        Assert.Null(open.To(Gaze.Of(small, Landmarks(0.25, 0.4))));
        using var half = picture.SubMat(0, picture.Rows, 0, 150);
        Assert.Equal(0, open.To(Gaze.Of(half, Landmarks(1, 0.4)))); // the other eye
        using var none = picture.SubMat(0, picture.Rows, 0, 70);
        Assert.Null(open.To(Gaze.Of(none, Landmarks(1, 0.4))));
    }

    [Fact]
    public void An_eye_of_one_colour_looks_nowhere()
    {
        using var blank = new Mat(200, 260, MatType.CV_8UC3, Scalar.All(90));

        Assert.Equal(new Gaze(null, null), Of(blank));
    }

    private static Gaze Of(Mat picture, double scale = 1) => Gaze.Of(picture, Landmarks(scale, 0.4));

    /// <summary>Two white eyes whose irises are so many pixels off their middle; the caller owns it.</summary>
    private static Mat Look(int left, int right, int scale = 1)
    {
        var picture = new Mat(200 * scale, 260 * scale, MatType.CV_8UC3, new Scalar(140, 170, 210));
        foreach (var (centre, offset) in new[] { (Centres.Left, left), (Centres.Right, right) })
        {
            var white = new Size(Width * scale / 2, Width * scale / 4);
            Cv2.Ellipse(picture, centre * scale, white, 0, 0, 360, Scalar.All(235), thickness: -1);
            Cv2.Circle(picture, (centre * scale) + new Point(offset, 0), 7 * scale, new Scalar(40, 50, 60), thickness: -1);
        }

        return picture;
    }

    private static Landmarks68 Landmarks(double scale, double opening)
    {
        var points = new Complex[Landmarks68.Count];
        foreach (var (first, centre) in new[] { (36, Centres.Left), (42, Centres.Right) })
        {
            Complex[] eye =
            [
                new(-0.5, 0), new(-0.2, -opening / 2), new(0.2, -opening / 2), new(0.5, 0), new(0.2, opening / 2),
                new(-0.2, opening / 2),
            ];
            for (var i = 0; i < eye.Length; i++)
                points[first + i] = (new Complex(centre.X, centre.Y) + (Width * eye[i])) * scale;
        }

        return new Landmarks68([.. points.Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);
    }
}
