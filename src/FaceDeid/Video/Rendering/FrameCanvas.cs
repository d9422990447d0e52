using FaceDeid.Imaging;
using FaceDeid.Video.Media;
using OpenCvSharp;

namespace FaceDeid.Video.Rendering;

/// <summary>
/// A frame's colours while its faces are treated. Only pixels that were changed go back into the frame: the way from luminance
/// and chrominance to colours and back would change the others, too. Owns its pixels; the frame stays the caller's.
/// </summary>
internal sealed class FrameCanvas : IDisposable
{
    private readonly VideoFrame _frame;
    private readonly Mat _before;

    public FrameCanvas(VideoFrame frame)
    {
        _frame = frame;
        _before = frame.Pixels.CvtColor(ColorConversionCodes.YUV2BGR_I420);
        Image = new UprightImage(_before.Clone(), alpha: null);
    }

    /// <summary>What is treated.</summary>
    public UprightImage Image { get; }

    /// <summary>Takes into the frame what was changed in a part of it.</summary>
    public void PutBack(Rect part)
    {
        var place = Even(part.Intersect(new Rect(0, 0, _frame.Width, _frame.Height)));
        if (place.Width <= 0 || place.Height <= 0)
            return;
        using var before = _before.SubMat(place);
        using var now = Image.Bgr.SubMat(place);
        using var changed = Changed(before, now);
        using var planes = now.CvtColor(ColorConversionCodes.BGR2YUV_I420);
        using var luma = _frame.Luma();
        using var target = luma.SubMat(place);
        using var source = planes.SubMat(new Rect(0, 0, place.Width, place.Height));
        source.CopyTo(target, changed);
        PutChroma(planes, changed, place);
        now.CopyTo(before); // the next part may overlap this one
    }

    public void Dispose()
    {
        Image.Dispose();
        _before.Dispose();
    }

    // Both planes have a sample for each two by two pixels.
    private static Rect Even(Rect part)
    {
        var (left, top) = (part.Left & ~1, part.Top & ~1);
        return Rect.FromLTRB(left, top, (part.Right + 1) & ~1, (part.Bottom + 1) & ~1);
    }

    private static Mat Changed(Mat before, Mat now)
    {
        using var difference = new Mat();
        Cv2.Absdiff(before, now, difference);
        var changed = new Mat();
        Cv2.InRange(difference, Scalar.Black, Scalar.Black, changed);
        Cv2.BitwiseNot(changed, changed);
        return changed;
    }

    private void PutChroma(Mat planes, Mat changed, Rect place)
    {
        var (width, height) = (place.Width / 2, place.Height / 2);
        var source = Samples(planes);
        var target = Samples(_frame.Pixels);
        var (fromU, toU) = (place.Width * place.Height, _frame.Width * _frame.Height);
        var (fromPlane, toPlane) = (width * height, toU / 4);
        for (var y = 0; y < height; y++)
        {
            var upper = changed.Row<byte>(2 * y);
            var lower = changed.Row<byte>((2 * y) + 1);
            var from = fromU + (y * width);
            var to = toU + (((place.Y / 2) + y) * (_frame.Width / 2)) + (place.X / 2);
            for (var x = 0; x < width; x++)
            {
                if ((upper[2 * x] | upper[(2 * x) + 1] | lower[2 * x] | lower[(2 * x) + 1]) == 0)
                    continue;
                target[to + x] = source[from + x];
                target[to + toPlane + x] = source[from + fromPlane + x];
            }
        }
    }

    private static unsafe Span<byte> Samples(Mat continuous) => new(continuous.DataPointer, (int)continuous.Total());
}
