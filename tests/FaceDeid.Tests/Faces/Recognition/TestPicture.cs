using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Tests.Faces.Recognition;

/// <summary>A picture for the networks of face-api, whose original was shown the same.</summary>
internal static class TestPicture
{
    public static Mat Of(Func<int, int, (int Red, int Green, int Blue)> colour)
    {
        var picture = new Mat(AgeSexNetwork.Side, AgeSexNetwork.Side, MatType.CV_8UC3);
        for (var y = 0; y < AgeSexNetwork.Side; y++)
        {
            for (var x = 0; x < AgeSexNetwork.Side; x++)
            {
                var (red, green, blue) = colour(x, y);
                picture.Set(y, x, new Vec3b((byte)blue, (byte)green, (byte)red));
            }
        }

        return picture;
    }
}
