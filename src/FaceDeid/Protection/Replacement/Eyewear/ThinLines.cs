using OpenCvSharp;

namespace FaceDeid.Protection.Replacement.Eyewear;

/// <summary>
/// Thin lines from left to right: by how much each pixel is darker than what lies above it and below it, or lighter; in L*,
/// <c>CV_32FC1</c>.
/// </summary>
internal static class ThinLines
{
    /// <summary>So much a light line says of a frame, as of metal: highlights on skin are like it.</summary>
    public const float Light = 0.5f;

    private const int Aside = 4; // pixels: more than half of a frame
    private const float Most = 14; // in L*: more says no more

    /// <summary>Darker is positive, lighter negative; the caller owns the result.</summary>
    /// <param name="lightness">L*, <c>CV_32FC1</c>.</param>
    public static Mat Of(Mat lightness) => Compare(lightness, (above, here, below) =>
    {
        var (least, most) = (Math.Min(above, below), Math.Max(above, below));
        return here < least ? Math.Min(least - here, Most) : here > most ? Math.Max(most - here, -Most) : 0;
    });

    /// <summary>How much lines say of a frame, 0 or more; the caller owns the result.</summary>
    public static Mat AsFrame(Mat lines)
    {
        using var lighter = new Mat();
        Cv2.Multiply(lines, new Scalar(-Light), lighter);
        var most = new Mat();
        Cv2.Max(lines, lighter, most);
        return most;
    }

    /// <summary>What a function says of each pixel and of what lies a little above and below it; the caller owns it.</summary>
    public static unsafe Mat Compare(Mat lightness, Func<float, float, float, float> compare)
    {
        var result = new Mat(lightness.Size(), MatType.CV_32FC1);
        var (rows, columns) = (lightness.Rows, lightness.Cols);
        for (var y = 0; y < rows; y++)
        {
            var above = (float*)lightness.Ptr(Math.Max(0, y - Aside));
            var here = (float*)lightness.Ptr(y);
            var below = (float*)lightness.Ptr(Math.Min(rows - 1, y + Aside));
            var to = (float*)result.Ptr(y);
            for (var x = 0; x < columns; x++)
                to[x] = compare(above[x], here[x], below[x]);
        }

        return result;
    }
}
