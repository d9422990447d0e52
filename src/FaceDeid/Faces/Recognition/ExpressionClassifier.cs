using FaceDeid.Models;
using OpenCvSharp;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// Seven classes of facial expression by a network. Its input is prepared as its package's code does: the square as high as the
/// face around its middle, longer to the right and downwards, 224 x 224 pixels, red-green-blue, 0 to 1. Thread-safe.
/// </summary>
internal sealed class ExpressionClassifier(string modelFile) : IDisposable
{
    /// <summary>How many classes there are. The package gives them no names.</summary>
    public const int Classes = 7;

    private const int Side = 224;
    private const double Longer = 1.2;

    private readonly Network _network = new(modelFile);

    /// <summary>
    /// The probability of each class for the face in a box, in the common meaning, that lies at least in part in the picture
    /// (<c>CV_8UC3</c>).
    /// </summary>
    public double[] Probabilities(Mat bgr, Box box)
    {
        var square = Boxes.Around(box.CentreX(), box.CentreY(), box.Height, box.Height);
        var whole = new Rect(0, 0, bgr.Width, bgr.Height);
        var inside = new Rect(square.X, square.Y, square.Width, square.Height).Intersect(whole);
        var cut = new Rect(inside.X, inside.Y, (int)(inside.Width * Longer), (int)(inside.Height * Longer)).Intersect(whole);
        using var face = bgr.SubMat(cut);
        using var reduced = face.Resize(new Size(Side, Side));
        using var input = new NetworkInput(1, 3, reduced.Size()).Put(0, reduced, 1 / 255.0, 0);
        using var answer = _network.Run(input);
        var values = answer[0].ToArray();
        var most = values.Max();
        var weights = Array.ConvertAll(values, value => Math.Exp(value - most)); // softmax
        return Array.ConvertAll(weights, weight => weight / weights.Sum());
    }

    /// <summary>The most probable class.</summary>
    public int Classify(Mat bgr, Box box) => Probabilities(bgr, box).Index().MaxBy(p => p.Item).Index;

    public void Dispose() => _network.Dispose();
}
