using System.Runtime.InteropServices;
using Google.Protobuf;
using static FaceDeid.Models.OnnxFields;
using static FaceDeid.Models.ProtocolBuffer;

namespace FaceDeid.Models;

/// <summary>Changes ONNX files, which are protocol buffers, field by field.</summary>
internal static class OnnxFile
{
    /// <summary>
    /// The same network for inputs of any number and size: the sizes that its file gives are left out, as is what only other
    /// outputs need.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no ONNX file, or does not compute those values.</exception>
    public static byte[] OfAnySize(byte[] model, IReadOnlyList<string> outputs) =>
        Change(model, graph => OpenGraph(graph, outputs));

    /// <summary>
    /// The same network, with max(x, slope x) in place of PReLU (He et al. 2015) where no slope is above 1: it is the same, to
    /// the last bit, and takes the runtime less time.
    /// </summary>
    /// <exception cref="InvalidDataException">It is no ONNX file.</exception>
    public static byte[] WithoutPRelu(byte[] model) => Change(model, WithoutPReluGraph);

    private static byte[] Change(byte[] model, Func<byte[], byte[]> change)
    {
        try
        {
            return Join(Fields(model).Select(field =>
                field.Number == Graph ? Write(Graph, change(field.Content)) : field.Whole));
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("This is no ONNX file.", e);
        }
    }

    private static byte[] WithoutPReluGraph(byte[] graph)
    {
        var fields = Fields(graph);
        var gentle = fields.Where(field => field.Number == Initializer).Select(field => Fields(field.Content))
            .Where(tensor => Floats(tensor).All(slope => slope <= 1))
            .Select(tensor => Text(tensor.Single(field => field.Number == TensorName))).ToHashSet(StringComparer.Ordinal);
        return Join(fields.Select(field => field.Number == Node ? WithoutPReluNode(field) : field.Whole));

        byte[] WithoutPReluNode(Field node)
        {
            var own = Fields(node.Content);
            string[] inputs = [.. own.Where(field => field.Number == NodeInput).Select(Text)];
            if (Text(own.Single(field => field.Number == NodeOperator)) is not "PRelu" || !gentle.Contains(inputs[1]))
                return node.Whole;
            var output = Text(own.Single(field => field.Number == NodeOutput));
            var sloped = $"{output} sloped";
            return [.. OnnxGraph.Operation("Mul", inputs, sloped), .. OnnxGraph.Operation("Max", [inputs[0], sloped], output)];
        }
    }

    private static float[] Floats(IReadOnlyList<Field> tensor) =>
        [.. tensor.Where(field => field.Number is TensorFloats or TensorBytes)
            .SelectMany(field => MemoryMarshal.Cast<byte, float>(field.Content).ToArray())];

    private static byte[] OpenGraph(byte[] graph, IReadOnlyList<string> outputs)
    {
        var fields = Fields(graph);
        var needed = outputs.ToHashSet(StringComparer.Ordinal);
        List<byte[]> nodes = [];
        foreach (var node in fields.Where(field => field.Number == Node).Reverse()) // they stand in the order of their work
        {
            var own = Fields(node.Content);
            var gives = own.Where(field => field.Number == NodeOutput).Select(Text).ToList();
            if (!gives.Exists(needed.Contains))
                continue;
            needed.ExceptWith(gives);
            needed.UnionWith(own.Where(field => field.Number == NodeInput).Select(Text));
            nodes.Insert(0, node.Whole);
        }

        if (outputs.Any(needed.Contains))
            throw new InvalidDataException("The network does not compute what it is asked for.");
        var input = Text(Fields(fields.Single(field => field.Number == Input).Content).Single(field => field.Number == Name));
        return Join(
        [
            .. nodes,
            .. fields.Where(field => field.Number is not (Node or Input or Output or ValueInfo)).Select(field => field.Whole),
            Write(Input, OnnxGraph.FloatsOfAnySize(input, dimensions: 4)),
            .. outputs.Select(output => Write(Output, OnnxGraph.FloatsOfAnySize(output, dimensions: 3))),
        ]);
    }
}
