using System.Numerics;
using FaceDeid.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>The inside of the mouth: what is seen there depends on the expression more than on the person.</summary>
internal static class Mouth
{
    private const double Open = 0.1; // of the mouth's width, between the lips
    private const int InnerLips = 60; // first of the 68 points that run along them

    public static bool IsOpen(Landmarks68 face)
    {
        var p = face.ToComplex();
        return (p[62] - p[66]).Magnitude > Open * (p[48] - p[54]).Magnitude;
    }

    /// <summary>Puts the inside of an open mouth into a texture, softly, both in the model's frame.</summary>
    public static void PutInto(Mat texture, Mat openMouth, ShapeModel model)
    {
        using var mask = new Mat(texture.Size(), MatType.CV_8UC1, Scalar.Black);
        Cv2.FillPoly(mask, [model.Mean[InnerLips..].Select(Pixel)], Scalar.White);
        using var around = Cv2.GetStructuringElement(MorphShapes.Ellipse, new Size(5, 5));
        using var grown = mask.Dilate(around);
        using var soft = grown.GaussianBlur(default, 2, 2);
        using var opacity = new Mat();
        using var grey = soft.CvtColor(ColorConversionCodes.GRAY2BGR);
        grey.ConvertTo(opacity, MatType.CV_32FC3, 1 / 255.0);
        using var difference = new Mat();
        Cv2.Subtract(openMouth, texture, difference, dtype: (int)MatType.CV_32F);
        Cv2.Multiply(difference, opacity, difference);
        Cv2.Add(texture, difference, texture, dtype: (int)MatType.CV_8UC3);

        static Point Pixel(Complex p) => new(Math.Round(p.Real), Math.Round(p.Imaginary));
    }
}
