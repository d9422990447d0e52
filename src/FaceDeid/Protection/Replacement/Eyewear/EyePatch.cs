using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement.Eyewear;

/// <summary>
/// What surrounds the eyes, upright and as large for each face: 128 pixels would be the face's width. Owns its pixels.
/// </summary>
internal sealed class EyePatch : IDisposable
{
    private const int FaceWidth = 128;
    private const int LeastInterocular = 16; // pixels: around nearer eyes, no frame is seen
    private const double Noise = 0.7; // pixels: what is finer

    private static readonly Size Size = new(150, 84);

    private readonly Complex _across; // a pixel to the right, in the picture
    private readonly Complex _corner; // in the picture

    private EyePatch(Mat picture, IEnumerable<Complex> points, Complex across, Complex corner)
    {
        (_across, _corner) = (across, corner);
        Points = [.. points.Select(p => (p - corner) / across)];
        using var place = Place();
        using var lightness = picture.ExtractChannel(0);
        using var cut = lightness.WarpAffine(
            place, Size, InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Reflect101);
        Lightness = cut.Smooth(Noise);
    }

    /// <summary>Where the middle between the eyes is.</summary>
    public static Complex Middle { get; } = new(74.5, 30);

    /// <summary>L*, <c>CV_32FC1</c>.</summary>
    public Mat Lightness { get; }

    /// <summary>The landmarks, in its pixels.</summary>
    public Complex[] Points { get; }

    /// <summary>Of a face in a picture (CIE L*a*b*, <c>CV_32FC3</c>); null: the eyes are too near to each other.</summary>
    public static EyePatch? Of(Mat lab, Complex[] points)
    {
        var interocular = FaceMesh.InterocularOf(points);
        if (interocular < LeastInterocular)
            return null;
        var (left, right) = (FaceMesh.LeftEye(points), FaceMesh.RightEye(points));
        var across = (right - left) / interocular * (FaceMesh.WidthOf(points) / FaceWidth);
        return new EyePatch(lab, points, across, ((left + right) / 2) - (across * Middle));
    }

    /// <summary>What was found in it, in a picture of a size, 0 outside; the caller owns it.</summary>
    public Mat ToPicture(Mat found, Size size)
    {
        using var place = Place();
        return found.WarpAffine(place, size);
    }

    public void Dispose() => Lightness.Dispose();

    private Mat<double> Place() => Mat<double>.FromArray(new[,]
    {
        { _across.Real, -_across.Imaginary, _corner.Real },
        { _across.Imaginary, _across.Real, _corner.Imaginary },
    });
}
