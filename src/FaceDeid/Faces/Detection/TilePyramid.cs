using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>A piece of the picture at the size a network sees, and the way back.</summary>
/// <param name="Pixels"><c>CV_8UC3</c> of <see cref="TilePyramid.TileSize"/>; valid inside the call it is given to.</param>
/// <param name="Place">Where the piece lies in the picture, in its pixels; it may reach beyond the picture's edge.</param>
/// <param name="Picture">Size of the picture.</param>
internal readonly record struct Tile(Mat Pixels, Rect2d Place, Size Picture)
{
    /// <summary>
    /// A box given in parts of the tile, in pixels of the picture; null when a border of the tile that is not also the picture's
    /// cuts it: its neighbour, or the next coarser tile, shows the whole face.
    /// </summary>
    public Box? ToPicture(Rect2d part)
    {
        const double Touching = 0.01;
        var cut = (part.Left < Touching && Place.Left > 0) || (part.Top < Touching && Place.Top > 0)
            || (part.Right > 1 - Touching && Place.Right < Picture.Width)
            || (part.Bottom > 1 - Touching && Place.Bottom < Picture.Height);
        if (cut)
            return null;
        return new Box(
            (int)Math.Round(Place.X + (part.X * Place.Width)),
            (int)Math.Round(Place.Y + (part.Y * Place.Height)),
            Math.Max(1, (int)Math.Round(part.Width * Place.Width)),
            Math.Max(1, (int)Math.Round(part.Height * Place.Height)));
    }
}

/// <summary>
/// Cuts a picture of any size into tiles for a network of fixed input: tiles of 640 x 480 pixels reduced to 320 x 240, then of
/// 1280 x 960, and so on while the picture is larger than one tile; then the whole picture, and the whole picture with room
/// around it, for faces that fill it. Neighbours overlap by a quarter at least, so that a face that one of them cuts is whole in
/// the other, or half the size and whole in the next level. The picture is halved once per level, never per tile.
/// </summary>
internal static class TilePyramid
{
    public static readonly Size TileSize = new(320, 240);

    private const double Overlap = 0.25;

    private static readonly double[] Margins = [0, 0.5];

    public static void ForEach(Mat bgr, Action<Tile> look)
    {
        var picture = bgr.Size();
        var level = bgr.Share();
        try
        {
            for (var size = picture; size.Width > 2 * TileSize.Width || size.Height > 2 * TileSize.Height;)
            {
                size = new Size((size.Width + 1) / 2, (size.Height + 1) / 2);
                var half = level.Resize(size, 0, 0, InterpolationFlags.Area);
                level.Dispose();
                level = half;
                Tiles(level, picture, look);
            }

            foreach (var margin in Margins)
                Whole(level, margin, picture, look);
        }
        finally
        {
            level.Dispose();
        }
    }

    private static void Tiles(Mat level, Size picture, Action<Tile> look)
    {
        var (scaleX, scaleY) = (picture.Width / (double)level.Width, picture.Height / (double)level.Height);
        using var canvas = AtLeastOneTile(level);
        foreach (var y in Starts(canvas.Height, TileSize.Height))
        {
            foreach (var x in Starts(canvas.Width, TileSize.Width))
            {
                WorkerGate.Checkpoint();
                using var pixels = canvas.SubMat(new Rect(x, y, TileSize.Width, TileSize.Height));
                look(new Tile(
                    pixels, new Rect2d(x * scaleX, y * scaleY, TileSize.Width * scaleX, TileSize.Height * scaleY), picture));
            }
        }
    }

    private static Mat AtLeastOneTile(Mat level)
    {
        var (right, bottom) = (Math.Max(0, TileSize.Width - level.Width), Math.Max(0, TileSize.Height - level.Height));
        return level.CopyMakeBorder(0, bottom, 0, right, BorderTypes.Constant, Scalar.Black);
    }

    /// <summary>Where tiles begin along one side: evenly spread, from edge to edge.</summary>
    private static IEnumerable<int> Starts(int length, int tile)
    {
        var count = 1 + (int)Math.Ceiling((length - tile) / (tile * (1 - Overlap)));
        return Enumerable.Range(0, count).Select(i => count == 1 ? 0 : (int)Math.Round(i * (length - tile) / (count - 1.0)));
    }

    /// <summary>
    /// The whole picture in the middle of one tile, in its own proportions, with room around it in parts of its size.
    /// </summary>
    private static void Whole(Mat level, double margin, Size picture, Action<Tile> look)
    {
        var scale = Math.Min(TileSize.Width / (double)picture.Width, TileSize.Height / (double)picture.Height) / (1 + margin);
        var size = new Size(
            Math.Clamp((int)Math.Round(picture.Width * scale), 1, TileSize.Width),
            Math.Clamp((int)Math.Round(picture.Height * scale), 1, TileSize.Height));
        using var small = level.Resize(size, 0, 0, scale < 1 ? InterpolationFlags.Area : InterpolationFlags.Linear);
        var (left, top) = ((TileSize.Width - size.Width) / 2, (TileSize.Height - size.Height) / 2);
        using var pixels = small.CopyMakeBorder(
            top, TileSize.Height - size.Height - top, left, TileSize.Width - size.Width - left,
            BorderTypes.Constant, Scalar.Black);
        var (scaleX, scaleY) = (picture.Width / (double)size.Width, picture.Height / (double)size.Height);
        look(new Tile(
            pixels, new Rect2d(-left * scaleX, -top * scaleY, TileSize.Width * scaleX, TileSize.Height * scaleY), picture));
    }
}
