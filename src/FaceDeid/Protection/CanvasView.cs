using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Protection;

/// <summary>A canvas as a viewer may show it, kept up to date while its faces are treated.</summary>
internal sealed class CanvasView : IDisposable
{
    private const int Reach = 2; // sides of a face's box, to each side: a turned face is looked at in a turned square

    private readonly UprightImage _canvas;
    private readonly Appearance _appearance;

    public CanvasView(UprightImage canvas, Appearance appearance)
    {
        (_canvas, _appearance) = (canvas, appearance);
        Bgr = Appearances.Render(canvas.Bgr, canvas.Alpha, appearance);
    }

    /// <summary>What is shown, <c>CV_8UC3</c>; owned by this object.</summary>
    public Mat Bgr { get; }

    /// <summary>
    /// The luminance around a face, <c>CV_8UC1</c>, as far as its landmarks are looked for; the caller owns it. That of a whole
    /// picture would take a third of its memory again.
    /// </summary>
    /// <param name="face">The face.</param>
    /// <param name="corner">Where its upper left pixel lies in the picture.</param>
    public Mat GrayAround(FoundFace face, out Point corner)
    {
        var around = Place(face.Box).Union(Place(face.LandmarkBox));
        around.Inflate(Reach * around.Width, Reach * around.Height);
        around = around.Intersect(new Rect(0, 0, Bgr.Width, Bgr.Height));
        corner = around.TopLeft;
        using var shown = Bgr.SubMat(around);
        return shown.ToGray();
    }

    /// <summary>
    /// Shows what was changed around a face and in its region, and only there: a picture can be large, and have many faces.
    /// </summary>
    public void Refresh(Box box, Rect region)
    {
        if (_appearance == Appearance.Colours)
            return; // they are the canvas's own
        var around = new Rect(box.X - box.Width, box.Y - box.Height, 3 * box.Width, 3 * box.Height)
            .Union(region).Intersect(new Rect(0, 0, Bgr.Width, Bgr.Height));
        if (around.Width <= 0 || around.Height <= 0)
            return;
        using var shown = Bgr.SubMat(around);
        using var colours = _canvas.Bgr.SubMat(around);
        using var opacity = _canvas.Alpha!.SubMat(around);
        using var now = Appearances.Render(colours, opacity, _appearance);
        now.CopyTo(shown);
    }

    public void Dispose() => Bgr.Dispose();

    private static Rect Place(Box box) => new(box.X, box.Y, box.Width, box.Height);
}
