using System.Numerics;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>A donor's face in a place of a picture. The texture belongs to this object.</summary>
internal sealed class WornFace(ShapeModel model, Mat texture, Complex[] outline) : IDisposable
{
    // Sampling single pixels of a texture much larger than the face would alias: below this scale it is averaged down first.
    private const double FineEnough = 0.7;
    private const int SmallestSide = 16;
    private static readonly Complex HalfPixel = new(0.5, 0.5);

    /// <summary>Its landmarks and forehead, in pixels of the picture.</summary>
    public IReadOnlyList<Complex> Outline => outline;

    /// <summary>Its width in pixels of the picture, from ear to ear.</summary>
    public double Width { get; } = (outline[16] - outline[0]).Magnitude;

    /// <summary>The part of the picture that it covers; of no size where it lies outside.</summary>
    public Rect Bounds(Size picture)
    {
        var around = Cv2.BoundingRect(outline.Select(p => new Point(Math.Round(p.Real), Math.Round(p.Imaginary))).ToArray());
        around.Inflate(1, 1);
        return around.Intersect(new Rect(0, 0, picture.Width, picture.Height));
    }

    /// <summary>
    /// A part of the picture as it would be with this face alone: colours and opacity, <c>CV_8UC4</c>; the caller owns it.
    /// </summary>
    /// <param name="part">The part, in pixels of the picture.</param>
    /// <param name="reduction">How many pixels of the picture one pixel of the result stands for.</param>
    public Mat Render(Rect part, double reduction = 1)
    {
        var to = Array.ConvertAll(outline, p => ((p - new Complex(part.X, part.Y) + HalfPixel) / reduction) - HalfPixel);
        var scale = SimilarityTransform.Between(model.MeanOutline, to).Scale;
        using var fitting = scale > FineEnough
            ? texture.Share()
            : texture.Squeeze(Math.Max(SmallestSide, (int)Math.Ceiling(ShapeModel.FrameSide * scale)));
        var squeeze = fitting.Width / (double)ShapeModel.FrameSide;
        var from = Array.ConvertAll(model.MeanOutline, p => ((p + HalfPixel) * squeeze) - HalfPixel);
        var size = new Size(Math.Ceiling(part.Width / reduction), Math.Ceiling(part.Height / reduction));
        return model.Warp.Apply(fitting, from, to, size);
    }

    public void Dispose() => texture.Dispose();
}
