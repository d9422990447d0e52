using FaceDeid.Detection;
using OpenCvSharp;

namespace FaceDeid.Scrambling;

/// <summary>
/// The squares that pictures are scrambled by, from the upper left corner of the upright picture on. Sixteen pixels are what JPEG encodes as
/// a unit when it halves the resolution of colours: blocks that are smaller share their colours with strange neighbours, and lose them.
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

    /// <summary>
    /// The blocks that are a region's own, none of a region before it, in groups of equal size: whole ones, those cut by the picture's right
    /// edge, by its bottom edge, and by both; in each group from left to right, row by row from the top.
    /// </summary>
    /// <param name="picture">The picture's size.</param>
    /// <param name="regions">The regions of whole blocks, the first with the first claim on a block.</param>
    /// <param name="index">Which of them.</param>
    /// <exception cref="ArgumentException">The region is not one of whole blocks inside the picture.</exception>
    public static Rect[][] Own(Size picture, IReadOnlyList<Box> regions, int index)
    {
        var region = regions[index];
        if (!IsWhole(region, picture))
            throw new ArgumentException("A region must consist of whole blocks inside the picture.", nameof(regions));
        var (columns, rows) = (Blocks(region.Width), Blocks(region.Height));
        var taken = Taken(regions, index);
        List<Rect>[] groups = [[], [], [], []];
        for (var i = 0; i < columns * rows; i++)
        {
            if (taken[i])
                continue;
            var (x, y) = (region.X + (i % columns * Side), region.Y + (i / columns * Side));
            var (width, height) = (Math.Min(Side, picture.Width - x), Math.Min(Side, picture.Height - y));
            groups[(width < Side ? 1 : 0) + (height < Side ? 2 : 0)].Add(new Rect(x, y, width, height));
        }

        return [.. groups.Select(group => group.ToArray())];
    }

    /// <summary>Whether a region consists of whole blocks inside the picture.</summary>
    public static bool IsWhole(Box region, Size picture) =>
        region is { X: >= 0, Y: >= 0, Width: > 0, Height: > 0 } && region.X % Side == 0 && region.Y % Side == 0
        && IsEnd((long)region.X + region.Width, picture.Width) && IsEnd((long)region.Y + region.Height, picture.Height);

    private static int Up(int edge, int end) => Math.Min(end, (edge + Side - 1) / Side * Side);

    private static bool IsEnd(long edge, int end) => edge == end || (edge < end && edge % Side == 0);

    private static int Blocks(int length) => (length + Side - 1) / Side;

    // Row by row which of the region's blocks an earlier one has. Rows are filled at once: a seal can have hundreds of regions as large as the picture.
    private static bool[] Taken(IReadOnlyList<Box> regions, int index)
    {
        var region = regions[index];
        var columns = Blocks(region.Width);
        var taken = new bool[columns * Blocks(region.Height)];
        for (var i = 0; i < index; i++)
        {
            var common = ToRect(regions[i]).Intersect(ToRect(region));
            if (common.Width <= 0 || common.Height <= 0)
                continue;
            var (left, width) = ((common.X - region.X) / Side, Blocks(common.Width));
            for (var y = (common.Y - region.Y) / Side; y < Blocks(common.Bottom - region.Y); y++)
                taken.AsSpan((y * columns) + left, width).Fill(true);
        }

        return taken;
    }

    private static Rect ToRect(Box box) => new(box.X, box.Y, box.Width, box.Height);
}
