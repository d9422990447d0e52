using OpenCvSharp;

namespace FaceDeid.Protection.Scrambling;

/// <summary>
/// The blocks that are a region's own, none of a region before it, in groups of equal size: whole ones, those cut by the
/// picture's right edge, by its bottom edge, and by both; in each group from left to right, row by row from the top.
/// </summary>
/// <param name="Region">The region.</param>
/// <param name="Groups">The four groups.</param>
internal sealed record OwnBlocks(Box Region, Rect[][] Groups)
{
    /// <summary>Those of several regions, the first with the first claim on a block.</summary>
    /// <exception cref="ArgumentException">A region is not one of whole blocks inside the picture.</exception>
    public static IReadOnlyList<OwnBlocks> Divide(Size picture, IReadOnlyList<Box> regions)
    {
        var claims = new BlockClaims(picture);
        return [.. regions.Select(region => claims.Claim(region, least: 0)!)];
    }
}

/// <summary>
/// Which blocks of a picture belong to a region by now: each region looks at its blocks once, however many others there are.
/// </summary>
/// <param name="picture">The picture's size.</param>
internal sealed class BlockClaims(Size picture)
{
    private const int Side = ScrambleGrid.Side;

    private readonly int _columns = ScrambleGrid.Blocks(picture.Width);
    private readonly bool[] _taken = new bool[ScrambleGrid.Blocks(picture.Width) * ScrambleGrid.Blocks(picture.Height)];

    /// <summary>
    /// Gives the next region its own blocks; null: fewer than <paramref name="least"/> whole ones are left, and it gets none.
    /// </summary>
    /// <exception cref="ArgumentException">The region is not one of whole blocks inside the picture.</exception>
    public OwnBlocks? Claim(Box region, int least)
    {
        if (!ScrambleGrid.IsWhole(region, picture))
            throw new ArgumentException("A region must consist of whole blocks inside the picture.", nameof(region));
        List<Rect>[] groups = [[], [], [], []];
        for (var y = region.Y; y < region.Y + region.Height; y += Side)
        {
            WorkerGate.Checkpoint();
            for (var x = region.X; x < region.X + region.Width; x += Side)
            {
                if (_taken[At(x, y)])
                    continue;
                var (width, height) = (Math.Min(Side, picture.Width - x), Math.Min(Side, picture.Height - y));
                groups[(width < Side ? 1 : 0) + (height < Side ? 2 : 0)].Add(new Rect(x, y, width, height));
            }
        }

        if (groups[0].Count < least)
            return null;
        foreach (var block in groups.SelectMany(group => group))
            _taken[At(block.X, block.Y)] = true;
        return new OwnBlocks(region, [.. groups.Select(group => group.ToArray())]);
    }

    private int At(int x, int y) => (y / Side * _columns) + (x / Side);
}
