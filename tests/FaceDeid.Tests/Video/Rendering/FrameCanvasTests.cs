using FaceDeid.Video.Rendering;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Video.Rendering;

public sealed class FrameCanvasTests
{
    [Fact]
    public void Only_what_was_changed_goes_back_into_the_frame()
    {
        using var frame = Frames.Noise(64, 48, seed: 1);
        using var before = frame.Pixels.Clone();

        using (var canvas = new FrameCanvas(frame))
        {
            Cv2.Rectangle(canvas.Image.Bgr, new Rect(11, 13, 9, 7), Scalar.White, thickness: -1);
            canvas.PutBack(new Rect(5, 5, 40, 30));
        }

        using var luma = frame.Luma();
        using var lumaBefore = before.SubMat(new Rect(0, 0, 64, 48));
        for (var y = 0; y < 48; y++)
        {
            for (var x = 0; x < 64; x++)
            {
                var isChanged = x is >= 11 and < 20 && y is >= 13 and < 20;
                Assert.Equal(isChanged ? 235 : lumaBefore.At<byte>(y, x), luma.At<byte>(y, x));
            }
        }

        // Chrominance: white where a changed pixel is among the four of a sample, else as it was.
        for (var y = 0; y < 24; y++)
        {
            for (var x = 0; x < 32; x++)
            {
                var isChanged = x is >= 5 and < 10 && y is >= 6 and < 10;
                foreach (var plane in new[] { 64 * 48, (64 * 48) + (32 * 24) })
                {
                    var i = plane + (y * 32) + x;
                    if (!isChanged)
                        Assert.Equal(Sample(before, i), Sample(frame.Pixels, i));
                }
            }
        }

        Assert.Equal(128, Sample(frame.Pixels, (64 * 48) + (8 * 32) + 7), tolerance: 1);
    }

    [Fact]
    public void Parts_that_overlap_are_both_taken()
    {
        using var frame = Frames.Noise(64, 48, seed: 2);

        using (var canvas = new FrameCanvas(frame))
        {
            Cv2.Rectangle(canvas.Image.Bgr, new Rect(0, 0, 64, 48), Scalar.White, thickness: -1);
            canvas.PutBack(new Rect(-10, -10, 50, 70));
            canvas.PutBack(new Rect(30, 0, 100, 100));
            canvas.PutBack(new Rect(200, 200, 10, 10));
        }

        using var luma = frame.Luma();
        Cv2.MinMaxLoc(luma, out double least, out double most);
        Assert.Equal((235, 235), (least, most));
    }

    private static byte Sample(Mat planes, int i) => planes.At<byte>(i / planes.Width, i % planes.Width);
}
