using FaceDeid.Donors;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class ExpressionTextureTests
{
    private static readonly Size Frame = new(ShapeModel.FrameSide, ShapeModel.FrameSide);

    [Fact]
    public void What_changes_within_people_is_learned_and_who_they_are_is_not()
    {
        // The first coefficient makes everybody redder; the second does nothing. Each person has a colour of their own.
        (double Smile, double Pose)[] pictures = [(-2, 1), (-1, -1), (0, 0.5), (1, 1.5), (2, -2)];
        var textures = new List<Mat>();
        var people = new[] { new Scalar(40, 90, 60), new Scalar(160, 20, 120) }
            .Select(colour => pictures.Select(p => (Plain(new Scalar(colour.Val0, colour.Val1, colour.Val2 + (10 * p.Smile))),
                new[] { p.Smile, p.Pose })).ToList()).ToList();
        using var learned = ExpressionTexture.Learn(people);

        Assert.Equal(2, learned.Changes.Count);
        AssertColour(0, 0, 10 / 1.15, learned.Changes[0]); // the ridge shrinks it
        AssertColour(0, 0, 0, learned.Changes[1]);
        textures.ForEach(texture => texture.Dispose());

        Mat Plain(Scalar colour)
        {
            var texture = new Mat(Frame, MatType.CV_8UC3, colour);
            textures.Add(texture);
            return texture;
        }
    }

    [Fact]
    public void An_expression_taken_out_is_put_back_and_stays_within_what_was_seen()
    {
        using var change = new Mat(Frame, MatType.CV_32FC3, new Scalar(1, 2, 3));
        using var expression = new ExpressionTexture([change], [4]);
        using var texture = new Mat(Frame, MatType.CV_32FC3, new Scalar(100, 100, 100));
        using var before = texture.Clone();

        expression.Add(texture, [3]);
        AssertColour(103, 106, 109, texture);
        expression.Add(texture, [3], sign: -1);
        Scene.AssertSame(before, texture);
        expression.Add(texture, [1000]);
        AssertColour(104, 108, 112, texture);
    }

    private static void AssertColour(double blue, double green, double red, Mat texture)
    {
        var mean = Cv2.Mean(texture);
        Assert.Equal(blue, mean.Val0, 0.8);
        Assert.Equal(green, mean.Val1, 0.8);
        Assert.Equal(red, mean.Val2, 0.8);
    }
}
