using FaceDeid.Detection;
using FaceDeid.Dlib;
using OpenCvSharp;

namespace FaceDeid.Landmarks;

/// <summary>Places the 68 points by an ensemble of regression trees (Kazemi and Sullivan 2014), dlib's. Thread-safe.</summary>
internal sealed class LandmarkPredictor(ShapePredictor predictor)
{
    /// <summary>The points of the face in <paramref name="box"/> of a gray picture (<c>CV_8UC1</c>).</summary>
    public Landmarks68 Predict(Mat gray, Box box)
    {
        Span<DlibPoint> points = stackalloc DlibPoint[Landmarks68.Count];
        predictor.Predict(gray.AsGrayPixels(), new DlibRectangle(box.X, box.Y, box.X + box.Width - 1, box.Y + box.Height - 1), points);
        var result = new PixelPoint[points.Length];
        for (var i = 0; i < points.Length; i++)
            result[i] = new PixelPoint(points[i].X, points[i].Y);
        return new Landmarks68(result);
    }
}
