using System.Numerics;
using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// Where a worn face is seen: inside of its outline, softly; over the forehead and the temples only where subject and donor show
/// skin, so that the subject's hair stays in front of it.
/// </summary>
internal static class WornOpacity
{
    private const double Feather = 0.07; // of the face's width
    private const double AboveBrows = 0.06; // of the distance from chin to bridge: the inner face begins there
    private const double InnerEdge = 0.03; // of the face's width
    private const double FollowsHair = 0.05; // of the face's width: radius of the guided filter

    /// <summary>0 to 1, <c>CV_32FC1</c>, in pixels of the view; the caller owns it.</summary>
    /// <param name="subject">The subject.</param>
    /// <param name="target">79 points of the worn face.</param>
    /// <param name="donorSkin">Where the donor shows skin, 0 to 1.</param>
    /// <param name="depth">Distance to the outline in pixels, <c>CV_32FC1</c>.</param>
    public static unsafe Mat Of(FaceView subject, Complex[] target, Mat donorSkin, Mat depth)
    {
        var size = subject.Lab.Size();
        var width = subject.FaceWidth;
        using var core = Core(subject.Points, target, size, width);
        using var both = new Mat();
        Cv2.Add(donorSkin, new Scalar(0.15), both);
        Cv2.Min(both, subject.SkinLikeness, both);
        using var guide = subject.Lab.ExtractChannel(0);
        guide.ConvertTo(guide, MatType.CV_32FC1, 0.01);
        using var fitted = Guided(guide, both, Math.Max(2, (int)(FollowsHair * width)));
        var opacity = new Mat(size, MatType.CV_32FC1);
        var feather = (float)(Feather * width);
        var (rows, columns) = (size.Height, size.Width);
        for (var y = 0; y < rows; y++)
        {
            var to = (float*)opacity.Ptr(y);
            var inner = (float*)core.Ptr(y);
            var bare = (float*)fitted.Ptr(y);
            var fromEdge = (float*)depth.Ptr(y);
            for (var x = 0; x < columns; x++)
            {
                to[x] = fromEdge[x] <= 1
                    ? 0
                    : LabPixels.Ramp((fromEdge[x] - 1) / feather)
                        * Math.Max(inner[x], LabPixels.Ramp((bare[x] - 0.25f) / 0.4f));
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

    // From the brows to the chin it is always the donor's.
    private static Mat Core(Complex[] own, Complex[] target, Size size, double width)
    {
        Complex[] outline =
        [
            .. target[17..27].Select(p => p + ((target[27] - target[8]) * AboveBrows)), .. target[..17],
            .. own[17..27].Select(p => p + ((own[27] - own[8]) * AboveBrows)),
        ];
        using var mask = new Mat(size, MatType.CV_32FC1, Scalar.Black);
        Cv2.FillConvexPoly(mask, Cv2.ConvexHull(outline.Select(SureSkin.ToPoint)), Scalar.All(1));
        return mask.Smooth(InnerEdge * width);
    }

    // He, Sun, Tang (2010), "Guided image filtering", with a gray guide; its coefficients found in a reduced copy, as in He, Sun
    // (2015), "Fast guided filter".
    private static Mat Guided(Mat guide, Mat values, int radius)
    {
        const double epsilon = 1e-3;
        var reduction = Math.Clamp(radius / 2, 1, 4);
        var size = guide.Size();
        var small = new Size(Math.Ceiling(size.Width / (double)reduction), Math.Ceiling(size.Height / (double)reduction));
        var side = (2 * Math.Max(1, radius / reduction)) + 1;
        using var g = guide.Resize(small, 0, 0, InterpolationFlags.Area);
        using var v = values.Resize(small, 0, 0, InterpolationFlags.Area);
        using var mean = Box(g);
        using var meanOfValues = Box(v);
        using var slope = Product(g, v, mean, meanOfValues); // the covariance
        using var variance = Product(g, g, mean, mean);
        Cv2.Add(variance, new Scalar(epsilon), variance);
        Cv2.Divide(slope, variance, slope);
        using var offset = new Mat();
        Cv2.Multiply(slope, mean, offset);
        Cv2.Subtract(meanOfValues, offset, offset);
        using var meanSlope = Box(slope);
        using var meanOffset = Box(offset);
        var result = meanSlope.Resize(size);
        using var offsets = meanOffset.Resize(size);
        Cv2.Multiply(result, guide, result);
        Cv2.Add(result, offsets, result);
        return result;

        Mat Box(Mat of) => of.Blur(new Size(side, side), borderType: BorderTypes.Reflect101);

        // The mean of the products less the product of the means.
        Mat Product(Mat a, Mat b, Mat meanOfA, Mat meanOfB)
        {
            using var products = new Mat();
            Cv2.Multiply(a, b, products);
            var spread = Box(products);
            Cv2.Multiply(meanOfA, meanOfB, products);
            Cv2.Subtract(spread, products, spread);
            return spread;
        }
    }
}
