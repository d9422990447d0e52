using FaceDeid.Faces.Detection;
using OpenCvSharp;

namespace FaceDeid.Protection.Subjects;

/// <summary>
/// What the faces that a caller gave say, and which of those that were found they leave to be treated beside them.
/// </summary>
internal static class GivenFaces
{
    private const double MostOfFace = 0.9; // of a found face's ellipse: a region that covers less is of something else
    private const int Samples = 48; // of the ellipse, along each side of its box

    /// <summary>The box around a given face, in the common meaning.</summary>
    public static Box Outer(EditedFace face) =>
        face.Box is { } box ? box.ToCommon(face.IsHogSquare ? DetectorKind.Hog : DetectorKind.Auto) : Boxes.Around(face.Polygon!);

    /// <summary>Whether a given face is this one, found, and its region covers it.</summary>
    public static bool Covers(EditedFace given, Box found)
    {
        var outer = Outer(given);
        if (!OneBoxPerFace.Covers(outer, found))
            return false;
        var (inside, covered) = (0, 0);
        for (var row = 0; row < Samples; row++)
        {
            for (var column = 0; column < Samples; column++)
            {
                var (x, y) = (((2 * column) + 1.0) / Samples - 1, ((2 * row) + 1.0) / Samples - 1);
                if ((x * x) + (y * y) > 1)
                    continue;
                inside++;
                if (Holds(given, outer, found.CentreX() + (x * found.Width / 2), found.CentreY() + (y * found.Height / 2)))
                    covered++;
            }
        }

        return covered >= MostOfFace * inside;
    }

    /// <summary>Whether the region of a given face has pixels of the picture.</summary>
    public static bool IsIn(Size picture, EditedFace given)
    {
        if (given.Polygon is { } corners)
        {
            return corners.Zip(corners.Skip(1).Append(corners[0])).Any(edge => Crosses(picture, edge.First, edge.Second))
                || Encloses(corners, 0, 0);
        }

        var box = given.Box!.Value;
        return box.X < picture.Width && box.Y < picture.Height && (long)box.X + box.Width > 0 && (long)box.Y + box.Height > 0;
    }

    private static bool Holds(EditedFace given, Box outer, double x, double y) =>
        given.Polygon is { } corners ? Encloses(corners, x, y) : IsInEllipse(outer, x, y);

    private static bool IsInEllipse(Box box, double x, double y)
    {
        var (dx, dy) = ((x - box.CentreX()) / box.Width, (y - box.CentreY()) / box.Height);
        const double reach = 0.5 + ProtectedRegion.EllipsePadding;
        return (dx * dx) + (dy * dy) < reach * reach;
    }

    private static bool Crosses(Size picture, PixelPoint from, PixelPoint to)
    {
        var (start, end) = (new Point(from.X, from.Y), new Point(to.X, to.Y));
        return Cv2.ClipLine(picture, ref start, ref end);
    }

    // By the winding number: a line that goes there and back encloses nothing, however often it does.
    private static bool Encloses(IReadOnlyList<PixelPoint> corners, double x, double y)
    {
        var winding = 0;
        for (var (i, last) = (0, corners[^1]); i < corners.Count; last = corners[i++])
        {
            var corner = corners[i];
            if (last.Y <= y == corner.Y <= y)
                continue;
            var isRight = (((double)corner.X - last.X) * (y - last.Y) / ((double)corner.Y - last.Y)) + last.X > x;
            if (isRight)
                winding += corner.Y > last.Y ? 1 : -1;
        }

        return winding != 0;
    }
}
