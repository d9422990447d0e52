using FaceDeid.Donors;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// What is added to a worn face so that it meets the subject without a step. The forehead is lit as the subject's is. Of the
/// inner face only the difference at the rim goes inwards, and little of it to the middle, so that the face keeps its own shading
/// and the subject's is not handed over.
/// </summary>
internal static class WornLight
{
    private const double Cells = 30; // across the face: light is coarse
    private const double MostLighter = 30; // in L*: a forehead shines
    private const double Most = 18; // in L*, a* and b*
    private const float Middle = 0.25f; // of it reaches the middle of the face
    private const double MiddleDepth = 0.55; // of the face's width, from the outline

    private const float AnotherTone = 3; // in L*, a* and b*: a skin that differs by more from the subject's is another
    private const double Rim = 0.15; // of the face's width, from the outline

    private static readonly (double Sigma, double Weight)[] Reach = [(0.06, 1), (0.14, 0.15), (0.4, 0.02)]; // of the width

    /// <summary><c>CV_32FC3</c>, CIE L*a*b*, in pixels of the view; the caller owns it.</summary>
    public static Mat Of(FaceView subject, Mat worn, Mat opacity, Mat core, Mat donorSkin, Mat depth)
    {
        var size = subject.Lab.Size();
        var width = subject.FaceWidth;
        // A whole number: OpenCV averages it much faster.
        var reduction = Math.Max(1, (int)(width / Cells));
        var small = new Size(Math.Max(1, size.Width / reduction), Math.Max(1, size.Height / reduction));
        var whole = new Rect(
            0, 0, Math.Min(size.Width, small.Width * reduction), Math.Min(size.Height, small.Height * reduction));
        using var own = Reduced(subject.Lab);
        using var other = Reduced(worn);
        using var weight = Weight(subject.SkinLikeness, donorSkin, opacity, core);
        using var smallWeight = Reduced(weight);
        using var smallWeights = smallWeight.CvtColor(ColorConversionCodes.GRAY2BGR);
        using var smallWeighted = new Mat();
        Cv2.Subtract(own, other, smallWeighted);
        Cv2.Multiply(smallWeighted, smallWeights, smallWeighted);
        using var sum = new Mat(small, MatType.CV_32FC3, Scalar.Black);
        using var total = new Mat(small, MatType.CV_32FC1, Scalar.All(1e-6));
        foreach (var (sigma, share) in Reach)
        {
            using var part = smallWeighted.Smooth(sigma * width / reduction);
            using var partWeight = smallWeight.Smooth(sigma * width / reduction);
            Cv2.ScaleAdd(part, share, sum, sum);
            Cv2.ScaleAdd(partWeight, share, total, total);
        }

        using var totals = total.CvtColor(ColorConversionCodes.GRAY2BGR);
        Cv2.Divide(sum, totals, sum);
        Cv2.Min(sum, new Scalar(MostLighter, Most, Most), sum);
        Cv2.Max(sum, Scalar.All(-Most), sum);
        using var smallDepth = Reduced(depth);
        using var smallCore = Reduced(core);
        using var inner = smallCore.Smooth(Reach[0].Sigma * width / reduction);
        Fade(sum, smallDepth, inner, MiddleDepth * width);
        return sum.Resize(size);

        Mat Reduced(Mat of)
        {
            using var part = of.SubMat(whole);
            return part.Resize(small, 0, 0, InterpolationFlags.Area);
        }
    }

    /// <summary>
    /// Takes back what the light at the rim does to the skin of the face, beyond what is seen as light; the rim keeps it.
    /// </summary>
    /// <param name="light">What is added to the worn face; changed in place.</param>
    /// <param name="depth">Distance to the outline in pixels.</param>
    /// <param name="core">Where the inner face is, 0 to 1.</param>
    /// <param name="worn">The skin of the worn face in this light.</param>
    /// <param name="subject">The skin of the subject.</param>
    /// <param name="width">Of the face, in pixels.</param>
    public static unsafe void KeepTone(
        Mat light, Mat depth, Mat core, SkinColours worn, SkinColours subject, double width)
    {
        if (Math.Min(worn.Count, subject.Count) < SkinColours.Enough)
            return;
        var (l, a, b) = (Missing(0), Missing(1), Missing(2));
        var (rows, columns) = (light.Rows, light.Cols);
        for (var y = 0; y < rows; y++)
        {
            var to = (float*)light.Ptr(y);
            var fromEdge = (float*)depth.Ptr(y);
            var inner = (float*)core.Ptr(y);
            for (var x = 0; x < columns; x++, to += 3)
            {
                var inside = inner[x] * LabPixels.Ramp((float)(fromEdge[x] / (Rim * width)));
                (to[0], to[1], to[2]) = (to[0] + (inside * l), to[1] + (inside * a), to[2] + (inside * b));
            }
        }

        float Missing(int channel)
        {
            var difference = subject.Tone[channel] - worn.Tone[channel];
            return difference - Math.Clamp(difference, -AnotherTone, AnotherTone);
        }
    }

    // The rim and the forehead, where both show skin: hair says nothing of light.
    private static Mat Weight(Mat skin, Mat donorSkin, Mat opacity, Mat core)
    {
        var weight = new Mat(skin.Size(), MatType.CV_32FC1);
        var (rows, columns) = (skin.Rows, skin.Cols);
        for (var y = 0; y < rows; y++)
        {
            var to = weight.Row<float>(y);
            var own = skin.Row<float>(y);
            var other = donorSkin.Row<float>(y);
            var seen = opacity.Row<float>(y);
            var inner = core.Row<float>(y);
            for (var x = 0; x < columns; x++)
                to[x] = seen[x] > 0.02f && (seen[x] < 0.6f || inner[x] < 0.5f) ? own[x] * other[x] : 0;
        }

        return weight;
    }

    // Less of it towards the middle of the inner face.
    private static unsafe void Fade(Mat light, Mat depth, Mat core, double middle)
    {
        var (rows, columns) = (light.Rows, light.Cols);
        for (var y = 0; y < rows; y++)
        {
            var to = (float*)light.Ptr(y);
            var fromEdge = (float*)depth.Ptr(y);
            var inner = (float*)core.Ptr(y);
            for (var x = 0; x < columns; x++, to += 3)
            {
                var left = 1 - ((1 - Middle) * inner[x] * LabPixels.Ramp((float)(fromEdge[x] / middle)));
                (to[0], to[1], to[2]) = (to[0] * left, to[1] * left, to[2] * left);
            }
        }
    }
}
