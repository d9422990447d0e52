using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>
/// How a donor's face fades out towards its outline: quickly at the cheeks and the chin, slowly over the forehead, where hair
/// begins anywhere.
/// </summary>
internal static class DonorOpacity
{
    private const double Feather = 0.05; // of the face's width, at its sides
    private const double ForeheadFeather = 0.8; // of the forehead's height

    /// <summary>
    /// 0 outside of the face and at its outline, 255 where nothing but the donor is seen; <c>CV_8UC1</c>, in the frame; the
    /// caller owns it.
    /// </summary>
    public static Mat InFrame(ShapeModel model)
    {
        var outline = model.MeanOutline;
        using var inside = new Mat(ShapeModel.FrameSide, ShapeModel.FrameSide, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillConvexPoly(
            inside, Cv2.ConvexHull(outline.Select(p => new Point(Math.Round(p.Real), Math.Round(p.Imaginary)))), Scalar.White);
        using var distance = inside.DistanceTransform(DistanceTypes.L2, DistanceTransformMasks.Precise);
        distance.GetRectangularArray(out float[,] fromEdge);
        var feather = Feather * (outline[16] - outline[0]).Magnitude;
        var top = outline[68..].Min(p => p.Imaginary);
        var forehead = ForeheadFeather * (outline[17..27].Min(p => p.Imaginary) - top);
        var opacity = new byte[ShapeModel.FrameSide, ShapeModel.FrameSide];
        for (var y = 0; y < ShapeModel.FrameSide; y++)
        {
            for (var x = 0; x < ShapeModel.FrameSide; x++)
                opacity[y, x] = (byte)Math.Round(255 * Smooth((fromEdge[y, x] - 1) / feather) * Smooth((y - top) / forehead));
        }

        return Mat.FromArray(opacity);
    }

    // Smoothstep, 3x^2 - 2x^3: no visible line where the ramp begins and ends.
    private static double Smooth(double x)
    {
        var t = Math.Clamp(x, 0, 1);
        return t * t * (3 - (2 * t));
    }
}
