using FaceDeid.Models;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// What the networks of face-api (Mühler 2019) are made of, written as its package computes it: separable convolutions (Chollet
/// 2017), and lines of weights behind them.
/// </summary>
internal sealed class FaceApiGraph(TensorFlowWeights weights)
{
    // Red, green and blue of the mean face picture, which the networks' training took away; then all was divided by 255.
    private static readonly float[] Mean = [122.782f / 255, 117.001f / 255, 104.298f / 255];

    private readonly OnnxGraph _graph = new();

    /// <summary>The pictures, of samples from 0 to 1, as the networks know them.</summary>
    public string Picture() => _graph.Add("Sub", [OnnxGraph.Picture, _graph.Constant([3, 1, 1], Mean)]);

    public string Convolution(string x, string name, int stride) => _graph.Add(
        "Conv", [x, Filter($"{name}/filters", 3, 2, 0, 1), Weights($"{name}/bias")], Stride(stride), Same);

    /// <summary>Each channel by itself, then all channels of a pixel.</summary>
    public string Separable(string x, string name, int stride = 1)
    {
        var depthwise = $"{name}/depthwise_filter";
        var channels = weights[depthwise].Shape[2];
        x = _graph.Add(
            "Conv", [x, Filter(depthwise, 2, 3, 0, 1)], OnnxGraph.Attribute("group", channels), Stride(stride), Same);
        return _graph.Add("Conv", [x, Filter($"{name}/pointwise_filter", 3, 2, 0, 1), Weights($"{name}/bias")]);
    }

    public string Largest(string x, int stride) =>
        _graph.Add("MaxPool", [x], OnnxGraph.Attribute("kernel_shape", 3, 3), Stride(stride), Same);

    public string Relu(string x) => _graph.Add("Relu", [x]);

    public string Sum(params IReadOnlyList<string> values) => _graph.Add("Sum", values);

    /// <summary>The mean of each channel, a row for each picture.</summary>
    public string Means(string x) => _graph.Add("Flatten", [_graph.Add("GlobalAveragePool", [x])]);

    public string Dense(string x, string name) =>
        _graph.Add("Gemm", [x, Weights($"{name}/weights"), Weights($"{name}/bias")]);

    /// <summary>The whole network as an ONNX file.</summary>
    public byte[] ToFile(params string[] outputs) => _graph.ToFile(outputs);

    /// <summary>A filter in the order of ONNX, whose runtime does this once, when it loads the network.</summary>
    private string Filter(string name, params long[] order) =>
        _graph.Add("Transpose", [Weights(name)], OnnxGraph.Attribute("perm", order));

    private string Weights(string name)
    {
        var (shape, values) = weights[name];
        return _graph.Constant(shape, values);
    }

    private static byte[] Stride(int stride) => OnnxGraph.Attribute("strides", stride, stride);

    private static byte[] Same => OnnxGraph.Attribute("auto_pad", "SAME_UPPER"); // TensorFlow's "same"
}
