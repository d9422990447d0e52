using FaceDeid.Faces.Landmarks;
using OpenCvSharp;

namespace FaceDeid.Protection.Subjects;

/// <summary>The pixels of a picture that belong to one face: a rectangle of the picture, and in it a mask.</summary>
internal sealed class ProtectedRegion : IDisposable
{
    /// <summary>Padding of the ellipse, of the box, to each side: hair line, chin and ears' edge.</summary>
    public const double EllipsePadding = 0.2;

    /// <summary>
    /// About how far the region of a whole head reaches beyond the box, to each side; <see cref="BoundsOf"/> knows it exactly.
    /// </summary>
    public const double HeadPadding = 0.7;

    private const double HullPadding = 0.12; // of the hull's width, to each side: from the jaw line to the ears' edge

    private ProtectedRegion(Rect bounds, Mat mask, double width)
    {
        Bounds = bounds;
        Mask = mask;
        Width = width;
    }

    /// <summary>The rectangle, inside the picture; empty when the face lies outside of it.</summary>
    public Rect Bounds { get; }

    /// <summary>
    /// 255 where a pixel belongs to the face, else 0; <c>CV_8UC1</c>, as large as <see cref="Bounds"/>; owned by this object.
    /// </summary>
    public Mat Mask { get; }

    /// <summary>Whether the face lies outside of the picture.</summary>
    public bool IsEmpty => Bounds.Width <= 0 || Bounds.Height <= 0;

    /// <summary>
    /// The width in pixels that strengths are relative to: the face's, ear to ear, or the head's with its hair, of which
    /// samples as fine as a face's would show too much.
    /// </summary>
    public double Width { get; }

    /// <summary>
    /// The region of a face; the caller owns it. An outline that the caller drew is taken as it is. A hull needs reliable
    /// landmarks; the ellipse always covers the landmarks too, where they are reliable, and the head always covers the ellipse.
    /// </summary>
    public static ProtectedRegion Create(Subject subject, Size picture, RegionShape shape)
    {
        var outline = Outline(subject, picture, shape);
        var bounds = Bound(outline, picture);
        var mask = new Mat(bounds.Size, MatType.CV_8UC1, Scalar.Black);
        var isHead = shape == RegionShape.Head && subject.Polygon is null;
        var region = new ProtectedRegion(bounds, mask, subject.Box.Width * (isHead ? HeadOutline.Widths : 1));
        if (!region.IsEmpty)
        {
            Cv2.FillPoly(mask, [outline.Select(p => p - bounds.TopLeft)], Scalar.White);
            // An outline that crosses itself leaves holes, in which the face would stay: they are filled too.
            Cv2.FindContours(mask, out Point[][] outer, out _, RetrievalModes.External, ContourApproximationModes.ApproxNone);
            Cv2.DrawContours(mask, outer, -1, Scalar.White, thickness: -1);
        }

        return region;
    }

    /// <summary>The rectangle of a face's region, as <see cref="Bounds"/>, before anything is allocated for it.</summary>
    public static Rect BoundsOf(Subject subject, Size picture, RegionShape shape) =>
        Bound(Outline(subject, picture, shape), picture);

    public void Dispose() => Mask.Dispose();

    private static Point[] Outline(Subject subject, Size picture, RegionShape shape)
    {
        if (subject.Polygon is { } polygon)
            return [.. polygon.Select(p => new Point(p.X, p.Y))];
        var hull = subject.HasReliableLandmarks ? FaceHull(subject.Landmarks) : [];
        if (shape == RegionShape.Hull && hull.Length > 0 && Cv2.BoundingRect(hull).IntersectsWith(new Rect(default, picture)))
            return hull;
        var head = shape == RegionShape.Head ? HeadOutline.Create(subject) : [];
        var outline = Cv2.ConvexHull([.. Ellipse(subject), .. hull, .. head]);
        return Reaches(outline, picture)
            ? outline
            : Cv2.ConvexHull([.. outline, .. Corners(subject.Box)]); // of the face only a corner is in the picture
    }

    private static Rect Bound(Point[] outline, Size picture)
    {
        // A pixel more on each side: an outline's own pixels belong to it.
        var around = Cv2.BoundingRect(outline);
        around.Inflate(1, 1);
        return around.Intersect(new Rect(0, 0, picture.Width, picture.Height));
    }

    /// <summary>Whether a convex outline holds a pixel of the picture, or more.</summary>
    private static bool Reaches(Point[] outline, Size picture) => Cv2.IntersectConvexConvex(
        outline.Select(p => new Point2f(p.X, p.Y)),
        Corners(new Box(0, 0, picture.Width, picture.Height)).Select(p => new Point2f(p.X, p.Y)), out _) >= 1;

    private static Point[] Corners(Box box) =>
    [
        new(box.X, box.Y), new(box.X + box.Width - 1, box.Y),
        new(box.X + box.Width - 1, box.Y + box.Height - 1), new(box.X, box.Y + box.Height - 1),
    ];

    private static Point[] Ellipse(Subject subject)
    {
        var box = subject.Box;
        return Cv2.Ellipse2Poly(
            new Point(box.X + (box.Width / 2), box.Y + (box.Height / 2)),
            new Size(
                (int)Math.Ceiling(box.Width * (0.5 + EllipsePadding)), (int)Math.Ceiling(box.Height * (0.5 + EllipsePadding))),
            0, 0, 360, 5);
    }

    /// <summary>The landmarks and the forehead above them, widened to the ears' edge.</summary>
    private static Point[] FaceHull(Landmarks68 landmarks)
    {
        var outline = FaceOutline.WithForehead(landmarks.ToComplex());
        var centre = outline.Aggregate(System.Numerics.Complex.Add) / outline.Length;
        return Cv2.ConvexHull(outline.Select(p => centre + ((p - centre) * (1 + (2 * HullPadding))))
            .Select(p => new Point(p.Real, p.Imaginary)));
    }
}
