using OpenCvSharp;

namespace FaceDeid.Geometry;

/// <summary>A rectangle cut into rows, so that work on it takes little memory however large it is.</summary>
internal static class Strips
{
    private const int Pixels = 1 << 18;

    public static IEnumerable<Rect> Split(Rect whole)
    {
        var rows = Math.Max(1, Pixels / Math.Max(1, whole.Width));
        for (var top = whole.Top; top < whole.Bottom; top += rows)
        {
            WorkerGate.Checkpoint();
            yield return new Rect(whole.X, top, whole.Width, Math.Min(rows, whole.Bottom - top));
        }
    }
}
