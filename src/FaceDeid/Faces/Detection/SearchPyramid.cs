using FaceDeid.Faces.Networks;
using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>A piece of the picture at one of its sizes, and the way back.</summary>
/// <param name="Pixels"><c>CV_8UC3</c>; owned by the pyramid.</param>
/// <param name="Place">Where the piece lies in the picture, in its pixels; it may reach beyond the picture's edge.</param>
/// <param name="Picture">Size of the picture.</param>
/// <param name="IsWhole">Whether it shows the whole picture at its coarsest: all large faces are to be found in it.</param>
internal readonly record struct Piece(Mat Pixels, Rect2d Place, Size Picture, bool IsWhole)
{
    private const double Touching = 3; // pixels of the piece

    /// <summary>How many of the picture's pixels one of this piece shows: more are coarser.</summary>
    public double Scale => Place.Height / Pixels.Height;

    /// <summary>
    /// A box in pixels of the piece, in pixels of the picture; null when a border of the piece that is not also the picture's
    /// cuts it: its neighbour, or the next coarser level, shows the whole face.
    /// </summary>
    public Box? ToPicture(Rect2d box)
    {
        var (scaleX, scaleY) = (Place.Width / Pixels.Width, Place.Height / Pixels.Height);
        var cut = (box.Left < Touching && Place.Left > 0) || (box.Top < Touching && Place.Top > 0)
            || (box.Right > Pixels.Width - Touching && Place.Right < Picture.Width - scaleX)
            || (box.Bottom > Pixels.Height - Touching && Place.Bottom < Picture.Height - scaleY);
        if (cut)
            return null;
        return new Box(
            (int)Math.Round(Place.X + (box.X * scaleX)),
            (int)Math.Round(Place.Y + (box.Y * scaleY)),
            Math.Max(1, (int)Math.Round(box.Width * scaleX)),
            Math.Max(1, (int)Math.Round(box.Height * scaleY)));
    }
}

/// <summary>
/// A picture of any size for a network that finds faces of some 10 to 240 pixels: as it is, halved and halved again until it is
/// small, each level in pieces that overlap by so much that a face that one of them cuts is whole in the other, or in the next
/// level; then the whole picture with room around it, for faces that fill or overflow it.
/// </summary>
internal sealed class SearchPyramid : IDisposable
{
    /// <summary>The largest piece: its calculation takes some 20 MB, less where the picture takes much memory itself.</summary>
    private static readonly Size Largest = new(640, 480);
    private static readonly Size LargestOfLarge = new(400, 320);
    private const int Large = 20_000_000; // pixels of the picture

    private const int Overlap = 40; // more than the largest face that is looked for in it
    private const double Margin = 0.5;

    private readonly List<Mat> _owned = [];
    private readonly Size _smallest; // what the network was trained for, lying or standing as the picture does

    /// <summary>Cuts up a picture, which must live as long.</summary>
    /// <param name="image">The picture.</param>
    /// <param name="atAGlance">Whether the whole picture, once, is enough.</param>
    /// <param name="inHalf">Whether the finest level is left out.</param>
    public SearchPyramid(SearchImage image, bool atAGlance = false, bool inHalf = false)
    {
        var picture = image.Bgr.Size();
        var (longer, shorter) = (UltraFace.Trained.Width, UltraFace.Trained.Height);
        _smallest = picture.Height > picture.Width ? new Size(shorter, longer) : new Size(longer, shorter);
        var (level, size) = (0, picture);
        List<Piece> pieces = [];
        for (; size.Width > _smallest.Width || size.Height > _smallest.Height; size = image.Halved(++level).Size())
        {
            if (!atAGlance && (level > 0 || !inHalf))
                pieces.AddRange(Cut(image.Halved(level), picture));
        }

        pieces.Add(Whole(image.Halved(Math.Max(0, level - 1)), picture, _smallest, margin: 0));
        if (!atAGlance)
            pieces.Add(Whole(image.Halved(level), picture, new Size(_smallest.Width / 2, _smallest.Height / 2), Margin));
        Pieces = pieces;
    }

    /// <summary>The finest first.</summary>
    public IReadOnlyList<Piece> Pieces { get; }

    public void Dispose() => _owned.ForEach(mat => mat.Dispose());

    private IEnumerable<Piece> Cut(Mat level, Size picture)
    {
        var (scaleX, scaleY) = (picture.Width / (double)level.Width, picture.Height / (double)level.Height);
        var largest = (long)picture.Width * picture.Height > Large ? LargestOfLarge : Largest;
        foreach (var (top, height) in Spans(level.Height, largest.Height))
        {
            foreach (var (left, width) in Spans(level.Width, largest.Width))
            {
                var pixels = level.SubMat(new Rect(left, top, width, height));
                _owned.Add(pixels);
                yield return new Piece(
                    pixels, new Rect2d(left * scaleX, top * scaleY, width * scaleX, height * scaleY), picture, IsWhole: false);
            }
        }
    }

    /// <summary>Spans of about the same length from edge to edge.</summary>
    private static IEnumerable<(int Start, int Length)> Spans(int length, int longest)
    {
        var count = Math.Max(1, (int)Math.Ceiling((length - Overlap) / (double)(longest - Overlap)));
        var span = Math.Min(length, (int)Math.Ceiling((length + ((count - 1) * Overlap)) / (double)count));
        return Enumerable.Range(0, count).Select(i =>
            (count == 1 ? 0 : (int)Math.Round(i * (length - span) / (count - 1.0)), span));
    }

    /// <summary>
    /// The whole picture in the middle of a piece, in its own proportions, with room around it in parts of its size.
    /// </summary>
    private Piece Whole(Mat level, Size picture, Size piece, double margin)
    {
        var scale = Math.Min(piece.Width / (double)picture.Width, piece.Height / (double)picture.Height) / (1 + margin);
        var size = new Size(
            Math.Clamp((int)Math.Round(picture.Width * scale), 1, piece.Width),
            Math.Clamp((int)Math.Round(picture.Height * scale), 1, piece.Height));
        using var small = level.Resize(
            size, 0, 0, size.Width < level.Width ? InterpolationFlags.Area : InterpolationFlags.Linear);
        var (left, top) = ((piece.Width - size.Width) / 2, (piece.Height - size.Height) / 2);
        var pixels = small.CopyMakeBorder(
            top, piece.Height - size.Height - top, left, piece.Width - size.Width - left, BorderTypes.Constant, Scalar.Black);
        _owned.Add(pixels);
        var (scaleX, scaleY) = (picture.Width / (double)size.Width, picture.Height / (double)size.Height);
        return new Piece(
            pixels, new Rect2d(-left * scaleX, -top * scaleY, piece.Width * scaleX, piece.Height * scaleY), picture,
            IsWhole: true);
    }
}
