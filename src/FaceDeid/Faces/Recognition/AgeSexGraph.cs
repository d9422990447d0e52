using FaceDeid.Models;

namespace FaceDeid.Faces.Recognition;

/// <summary>
/// The network of face-api's age and gender model: a small Xception (Chollet 2017), whose separable convolutions stand between
/// detours, then a line of weights each for age and sex.
/// </summary>
internal sealed class AgeSexGraph
{
    private readonly FaceApiGraph _graph;

    private AgeSexGraph(TensorFlowWeights weights) => _graph = new FaceApiGraph(weights);

    /// <summary>
    /// The network as an ONNX file. It takes pictures of samples from 0 to 1, and gives for each the age in years, then the
    /// logits of a man and of a woman.
    /// </summary>
    public static byte[] ToOnnx(TensorFlowWeights weights) => new AgeSexGraph(weights).ToOnnx();

    private byte[] ToOnnx()
    {
        var x = _graph.Relu(_graph.Convolution(_graph.Picture(), "entry_flow/conv_in", stride: 2));
        x = ReductionBlock(x, "entry_flow/reduction_block_0");
        x = ReductionBlock(x, "entry_flow/reduction_block_1");
        x = MainBlock(x, "middle_flow/main_block_0");
        x = MainBlock(x, "middle_flow/main_block_1");
        x = ReductionBlock(x, "exit_flow/reduction_block");
        x = _graph.Relu(_graph.Separable(x, "exit_flow/separable_conv"));
        x = _graph.Means(x);
        return _graph.ToFile(_graph.Dense(x, "fc/age"), _graph.Dense(x, "fc/gender"));
    }

    private string ReductionBlock(string x, string name)
    {
        var y = _graph.Separable(_graph.Relu(x), $"{name}/separable_conv0");
        y = _graph.Separable(_graph.Relu(y), $"{name}/separable_conv1");
        return _graph.Sum(_graph.Largest(y, stride: 2), _graph.Convolution(x, $"{name}/expansion_conv", stride: 2));
    }

    private string MainBlock(string x, string name)
    {
        var y = x;
        for (var i = 0; i < 3; i++)
            y = _graph.Separable(_graph.Relu(y), $"{name}/separable_conv{i}");
        return _graph.Sum(y, x);
    }
}
