using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Networks;

/// <summary>
/// UltraFace RFB (Linzaer 2019), a small CNN that calls each of its prior boxes (Liu et al., SSD, 2016) a face or none, and moves
/// it. Its file takes 320 x 240 pixels; its layers are convolutions, so it is run on any size. Thread-safe.
/// </summary>
internal sealed class UltraFace(string modelFile) : IDisposable
{
    /// <summary>The size of the pictures from which it learnt.</summary>
    public static readonly Size Trained = new(320, 240);

    private const string Scores = "scores";
    private const string Offsets = "462"; // the file's name of what its last layers turn into boxes of 320 x 240 pixels
    private const double Mean = 127;
    private const double Scale = 1 / 128.0;
    private const double CentreVariance = 0.1;
    private const double SizeVariance = 0.2;

    /// <summary>How far apart prior boxes stand, and their sides, in pixels.</summary>
    private static readonly (int Stride, int[] Sides)[] Priors =
        [(8, [10, 16, 24]), (16, [32, 48]), (32, [64, 96]), (64, [128, 192, 256])];

    private readonly Network _network = Network.OfAnySize(modelFile, Scores, Offsets);

    /// <summary>What the network calls a face with at least this score, in pixels of the picture, in no order.</summary>
    public IReadOnlyList<(Rect2d Box, double Score)> Look(Mat bgr, double threshold) => Look([bgr], threshold)[0];

    /// <summary>The same for pictures of one size.</summary>
    public IReadOnlyList<IReadOnlyList<(Rect2d Box, double Score)>> Look(IReadOnlyList<Mat> pictures, double threshold)
    {
        var size = pictures[0].Size();
        using var input = new NetworkInput(pictures.Count, 3, size);
        foreach (var (i, picture) in pictures.Index())
            input.Put(i, picture, Scale, Mean);
        using var answer = _network.Run(input);
        var scores = answer[0];
        var offsets = answer[1];
        var each = scores.Length / 2 / pictures.Count;
        List<(Rect2d, double)>[] found = [.. pictures.Select(_ => new List<(Rect2d, double)>())];
        for (var i = 0; i < pictures.Count; i++)
            Read(size, scores.Slice(2 * each * i, 2 * each), offsets.Slice(4 * each * i, 4 * each), threshold, found[i]);
        return found;
    }

    public void Dispose() => _network.Dispose();

    private static void Read(
        Size size, ReadOnlySpan<float> scores, ReadOnlySpan<float> offsets, double threshold, List<(Rect2d, double)> found)
    {
        var i = 0;
        foreach (var (stride, sides) in Priors)
        {
            var (columns, rows) = ((size.Width + stride - 1) / stride, (size.Height + stride - 1) / stride);
            for (var cell = 0; cell < columns * rows; cell++)
            {
                foreach (var side in sides)
                {
                    var score = scores[(2 * i) + 1]; // the first of the two is the background's
                    if (score >= threshold)
                    {
                        var centre = new Point2d(((cell % columns) + 0.5) * stride, ((cell / columns) + 0.5) * stride);
                        found.Add((Moved(centre, side, offsets.Slice(4 * i, 4)), score));
                    }

                    i++;
                }
            }
        }
    }

    private static Rect2d Moved(Point2d centre, int side, ReadOnlySpan<float> by)
    {
        var height = Math.Min(side, Trained.Height); // in training no prior box was larger than the picture
        var (x, y) = (centre.X + (by[0] * CentreVariance * side), centre.Y + (by[1] * CentreVariance * height));
        var (w, h) = (side * Math.Exp(by[2] * SizeVariance), height * Math.Exp(by[3] * SizeVariance));
        return new Rect2d(x - (w / 2), y - (h / 2), w, h);
    }
}
