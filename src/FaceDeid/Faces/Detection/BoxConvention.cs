namespace FaceDeid.Faces.Detection;

/// <summary>
/// What the detectors mean by a face's box, brought to one meaning: from the hairline to the chin and from ear to ear, as
/// UltraFace and YuNet draw it. dlib's HOG draws a square from above the brows to the chin, and its landmark predictor was
/// trained on such squares. The numbers are medians over faces that both UltraFace and HOG found (docs/detection.md).
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
        return Boxes.Around(box.CentreX(), box.CentreY() - (height * SquareShift), box.Width * FaceWidth, height);
    }

    /// <summary>
    /// The square that HOG would draw around a face given in the common meaning: where the landmark predictor looks.
    /// </summary>
    public static Box ForLandmarks(this Box face)
    {
        var side = SquareSide * (face.Width + face.Height) / 2.0;
        return Boxes.Around(face.CentreX(), face.CentreY() + (face.Height * SquareShift), side, side);
    }
}
