using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// Where a worn face is seen: inside of its outline, softly; over the forehead and the temples only where subject and donor show
/// nothing but skin all around, so that the subject's hair stays in front of it. In doubt the forehead stays the subject's.
/// </summary>
internal static class WornOpacity
{
    private const double Feather = 0.07; // of the face's width
    private const double AboveBrows = 0.06; // of the distance from chin to bridge: the inner face begins there
    private const double InnerEdge = 0.03; // of the face's width
    private const double AllAround = 0.05; // of the face's width
    private const float SomeSkin = 0.6f; // share of what is around: less is hair
    private const float AllSkin = 0.85f; // a highlight or a strand may be the rest

    /// <summary>0 to 1, <c>CV_32FC1</c>, in pixels of the view; the caller owns it.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="core">Where the inner face is, 0 to 1, <c>CV_32FC1</c>.</param>
    /// <param name="donorSkin">Where the donor shows skin, 0 to 1.</param>
    /// <param name="depth">Distance to the outline in pixels, <c>CV_32FC1</c>.</param>
    public static unsafe Mat Of(FaceView subject, Mat core, Mat donorSkin, Mat depth)
    {
        var size = subject.Lab.Size();
        var width = subject.FaceWidth;
        using var both = new Mat();
        Cv2.Add(donorSkin, new Scalar(0.15), both);
        Cv2.Min(both, subject.SkinLikeness, both);
        Cv2.Max(both, core, both); // brows are no hair
        var side = (2 * Math.Max(1, (int)(AllAround * width))) + 1;
        using var around = both.Blur(new Size(side, side), borderType: BorderTypes.Reflect101);
        var opacity = new Mat(size, MatType.CV_32FC1);
        var feather = (float)(Feather * width);
        var (rows, columns) = (size.Height, size.Width);
        for (var y = 0; y < rows; y++)
        {
            var to = (float*)opacity.Ptr(y);
            var inner = (float*)core.Ptr(y);
            var bare = (float*)around.Ptr(y);
            var fromEdge = (float*)depth.Ptr(y);
            for (var x = 0; x < columns; x++)
            {
                to[x] = fromEdge[x] <= 1
                    ? 0
                    : LabPixels.Ramp((fromEdge[x] - 1) / feather)
                        * Math.Max(inner[x], LabPixels.Ramp((bare[x] - SomeSkin) / (AllSkin - SomeSkin)));
            }
        }

        return opacity;
    }

    /// <summary>Distance to the outline, in pixels, 0 outside; <c>CV_32FC1</c>; the caller owns it.</summary>
    public static Mat Depth(Complex[] target, Size size)
    {
        using var inside = new Mat(size, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(inside, [FaceMesh.Outline(target).Select(SureSkin.ToPoint)], Scalar.White);
        return inside.DistanceTransform(DistanceTypes.L2, DistanceTransformMasks.Mask5);
    }

    /// <summary>Takes a worn face away where something is in front of it, 0 to 1.</summary>
    public static void StayBehind(Mat front, Mat opacity)
    {
        using var hidden = new Mat();
        Cv2.Multiply(front, opacity, hidden);
        Cv2.Subtract(opacity, hidden, opacity);
    }

    /// <summary>
    /// The inner face, 0 to 1, <c>CV_32FC1</c>: from the brows to the chin all is the donor's. The caller owns it.
    /// </summary>
    /// <param name="subject">The subject.</param>
    /// <param name="target">79 points of the worn face.</param>
    public static Mat Core(FaceView subject, Complex[] target)
    {
        var own = subject.Points;
        Complex[] outline =
        [
            .. target[17..27].Select(p => p + ((target[27] - target[8]) * AboveBrows)), .. target[..17],
            .. own[17..27].Select(p => p + ((own[27] - own[8]) * AboveBrows)),
        ];
        using var mask = new Mat(subject.Lab.Size(), MatType.CV_32FC1, Scalar.Black);
        Cv2.FillConvexPoly(mask, Cv2.ConvexHull(outline.Select(SureSkin.ToPoint)), Scalar.All(1));
        return mask.Smooth(InnerEdge * subject.FaceWidth);
    }
}
