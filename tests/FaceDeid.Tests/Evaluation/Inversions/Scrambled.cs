using OpenCvSharp;

namespace FaceDeid.Tests.Evaluation.Inversions;

/// <summary>A puzzle made of the middle of a picture.</summary>
internal sealed class Scrambled : IDisposable
{
    private readonly Mat _original;
    private readonly List<Rect> _places = [];

    public Scrambled(Mat original, int columns, int rows, int side = 8, bool turned = false, bool inverted = false)
    {
        _original = original;
        Picture = original.Clone();
        var (left, top) = ((original.Width - (columns * side)) / 2, (original.Height - (rows * side)) / 2);
        for (var i = 0; i < columns * rows; i++)
            _places.Add(new Rect(left + (i % columns * side), top + (i / columns * side), side, side));
        var random = new Random(7);
        var order = Enumerable.Range(0, _places.Count).ToArray();
        random.Shuffle(order);
        for (var i = 0; i < order.Length; i++)
        {
            using var source = original.SubMat(_places[order[i]]);
            using var block = source.Clone();
            if (turned)
                Turn(block, random.Next(8));
            if (inverted && random.Next(2) == 0)
                Cv2.BitwiseNot(block, block);
            using var target = Picture.SubMat(_places[i]);
            block.CopyTo(target);
        }
    }

    public Mat Picture { get; }

    /// <summary>The part of the blocks that are where and as they were.</summary>
    public double Solved(Mat result) => _places.Average(place =>
    {
        using var a = _original.SubMat(place);
        using var b = result.SubMat(place);
        return Cv2.Norm(a, b, NormTypes.L1) / (3.0 * place.Width * place.Height) < 4 ? 1.0 : 0;
    });

    public void Dispose() => Picture.Dispose();

    private static void Turn(Mat block, int orientation)
    {
        if ((orientation & 1) != 0)
            Cv2.Rotate(block, block, RotateFlags.Rotate90Clockwise);
        if ((orientation & 2) != 0)
            Cv2.Flip(block, block, FlipMode.X);
        if ((orientation & 4) != 0)
            Cv2.Flip(block, block, FlipMode.Y);
    }
}
