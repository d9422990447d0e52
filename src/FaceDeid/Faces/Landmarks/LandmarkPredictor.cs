using FaceDeid.Dlib;
using FaceDeid.Faces.Detection;
using OpenCvSharp;

namespace FaceDeid.Faces.Landmarks;

/// <summary>Places the 68 points by an ensemble of regression trees (Kazemi and Sullivan 2014), dlib's. Thread-safe.</summary>
internal sealed class LandmarkPredictor(ShapePredictor predictor)
{
    // A turned face is brought upright in a square of its own, at a size that bounds time and memory.
    private const int FaceSide = 200;
    private const int SquareSide = 3 * FaceSide;

    /// <summary>The points of a face that was found in this gray picture (<c>CV_8UC1</c>).</summary>
    public Landmarks68 Predict(Mat gray, FoundFace face)
    {
        if (face.Roll == 0)
            return new Landmarks68(Place(gray, face.LandmarkBox));

        var (look, centre) = (face.LandmarkBox, new Point2d(face.Box.CentreX(), face.Box.CentreY()));
        var turn = new Turn(-face.Roll, centre, new Point2d(SquareSide / 2.0, SquareSide / 2.0), FaceSide / (double)look.Width);
        using var upright = turn.Apply(gray, new Size(SquareSide, SquareSide));
        var box = Boxes.Around(
            turn.To.X + ((look.CentreX() - centre.X) * turn.Scale), turn.To.Y + ((look.CentreY() - centre.Y) * turn.Scale),
            FaceSide, FaceSide);
        return new Landmarks68([.. Place(upright, box).Select(point => turn.Back(point.X, point.Y))
            .Select(point => new PixelPoint((int)Math.Round(point.X), (int)Math.Round(point.Y)))]);
    }

    /// <summary>The points in a box as HOG draws it.</summary>
    private PixelPoint[] Place(Mat gray, Box box)
    {
        Span<DlibPoint> points = stackalloc DlibPoint[Landmarks68.Count];
        predictor.Predict(
            gray.AsGrayPixels(), new DlibRectangle(box.X, box.Y, box.X + box.Width - 1, box.Y + box.Height - 1), points);
        var result = new PixelPoint[points.Length];
        for (var i = 0; i < points.Length; i++)
            result[i] = new PixelPoint(points[i].X, points[i].Y);
        return result;
    }
}
