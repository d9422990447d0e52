using FaceDeid.Imaging;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection;

/// <summary>A face's region as it was, to be put back.</summary>
internal sealed class SavedRegion : IDisposable
{
    private readonly UprightImage _canvas;
    private readonly Mat _colours;
    private readonly Mat? _opacity;

    public SavedRegion(UprightImage canvas, Subject subject, RegionShape shape)
    {
        using var region = ProtectedRegion.Create(subject, canvas.Bgr.Size(), shape);
        (_canvas, Bounds) = (canvas, region.Bounds);
        using var colours = canvas.Bgr.SubMat(Bounds);
        using var opacity = canvas.Alpha?.SubMat(Bounds);
        (_colours, _opacity) = (colours.Clone(), opacity?.Clone());
    }

    /// <summary>The rectangle of the picture that the region lies in.</summary>
    public Rect Bounds { get; }

    /// <summary>Makes a part of the picture as it was, as far as it lies in the region.</summary>
    public void PutBack(Rect part)
    {
        part = part.Intersect(Bounds);
        if (part.Width <= 0 || part.Height <= 0)
            return;
        Copy(_colours, _canvas.Bgr, part);
        if (_opacity is not null)
            Copy(_opacity, _canvas.Alpha!, part);
    }

    public void Dispose()
    {
        _colours.Dispose();
        _opacity?.Dispose();
    }

    private void Copy(Mat saved, Mat canvas, Rect part)
    {
        using var was = saved.SubMat(part - Bounds.TopLeft);
        using var now = canvas.SubMat(part);
        was.CopyTo(now);
    }
}
