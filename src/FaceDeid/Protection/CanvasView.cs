using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Protection;

/// <summary>A canvas as a viewer may show it, kept up to date while its faces are treated.</summary>
internal sealed class CanvasView : IDisposable
{
    private readonly UprightImage _canvas;
    private readonly Appearance _appearance;

    public CanvasView(UprightImage canvas, Appearance appearance)
    {
        (_canvas, _appearance) = (canvas, appearance);
        Bgr = Appearances.Render(canvas.Bgr, canvas.Alpha, appearance);
        Gray = Bgr.ToGray();
    }

    /// <summary>What is shown, <c>CV_8UC3</c>; owned by this object.</summary>
    public Mat Bgr { get; }

    /// <summary>Its luminance, <c>CV_8UC1</c>; owned by this object.</summary>
    public Mat Gray { get; }

    /// <summary>
    /// Shows what was changed around a face and in its region, and only there: a picture can be large, and have many faces.
    /// </summary>
    public void Refresh(Box box, Rect region)
    {
        var around = new Rect(box.X - box.Width, box.Y - box.Height, 3 * box.Width, 3 * box.Height)
            .Union(region).Intersect(new Rect(0, 0, Bgr.Width, Bgr.Height));
        if (around.Width <= 0 || around.Height <= 0)
            return;
        using var shown = Bgr.SubMat(around);
        if (_appearance != Appearance.Colours)
        {
            using var colours = _canvas.Bgr.SubMat(around);
            using var opacity = _canvas.Alpha!.SubMat(around);
            using var now = Appearances.Render(colours, opacity, _appearance);
            now.CopyTo(shown);
        }

        using var luminance = Gray.SubMat(around);
        Cv2.CvtColor(shown, luminance, ColorConversionCodes.BGR2GRAY);
    }

    public void Dispose()
    {
        Bgr.Dispose();
        Gray.Dispose();
    }
}
