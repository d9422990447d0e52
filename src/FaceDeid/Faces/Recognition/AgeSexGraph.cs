using FaceDeid.Models;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// The network of face-api's age and gender model (Mühler 2019), written as its package computes it: a small Xception (Chollet
/// 2017), whose separable convolutions stand between detours, then a line of weights each for age and sex.
/// </summary>
internal sealed class AgeSexGraph
{
    // Red, green and blue of the mean face picture, which the network's training took away; then all was divided by 255.
    private static readonly float[] Mean = [122.782f / 255, 117.001f / 255, 104.298f / 255];

    private readonly OnnxGraph _graph = new();
    private readonly TensorFlowWeights _weights;

    private AgeSexGraph(TensorFlowWeights weights) => _weights = weights;

    /// <summary>
    /// The network as an ONNX file. It takes pictures of samples from 0 to 1, and gives for each the age in years, then the
    /// logits of a man and of a woman.
    /// </summary>
    public static byte[] ToOnnx(TensorFlowWeights weights) => new AgeSexGraph(weights).ToOnnx();

    private byte[] ToOnnx()
    {
        var x = _graph.Add("Sub", [OnnxGraph.Picture, _graph.Constant([3, 1, 1], Mean)]);
        x = Relu(Convolution(x, "entry_flow/conv_in", stride: 2));
        x = ReductionBlock(x, "entry_flow/reduction_block_0");
        x = ReductionBlock(x, "entry_flow/reduction_block_1");
        x = MainBlock(x, "middle_flow/main_block_0");
        x = MainBlock(x, "middle_flow/main_block_1");
        x = ReductionBlock(x, "exit_flow/reduction_block");
        x = Relu(Separable(x, "exit_flow/separable_conv"));
        x = _graph.Add("Flatten", [_graph.Add("GlobalAveragePool", [x])]);
        return _graph.ToFile(Dense(x, "fc/age"), Dense(x, "fc/gender"));
    }

    private string ReductionBlock(string x, string name)
    {
        var y = Separable(Relu(x), $"{name}/separable_conv0");
        y = Separable(Relu(y), $"{name}/separable_conv1");
        y = _graph.Add("MaxPool", [y], OnnxGraph.Attribute("kernel_shape", 3, 3), Stride(2), Same);
        return _graph.Add("Add", [y, Convolution(x, $"{name}/expansion_conv", stride: 2)]);
    }

    private string MainBlock(string x, string name)
    {
        var y = x;
        for (var i = 0; i < 3; i++)
            y = Separable(Relu(y), $"{name}/separable_conv{i}");
        return _graph.Add("Add", [y, x]);
    }

    private string Convolution(string x, string name, int stride) => _graph.Add(
        "Conv", [x, Filter($"{name}/filters", 3, 2, 0, 1), Weights($"{name}/bias")], Stride(stride), Same);

    /// <summary>Each channel by itself, then all channels of a pixel.</summary>
    private string Separable(string x, string name)
    {
        var depthwise = $"{name}/depthwise_filter";
        var channels = _weights[depthwise].Shape[2];
        x = _graph.Add("Conv", [x, Filter(depthwise, 2, 3, 0, 1)], OnnxGraph.Attribute("group", channels), Same);
        return _graph.Add("Conv", [x, Filter($"{name}/pointwise_filter", 3, 2, 0, 1), Weights($"{name}/bias")]);
    }

    private string Dense(string x, string name) =>
        _graph.Add("Gemm", [x, Weights($"{name}/weights"), Weights($"{name}/bias")]);

    private string Relu(string x) => _graph.Add("Relu", [x]);

    /// <summary>A filter in the order of ONNX, whose runtime does this once, when it loads the network.</summary>
    private string Filter(string name, params long[] order) =>
        _graph.Add("Transpose", [Weights(name)], OnnxGraph.Attribute("perm", order));

    private string Weights(string name)
    {
        var (shape, values) = _weights[name];
        return _graph.Constant(shape, values);
    }

    private static byte[] Stride(int stride) => OnnxGraph.Attribute("strides", stride, stride);

    private static byte[] Same => OnnxGraph.Attribute("auto_pad", "SAME_UPPER"); // TensorFlow's "same"
}
