namespace FaceDeid.Detection;

/// <summary>
/// What the detectors mean by a face's box, brought to one meaning: from the hairline to the chin and from ear to ear, as UltraFace and
/// YuNet draw it. dlib's HOG draws a square from above the brows to the chin, and its landmark predictor was trained on such squares.
/// The numbers are medians over faces that both UltraFace and HOG found (docs/detection.md).
/// </summary>
internal static class BoxConvention
{
    private const double SquareSide = 0.96; // of the mean of width and height
    private const double SquareShift = 0.05; // of the height, downwards
    private const double FaceWidth = 0.87; // of the square's side
    private const double FaceHeight = 1.22;

    /// <summary>A detector's box in the common meaning. Haar's squares are near enough to stay as they are.</summary>
    public static Box ToCommon(this Box box, DetectorKind detector)
    {
        if (detector is not DetectorKind.Hog)
            return box;
        var height = box.Height * FaceHeight;
        return Around(box.CentreX(), box.CentreY() - (height * SquareShift), box.Width * FaceWidth, height);
    }

    /// <summary>The square that HOG would draw around a face given in the common meaning: where the landmark predictor looks.</summary>
    public static Box ForLandmarks(this Box face)
    {
        var side = SquareSide * (face.Width + face.Height) / 2.0;
        return Around(face.CentreX(), face.CentreY() + (face.Height * SquareShift), side, side);
    }

    public static double CentreX(this Box box) => box.X + (box.Width / 2.0);

    public static double CentreY(this Box box) => box.Y + (box.Height / 2.0);

    /// <summary>The box of this size around a centre.</summary>
    public static Box Around(double x, double y, double width, double height) => new(
        (int)Math.Round(x - (width / 2)), (int)Math.Round(y - (height / 2)), Math.Max(1, (int)Math.Round(width)), Math.Max(1, (int)Math.Round(height)));

    /// <summary>The box in a picture that is so many times larger.</summary>
    public static Box Scaled(this Box box, double scale) => new(
        (int)Math.Round(box.X * scale), (int)Math.Round(box.Y * scale), (int)Math.Round(box.Width * scale), (int)Math.Round(box.Height * scale));
}
