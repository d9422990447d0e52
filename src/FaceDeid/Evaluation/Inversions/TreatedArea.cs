using OpenCvSharp;

namespace FaceDeid.Evaluation.Inversions;

/// <summary>Where a face was changed. What lies around it is as it was, and an attacker may build on it.</summary>
internal static class TreatedArea
{
    /// <summary>Smaller pictures show too little of a face to undo anything.</summary>
    public const int LeastSide = 24;

    /// <summary>The middle of the picture, where the face is whatever the region's shape was.</summary>
    public static Rect Middle(Size size) =>
        new(size.Width / 4, size.Height / 4, size.Width - (2 * (size.Width / 4)), size.Height - (2 * (size.Height / 4)));

    /// <summary>
    /// 255 in the convex hull of what was changed, else 0, <c>CV_8UC1</c>; the caller owns it. Null where nothing was changed in
    /// the middle, or where the two cannot be compared.
    /// </summary>
    public static Mat? Find(Mat original, Mat deidentified)
    {
        var size = original.Size();
        if (size != deidentified.Size() || Math.Min(size.Width, size.Height) < LeastSide
            || original.Type() != MatType.CV_8UC3 || deidentified.Type() != MatType.CV_8UC3)
            return null;
        using var difference = Difference(original, deidentified);

        // A JPEG file differs everywhere. The corners are most likely to show by how much.
        var noise = Corners(size).Average(corner => Mean(difference, corner));
        using var changed = new Mat();
        Cv2.Compare(difference, new Scalar(Math.Clamp(2 + (3 * noise), 3, 8)), changed, CmpTypes.GT);
        using var middle = changed.SubMat(Middle(size));
        if (Cv2.CountNonZero(middle) < middle.Rows * middle.Cols / 50)
            return null;
        using var places = new Mat();
        Cv2.FindNonZero(changed, places);
        places.GetArray(out Point[] points);
        var mask = new Mat(size, MatType.CV_8UC1, Scalar.Black);
        Cv2.FillConvexPoly(mask, Cv2.ConvexHull(points), Scalar.White);
        return mask;
    }

    /// <summary>The mean absolute difference of the channels around each pixel, <c>CV_32FC1</c>.</summary>
    private static Mat Difference(Mat a, Mat b)
    {
        using var difference = new Mat();
        Cv2.Absdiff(a, b, difference);
        using var gray = difference.CvtColor(ColorConversionCodes.BGR2GRAY);
        using var smooth = gray.Blur(new Size(3, 3));
        var result = new Mat();
        smooth.ConvertTo(result, MatType.CV_32FC1);
        return result;
    }

    private static IEnumerable<Rect> Corners(Size size)
    {
        var (width, height) = (Math.Max(1, size.Width / 12), Math.Max(1, size.Height / 12));
        foreach (var x in new[] { 0, size.Width - width })
        {
            foreach (var y in new[] { 0, size.Height - height })
                yield return new Rect(x, y, width, height);
        }
    }

    private static double Mean(Mat plane, Rect place)
    {
        using var part = plane.SubMat(place);
        return Cv2.Mean(part).Val0;
    }
}
