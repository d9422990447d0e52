using OpenCvSharp;

namespace FaceDeid.Benchmarks.Accuracy;

/// <summary>Pictures turned clockwise by 0, 90, 180 or 270 degrees.</summary>
internal static class QuarterTurn
{
    /// <summary>The turned picture; the caller owns it.</summary>
    public static Mat Turned(this Mat bgr, int degrees)
    {
        var turned = bgr.Clone();
        if (degrees != 0)
        {
            Cv2.Rotate(
                bgr, turned,
                degrees switch
                {
                    90 => RotateFlags.Rotate90Clockwise,
                    180 => RotateFlags.Rotate180,
                    _ => RotateFlags.Rotate90Counterclockwise,
                });
        }

        return turned;
    }

    /// <summary>Where a box lies after its picture was turned; the sizes are the turned picture's.</summary>
    public static Box Turned(this Box box, int degrees, int width, int height) => degrees switch
    {
        0 => box,
        90 => new Box(width - box.Y - box.Height, box.X, box.Height, box.Width),
        180 => new Box(width - box.X - box.Width, height - box.Y - box.Height, box.Width, box.Height),
        _ => new Box(box.Y, height - box.X - box.Width, box.Height, box.Width),
    };
}
