using System.Numerics;
using FaceDeid.Collections;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Shape and texture averaged apart.</summary>
public sealed class ModelAverageTests
{
    private const int NoseTip = 30;
    private static readonly ModelAverage Average = new(Engine.ChipFrame);

    [Fact]
    public void One_face_twice_is_that_face()
    {
        var file = File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000288_00470387.jpg"));
        var face = Assert.Single(Engine.CollectionParts.Examiner.Examine(
            0, file, new PictureUse(File: false, EveryFace: false), CancellationToken.None).Faces);

        var average = Average.Of(FaceMixture.Create([new Person(1, [face], Label: null), new Person(2, [face], Label: null)]));

        Assert.InRange(average.Shape.Zip(face.Shape, (a, b) => (a - b).Magnitude).Max(), 0, 1e-9);
        var inner = Cv2.BoundingRect(face.Shape.Skip(17).Select(p => new Point(p.Real, p.Imaginary)));
        Assert.InRange(Difference(face.Pixels, average.Pixels, inner), 0, 3);
        using var mirrored = ChipFrame.FromBytes(face.Pixels).Flip(FlipMode.Y);
        Assert.InRange(Difference(face.Pixels, ChipFrame.ToBytes(mirrored), inner), 10, 255);
    }

    [Fact]
    public void The_shape_is_the_mean_shape_with_every_person_counted_once()
    {
        var average = Average.Of(FaceMixture.Create([
            new Person(1, [FaceWithNose(0, -3), FaceWithNose(1, -3), FaceWithNose(2, -3)], Label: null),
            new Person(2, [FaceWithNose(3, 5)], Label: null),
        ]));

        Assert.All(average.Shape.Index(), point => Assert.Equal(
            0, (point.Item - Engine.ChipFrame.Mean[point.Index] - (point.Index == NoseTip ? 1 : 0)).Magnitude, 1e-9));
    }

    [Fact]
    public void What_lies_at_a_landmark_is_seen_once_where_an_average_of_pixels_shows_it_twice()
    {
        var people = FaceMixture.Create(
            [new Person(1, [FaceWithNose(0, -5)], Label: null), new Person(2, [FaceWithNose(1, 5)], Label: null)]);

        var (model, pixels) = (Average.Of(people), new PixelAverage().Of(people));

        Assert.InRange(BrightnessOfNose(model, 0), 200, 255);
        Assert.InRange(BrightnessOfNose(model, -5), 90, 150);
        Assert.InRange(BrightnessOfNose(model, 5), 90, 150);
        Assert.InRange(BrightnessOfNose(pixels, 0), 90, 110);
        Assert.InRange(BrightnessOfNose(pixels, 5), 150, 200);
    }

    [Fact]
    public void Around_the_face_only_what_is_coarse_is_kept_and_in_it_every_detail()
    {
        var noise = Faces.Noise(1);

        var average = Average.Of(FaceMixture.Create([Faces.PersonOf(1, noise), Faces.PersonOf(2, noise)])).Pixels;

        var inner = Cv2.BoundingRect(Engine.ChipFrame.Mean.Skip(17).Select(p => new Point(p.Real, p.Imaginary)));
        Assert.InRange(Contrast(average, inner), 0.5 * Contrast(noise, inner), 255);
        foreach (var corner
            in new[] { new Rect(0, 0, 30, 60), new Rect(226, 0, 30, 60), new Rect(2, 200, 28, 54), new Rect(226, 200, 28, 54) })
            Assert.InRange(Contrast(average, corner), 0, 0.1 * Contrast(noise, corner));
        // Coarse, not empty: the mean colour is still that of the surroundings.
        Assert.InRange(Difference(average, [.. Enumerable.Repeat((byte)128, ChipFrame.Bytes)], new Rect(0, 0, 30, 60)), 0, 12);
    }

    // Gray, with a white disc at the tip of the nose, which is moved to the right.
    private static AlignedFace FaceWithNose(int index, double right)
    {
        Complex[] shape = [.. Engine.ChipFrame.Mean];
        shape[NoseTip] += right;
        using var chip = new Mat(ChipFrame.Side, ChipFrame.Side, MatType.CV_8UC3, Scalar.All(100));
        Cv2.Circle(
            chip, new Point(Math.Round(shape[NoseTip].Real), Math.Round(shape[NoseTip].Imaginary)), 1,
            Scalar.White, thickness: -1);
        return Faces.Of(index, ChipFrame.ToBytes(chip), shape);
    }

    private static int BrightnessOfNose(SharedFace face, int right)
    {
        using var chip = ChipFrame.FromBytes(face.Pixels);
        var tip = Engine.ChipFrame.Mean[NoseTip];
        return chip.At<Vec3b>((int)Math.Round(tip.Imaginary), (int)Math.Round(tip.Real + right)).Item1;
    }

    // Mean difference of neighbours in a row.
    private static double Contrast(byte[] pixels, Rect within)
    {
        using var chip = ChipFrame.FromBytes(pixels);
        using var here = chip.SubMat(within.Top, within.Bottom, within.Left, within.Right - 1);
        using var beside = chip.SubMat(within.Top, within.Bottom, within.Left + 1, within.Right);
        return Cv2.Norm(here, beside, NormTypes.L1) / (here.Rows * here.Cols * 3);
    }

    private static double Difference(byte[] a, byte[] b, Rect within)
    {
        using var first = ChipFrame.FromBytes(a);
        using var second = ChipFrame.FromBytes(b);
        using var partOfFirst = first.SubMat(within);
        using var partOfSecond = second.SubMat(within);
        return Cv2.Norm(partOfFirst, partOfSecond, NormTypes.L1) / (within.Width * within.Height * 3);
    }
}
