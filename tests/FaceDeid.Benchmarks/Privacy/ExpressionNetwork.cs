using FaceDeid.Detection;
using FaceDeid.Models;
using FaceDeid.TestData;
using OpenCvSharp;
using OpenCvSharp.Dnn;

namespace FaceDeid.Benchmarks.Privacy;

/// <summary>
/// Seven classes of facial expression, by the network of tests/data/pictures.json. Its input is prepared as its package's code
/// does: the square as high as the face around its middle, longer to the right and downwards, 224 x 224 pixels, red-green-blue, 0 to 1.
/// </summary>
internal sealed class ExpressionNetwork : IDisposable
{
    private const int Side = 224;
    private const double Longer = 1.2;

    private readonly Net _net = DeepModels.Load(TestFiles.Example("models/fr_expression.onnx"));

    /// <summary>The class of the face in a box, in the common meaning, that lies at least in part in the picture (<c>CV_8UC3</c>).</summary>
    public int Classify(Mat bgr, Box box)
    {
        var square = BoxConvention.Around(box.CentreX(), box.CentreY(), box.Height, box.Height);
        var whole = new Rect(0, 0, bgr.Width, bgr.Height);
        var inside = new Rect(square.X, square.Y, square.Width, square.Height).Intersect(whole);
        var cut = new Rect(inside.X, inside.Y, (int)(inside.Width * Longer), (int)(inside.Height * Longer)).Intersect(whole);
        using var face = bgr.SubMat(cut);
        using var blob = CvDnn.BlobFromImage(face, 1.0 / 255, new Size(Side, Side), default, swapRB: true, crop: false);
        _net.SetInput(blob);
        using var output = _net.Forward();
        output.GetArray(out float[] values);
        return values.Index().MaxBy(value => value.Item).Index;
    }

    public void Dispose() => _net.Dispose();
}
