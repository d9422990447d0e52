using System.Numerics;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Notebook;

/// <summary>Brings one face onto another.</summary>
internal static class LandmarkAlignment
{
    /// <summary>
    /// The second gray picture in the square that the first picture is squeezed to, moved, turned and scaled so that its
    /// landmarks come closest to the first's. The caller owns the result.
    /// </summary>
    public static Mat Onto(ImageSize firstSize, Landmarks68 first, Mat second, Landmarks68 secondLandmarks, int side)
    {
        var (turn, shift) = Similarity(secondLandmarks, first);

        // cv::resize puts the centre of source pixel x at (x + 0.5) * scale - 0.5; the squeeze of the first picture does the
        // same.
        var scaleX = side / (double)firstSize.Width;
        var scaleY = side / (double)firstSize.Height;

        // warpAffine samples single pixels: what will be made much smaller is first reduced by averaging. Below a tenth it would
        // only blur, and a turn without any scale is never exactly 1.
        var reduction = 1 / (turn.Magnitude * Math.Max(scaleX, scaleY));
        using var source = reduction < 1.1
            ? second.Share()
            : second.Resize(
                new Size(Math.Max(1, second.Width / reduction), Math.Max(1, second.Height / reduction)),
                0, 0, InterpolationFlags.Area);
        var perX = second.Width / (double)source.Width;
        var perY = second.Height / (double)source.Height;

        // Pixel (x, y) of `source` is pixel ((x + 0.5) * perX - 0.5, ...) of `second`; there, z -> turn * z + shift is the
        // similarity.
        var origin = (turn * new Complex((perX - 1) / 2, (perY - 1) / 2)) + shift;
        using var map = Mat.FromArray(new[,]
        {
            { scaleX * turn.Real * perX, -scaleX * turn.Imaginary * perY, (scaleX * (origin.Real + 0.5)) - 0.5 },
            { scaleY * turn.Imaginary * perX, scaleY * turn.Real * perY, (scaleY * (origin.Imaginary + 0.5)) - 0.5 },
        });
        return source.WarpAffine(map, new Size(side, side), InterpolationFlags.Linear, BorderTypes.Replicate);
    }

    /// <summary>
    /// The second face's landmarks in the square that the first picture is squeezed to, brought onto the first's.
    /// </summary>
    public static IReadOnlyList<MergedPoint> Onto(ImageSize firstSize, Landmarks68 first, Landmarks68 second, int side)
    {
        var onto = Similarity(second, first);
        return [.. onto.Apply(second.ToComplex()).Select(p => InSquare(p, firstSize, side))];
    }

    /// <summary>A face's landmarks in the square that its picture is squeezed to.</summary>
    public static IReadOnlyList<MergedPoint> InSquare(Landmarks68 landmarks, ImageSize size, int side) =>
        [.. landmarks.ToComplex().Select(p => InSquare(p, size, side))];

    /// <summary>
    /// The transform that brings the points of <paramref name="from"/> closest to those of <paramref name="to"/>.
    /// </summary>
    internal static SimilarityTransform Similarity(Landmarks68 from, Landmarks68 to) =>
        SimilarityTransform.Between(from.ToComplex(), to.ToComplex());

    private static MergedPoint InSquare(Complex point, ImageSize size, int side) => new(
        ((point.Real + 0.5) * side / size.Width) - 0.5, ((point.Imaginary + 0.5) * side / size.Height) - 0.5);
}
