using OpenCvSharp;

namespace FaceDeid.Protection.Scrambling;

/// <summary>
/// The squares that pictures are scrambled by, from the upper left corner of the upright picture on. Sixteen pixels are what JPEG
/// encodes as a unit when it halves the resolution of colours: blocks that are smaller share their colours with strange
/// neighbours, and lose them.
/// </summary>
internal static class ScrambleGrid
{
    /// <summary>Side of a block in pixels; those at the picture's right and bottom edge may be smaller.</summary>
    public const int Side = 16;

    /// <summary>The rectangle of whole blocks around a rectangle, inside the picture; empty when the rectangle is.</summary>
    public static Box Around(Rect bounds, Size picture)
    {
        if (bounds.Width <= 0 || bounds.Height <= 0)
            return default;
        var (left, top) = (bounds.Left / Side * Side, bounds.Top / Side * Side);
        return new Box(left, top, Up(bounds.Right, picture.Width) - left, Up(bounds.Bottom, picture.Height) - top);
    }

    /// <summary>Whether a region consists of whole blocks inside the picture.</summary>
    public static bool IsWhole(Box region, Size picture) =>
        region is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } && region.X % Side == 0 && region.Y % Side == 0
        && IsEnd((long)region.X + region.Width, picture.Width) && IsEnd((long)region.Y + region.Height, picture.Height);

    /// <summary>How many blocks there are along a side.</summary>
    public static int Blocks(int length) => (length + Side - 1) / Side;

    private static int Up(int edge, int end) => Math.Min(end, (edge + Side - 1) / Side * Side);

    private static bool IsEnd(long edge, int end) => edge == end || (edge < end && edge % Side == 0);
}
