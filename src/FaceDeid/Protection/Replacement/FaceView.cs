using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Protection.Replacement;

/// <summary>
/// A face and its surroundings, reduced to a size at which light, skin and outline can be judged. Owns its pixels.
/// </summary>
internal sealed class FaceView : IDisposable
{
    /// <summary>Width of a face in pixels that is enough for the embedding: its own crop is coarser.</summary>
    public const double Coarse = 96;

    private const double Width = 200; // of a face, in pixels: what is finer is not needed to judge
    private const double Around = 0.2; // of the face's width: what the embedding sees of its surroundings, too
    private static readonly Complex HalfPixel = new(0.5, 0.5);

    private readonly Lazy<Mat?> _glasses;

    private FaceView(Rect bounds, double reduction, Mat lab, Complex[] points)
    {
        Bounds = bounds;
        Reduction = reduction;
        Lab = lab;
        Points = points;
        using var sure = SureSkin.Mask(points, lab.Size());
        SkinLikeness = SkinColours.Likeness(lab, sure, out var skin);
        Skin = skin;
        Light = LightSlope.Of(lab, sure);
        Gaze = Gaze.Of(lab, points);
        _glasses = new Lazy<Mat?>(() => Eyewear.Glasses.Of(lab, points));
    }

    /// <summary>The part of the picture that is seen.</summary>
    public Rect Bounds { get; }

    /// <summary>How many pixels of the picture a pixel of the view stands for, at least 1.</summary>
    public double Reduction { get; }

    /// <summary>Whether it is the picture's own pixels, not reduced.</summary>
    public bool IsWhole => Reduction == 1;

    /// <summary>CIE L*a*b*, <c>CV_32FC3</c>.</summary>
    public Mat Lab { get; }

    /// <summary>79 points, landmarks and forehead, in pixels of the view.</summary>
    public Complex[] Points { get; }

    /// <summary>Its landmarks, in whole pixels of the view.</summary>
    public Landmarks68 Landmarks => new([.. Points.Take(Landmarks68.Count)
        .Select(p => new PixelPoint((int)Math.Round(p.Real), (int)Math.Round(p.Imaginary)))]);

    /// <summary>The colours of its skin.</summary>
    public SkinColours Skin { get; }

    /// <summary>Where it shows skin, 0 to 1, <c>CV_32FC1</c>.</summary>
    public Mat SkinLikeness { get; }

    /// <summary>How light falls on it.</summary>
    public LightSlope Light { get; }

    /// <summary>Where it looks.</summary>
    public Gaze Gaze { get; }

    /// <summary>Where it wears glasses, 0 to 1, <c>CV_32FC1</c>; null: none are seen.</summary>
    public Mat? Glasses => _glasses.Value;

    /// <summary>From ear to ear, in pixels of the view.</summary>
    public double FaceWidth => FaceMesh.WidthOf(Points);

    /// <summary>Looks at a face; null: it lies outside of the picture.</summary>
    /// <param name="picture">The picture, <c>CV_8UC3</c>.</param>
    /// <param name="landmarks">The face's 68 landmarks.</param>
    /// <param name="most">Width in pixels to which a wider face is reduced.</param>
    public static FaceView? Of(Mat picture, Complex[] landmarks, double most = Width)
    {
        var points = FaceMesh.WithForehead(landmarks);
        var bounds = BoundsOf(landmarks, picture.Size());
        if (bounds.Width < 2 || bounds.Height < 2)
            return null;
        var reduction = Math.Max(1, FaceMesh.WidthOf(points) / most);
        // Both sides are reduced alike: of what is left over at the edges nothing is judged, but it belongs to the face.
        var size = new Size(Math.Max(1, (int)(bounds.Width / reduction)), Math.Max(1, (int)(bounds.Height / reduction)));
        using var part = picture.SubMat(new Rect(
            bounds.X, bounds.Y, Math.Min(bounds.Width, (int)Math.Round(size.Width * reduction)),
            Math.Min(bounds.Height, (int)Math.Round(size.Height * reduction))));
        using var reduced = part.Resize(size, 0, 0, InterpolationFlags.Area);
        return new FaceView(bounds, reduction, reduced.ToLab(), ToView(points, bounds, reduction));
    }

