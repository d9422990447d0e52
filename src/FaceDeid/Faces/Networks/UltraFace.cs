using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Networks;

/// <summary>
/// UltraFace RFB (Linzaer 2019), a small CNN that calls each of its prior boxes (Liu et al., SSD, 2016) a face or none, and moves
/// it. Its file takes 320 x 240 pixels; its layers are convolutions, so it is run on any size. Thread-safe.
/// </summary>
internal sealed class UltraFace : IDisposable
{
    /// <summary>The size of the pictures from which it learnt.</summary>
    public static readonly Size Trained = new(320, 240);

    private const double Mean = 127;
    private const double Scale = 1 / 128.0;
    private const double CentreVariance = 0.1;
    private const double SizeVariance = 0.2;

    private static readonly Head[] Heads =
    [
        new(Stride: 8, Sides: [10, 16, 24], Scores: "330", Offsets: "344"),
        new(Stride: 16, Sides: [32, 48], Scores: "376", Offsets: "390"),
        new(Stride: 32, Sides: [64, 96], Scores: "416", Offsets: "430"),
        new(Stride: 64, Sides: [128, 192, 256], Scores: "448", Offsets: "460"),
    ];

    private readonly Part[] _parts;

    /// <summary>Loads the network.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.ModelUnavailable"/>.</exception>
    public UltraFace(string modelFile) => _parts =
        [new(modelFile, 32, Heads[..1]), new(modelFile, 64, Heads[..2]), new(modelFile, int.MaxValue, Heads)];

    /// <summary>
    /// What the network calls a face with at least this score, for each of some pictures of one size (<c>CV_8UC3</c>), in pixels
    /// and in no order.
    /// </summary>
    /// <param name="pictures">The pictures.</param>
    /// <param name="threshold">The least score, 0 to 1.</param>
    /// <param name="largest">
    /// The side in pixels of the largest faces that matter: up to 32 a quarter of the work is spared, up to 64 an eighth.
    /// </param>
    public IReadOnlyList<IReadOnlyList<(Rect2d Box, double Score)>> Look(
        IReadOnlyList<Mat> pictures, double threshold, int largest = int.MaxValue)
    {
        var part = _parts.First(part => part.Largest >= largest);
        var size = pictures[0].Size();
        using var input = new NetworkInput(pictures.Count, 3, size);
        foreach (var (i, picture) in pictures.Index())
            input.Put(i, picture, Scale, Mean);
        using var answer = part.Network.Run(input);
        List<(Rect2d, double)>[] found = [.. pictures.Select(_ => new List<(Rect2d, double)>())];
        foreach (var (i, head) in part.Heads.Index())
        {
            var scores = answer[2 * i];
            var offsets = answer[(2 * i) + 1];
            var each = scores.Length / 2 / pictures.Count;
            for (var p = 0; p < found.Length; p++)
            {
                var (first, columns) = (p * each, (size.Width + head.Stride - 1) / head.Stride);
                head.Read(columns, scores.Slice(2 * first, 2 * each), offsets.Slice(4 * first, 4 * each), threshold, found[p]);
            }
        }

        return found;
    }

    public void Dispose()
    {
        foreach (var part in _parts)
            part.Network.Dispose();
    }

    /// <summary>The network as far as faces of a size need it.</summary>
    /// <param name="modelFile">The whole network's file.</param>
    /// <param name="largest">The side in pixels of the largest faces that it finds.</param>
    /// <param name="heads">What gives their boxes.</param>
    private sealed class Part(string modelFile, int largest, Head[] heads)
    {
        public int Largest => largest;

        public Head[] Heads => heads;

        public Network Network { get; } =
            Network.OfAnySize(modelFile, [.. heads.SelectMany(head => new[] { head.Scores, head.Offsets })]);
    }

    /// <summary>A layer that gives boxes.</summary>
    /// <param name="Stride">How far apart its prior boxes stand, in pixels.</param>
    /// <param name="Sides">Their sides in pixels.</param>
    /// <param name="Scores">The file's name of its scores, whose difference is the log-odds of a face.</param>
    /// <param name="Offsets">The file's name of the boxes' offsets.</param>
    private sealed record Head(int Stride, int[] Sides, string Scores, string Offsets)
    {
        public void Read(
            int columns, ReadOnlySpan<float> scores, ReadOnlySpan<float> offsets, double threshold, List<(Rect2d, double)> found)
        {
            var least = Math.Log(threshold / (1 - threshold));
            for (var i = 0; i < scores.Length / 2; i++)
            {
                double odds = scores[(2 * i) + 1] - scores[2 * i];
                if (odds < least)
                    continue;
                var (cell, side) = (i / Sides.Length, Sides[i % Sides.Length]);
                var centre = new Point2d(((cell % columns) + 0.5) * Stride, ((cell / columns) + 0.5) * Stride);
                found.Add((Moved(centre, side, offsets.Slice(4 * i, 4)), 1 / (1 + Math.Exp(-odds))));
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
}
