using FaceDeid.Geometry;
using OpenCvSharp;

namespace FaceDeid.Tests.Imaging;

internal static class Matrices
{
    /// <summary>The 2 x 3 matrix of OpenCV's <c>warpAffine</c>, <c>CV_64FC1</c>; the caller owns it.</summary>
    public static Mat ToMatrix(this SimilarityTransform transform) => Mat.FromArray(new[,]
    {
        { transform.Turn.Real, -transform.Turn.Imaginary, transform.Shift.Real },
        { transform.Turn.Imaginary, transform.Turn.Real, transform.Shift.Imaginary },
    });
}
