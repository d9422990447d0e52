using FaceDeid.Models;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// The network of face-api's expression model: four blocks of four convolutions, each of which sees the sum of all before it in
/// its block (after Huang 2017), then a line of weights for each class.
/// </summary>
internal sealed class ExpressionGraph
{
    private const int Blocks = 4;
    private const int Convolutions = 4; // of a block

    private readonly FaceApiGraph _graph;

    private ExpressionGraph(TensorFlowWeights weights) => _graph = new FaceApiGraph(weights);

    /// <summary>
    /// The network as an ONNX file. It takes pictures of 112 x 112 samples from 0 to 1, and gives the classes' logits for each.
    /// </summary>
    public static byte[] ToOnnx(TensorFlowWeights weights) => new ExpressionGraph(weights).ToOnnx();

    private byte[] ToOnnx()
    {
        var x = _graph.Picture();
        for (var block = 0; block < Blocks; block++)
        {
            var first = $"dense{block}/conv0";
            x = Block(
                block == 0 ? _graph.Convolution(x, first, stride: 2) : _graph.Separable(x, first, stride: 2), $"dense{block}");
        }

        return _graph.ToFile(_graph.Dense(_graph.Means(x), "fc"));
    }

    private string Block(string first, string name)
    {
        List<string> parts = [_graph.Relu(first)];
        for (var i = 1; i < Convolutions; i++)
            parts.Add(_graph.Separable(Together(), $"{name}/conv{i}"));
        return Together();

        string Together() => parts.Count == 1 ? parts[0] : _graph.Relu(_graph.Sum(parts));
    }
}