    /// <summary>The part of a picture that is seen of a face with these landmarks; empty: it lies outside.</summary>
    public static Rect BoundsOf(Complex[] landmarks, Size picture)
    {
        var points = FaceMesh.WithForehead(landmarks);
        var around = Cv2.BoundingRect(points.Select(SureSkin.ToPoint));
        var margin = 2 + (int)(Around * FaceMesh.WidthOf(points));
        around.Inflate(margin, margin);
        return around.Intersect(new Rect(default, picture));
    }

    /// <summary>Points of the picture in pixels of the view.</summary>
    public Complex[] ToView(Complex[] points) => ToView(points, Bounds, Reduction);

    /// <summary>Where a point of the view is in the picture.</summary>
    public Complex ToPicture(Complex p) => ((p + HalfPixel) * Reduction) - HalfPixel + new Complex(Bounds.X, Bounds.Y);

    /// <summary>The part of the picture that a part of the view shows.</summary>
    public Rect InPicture(Rect view)
    {
        var (from, to) = (ToPicture(new Complex(view.X, view.Y)), ToPicture(new Complex(view.Right - 1, view.Bottom - 1)));
        // At the view's edges, up to the edges of what it shows: half of a pixel of the view is several of the picture.
        return Rect.FromLTRB(
            view.Left <= 0 ? Bounds.Left : (int)Math.Ceiling(from.Real),
            view.Top <= 0 ? Bounds.Top : (int)Math.Ceiling(from.Imaginary),
            view.Right >= Lab.Width ? Bounds.Right : (int)Math.Floor(to.Real) + 1,
            view.Bottom >= Lab.Height ? Bounds.Bottom : (int)Math.Floor(to.Imaginary) + 1).Intersect(Bounds);
    }

    /// <summary>
    /// What was found in the view, or in a part of it, for a part of the picture and as large as it; the caller owns it.
    /// </summary>
    /// <param name="found">What was found.</param>
    /// <param name="origin">Its first pixel in the view.</param>
    /// <param name="part">The part of the picture.</param>
    public Mat ToPicture(Mat found, Point origin, Rect part)
    {
        if (IsWhole)
            return found.SubMat(new Rect(part.TopLeft - Bounds.TopLeft - origin, part.Size));
        var per = 1 / Reduction;
        using var toView = Mat.FromArray(new[,]
        {
            { per, 0, ((part.X - Bounds.X + 0.5) * per) - 0.5 - origin.X },
            { 0, per, ((part.Y - Bounds.Y + 0.5) * per) - 0.5 - origin.Y },
        });
        return found.WarpAffine(
            toView, part.Size, InterpolationFlags.Linear | InterpolationFlags.WarpInverseMap, BorderTypes.Replicate);
    }

    /// <summary>Whether it has no colour: a gray picture of three channels stays gray.</summary>
    public bool IsGray()
    {
        const double unseen = 1.5; // of a* and b*: JPEG's chroma of a gray picture
        using var a = Lab.ExtractChannel(1);
        using var b = Lab.ExtractChannel(2);
        return Cv2.Norm(a, NormTypes.INF) <= unseen && Cv2.Norm(b, NormTypes.INF) <= unseen;
    }

    public void Dispose()
    {
        Lab.Dispose();
        SkinLikeness.Dispose();
        if (_glasses.IsValueCreated)
            _glasses.Value?.Dispose();
    }

    private static Complex[] ToView(Complex[] points, Rect bounds, double reduction) => Array.ConvertAll(
        points, p => ((p - new Complex(bounds.X, bounds.Y) + HalfPixel) / reduction) - HalfPixel);
}
