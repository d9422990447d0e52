using OpenCvSharp;

namespace FaceDeid.Imaging;

/// <summary>EXIF orientations (TIFF 6.0 / EXIF 2.3, tag 0x0112).</summary>
internal static class Orientation
{
    /// <summary>The picture upright; the caller disposes it like a copy.</summary>
    /// <param name="raw">The picture as it is coded.</param>
    /// <param name="orientation">1 (upright) to 8.</param>
    public static Mat Turned(this Mat raw, int orientation)
    {
        switch (orientation)
        {
            case 2: return raw.Flip(FlipMode.Y);
            case 3: return raw.Flip(FlipMode.XY);
            case 4: return raw.Flip(FlipMode.X);
            case 5: return raw.Transpose();
            case 6: return Rotated(RotateFlags.Rotate90Clockwise);
            case 7: using (var transposed = raw.Transpose()) return transposed.Flip(FlipMode.XY);
            case 8: return Rotated(RotateFlags.Rotate90Counterclockwise);
            default: return raw.Share();
        }

        Mat Rotated(RotateFlags turn)
        {
            var turned = new Mat();
            Cv2.Rotate(raw, turned, turn);
            return turned;
        }
    }
}
