using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// The place where the left and the right edge of a picture of 360 degrees meet: a picture twice as wide as high may be one
/// (equirectangular projection), and each of its edges shows a part of a face that no search of the picture sees whole.
/// </summary>
internal static class Seam
{
    private const int Part = 8; // of the width, that is looked at on each side
    private const int Shown = 3; // pixels of a face that an edge must show

    /// <summary>Whether a picture's edges may meet.</summary>
    public static bool MayBeIn(SearchImage image) => image.Width >= 2 * Part && Math.Abs(image.Width - (2 * image.Height)) <= 2;

    /// <summary>Both edges side by side; the caller owns it.</summary>
    public static SearchImage Of(SearchImage image)
    {
        var part = image.Width / Part;
        using var left = image.Bgr.ColRange(0, part);
        using var right = image.Bgr.ColRange(image.Width - part, image.Width);
        var both = new Mat();
        Cv2.HConcat([right, left], both);
        return new SearchImage(both);
    }

    /// <summary>A face that lies across the seam, as each of the picture's edges shows it; others are found anyway.</summary>
    public static IEnumerable<FoundFace> Back(SearchImage image, FoundFace face)
    {
        var middle = image.Width / Part;
        if (face.Box.X > middle - Shown || face.Box.X + face.Box.Width < middle + Shown)
            yield break;
        yield return Moved(face, image.Width - middle);
        yield return Moved(face, -middle);
    }

    private static FoundFace Moved(FoundFace face, int right) => face with
    {
        Box = face.Box with { X = face.Box.X + right },
        LandmarkBox = face.LandmarkBox with { X = face.LandmarkBox.X + right },
    };
}
