using System.Runtime.InteropServices;
using System.Text;
using Google.Protobuf;

namespace FaceDeid.Models;

/// <summary>
/// Changes ONNX files, which are protocol buffers, field by field: the numbers are those of <c>onnx.proto</c>, version 1.
/// </summary>
internal static class OnnxFile
{
    private const int Graph = 7; // of the model
    private const int Node = 1; // of the graph; so are the next four
    private const int Initializer = 5;
    private const int Input = 11;
    private const int Output = 12;
    private const int ValueInfo = 13;
    private const int Name = 1; // of an input or output
    private const int NodeInput = 1; // names, of a node
    private const int NodeOutput = 2;
    private const int NodeOperator = 4;
    private const int TensorName = 8;
    private const int TensorFloats = 4;
    private const int TensorBytes = 9;

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
            return [.. Operation("Mul", inputs, sloped), .. Operation("Max", [inputs[0], sloped], output)];
        }
    }

    private static float[] Floats(IReadOnlyList<Field> tensor) =>
        [.. tensor.Where(field => field.Number is TensorFloats or TensorBytes)
            .SelectMany(field => MemoryMarshal.Cast<byte, float>(field.Content).ToArray())];

    private static byte[] Operation(string name, IReadOnlyList<string> inputs, string output) => Write(
        Node,
        [.. inputs.SelectMany(input => Write(NodeInput, input)), .. Write(NodeOutput, output), .. Write(NodeOperator, name)]);

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
            Write(Input, FloatsOfAnySize(input, dimensions: 4)),
            .. outputs.Select(output => Write(Output, FloatsOfAnySize(output, dimensions: 3))),
        ]);
    }

    /// <summary>The value's description: its name, 32-bit floats, and as many dimensions without a size.</summary>
    private static byte[] FloatsOfAnySize(string name, int dimensions)
    {
        var shape = Join(Enumerable.Repeat(Write(1, []), dimensions));
        byte[] tensor = [1 << 3, 1, .. Write(2, shape)]; // element type: float
        return [.. Write(Name, name), .. Write(2, Write(1, tensor))];
    }

    private static List<Field> Fields(byte[] message)
    {
        List<Field> fields = [];
        using var input = new CodedInputStream(message);
        for (var start = 0L; input.ReadTag() is var tag and not 0; start = input.Position)
        {
            byte[] content = [];
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
                content = input.ReadBytes().ToByteArray();
            else
                input.SkipLastField();
            fields.Add(new Field(WireFormat.GetTagFieldNumber(tag), content, message[(int)start..(int)input.Position]));
        }

        return fields;
    }

    private static byte[] Write(int number, string text) => Write(number, Encoding.UTF8.GetBytes(text));

    private static byte[] Write(int number, byte[] content)
    {
        using var stream = new MemoryStream();
        using (var output = new CodedOutputStream(stream, leaveOpen: true))
        {
            output.WriteTag(number, WireFormat.WireType.LengthDelimited);
            output.WriteBytes(ByteString.CopyFrom(content));
        }

        return stream.ToArray();
    }

    private static byte[] Join(IEnumerable<byte[]> parts) => [.. parts.SelectMany(part => part)];

    private static string Text(Field field) => Encoding.UTF8.GetString(field.Content);

    /// <summary>A field of a message.</summary>
    /// <param name="Number">Its number.</param>
    /// <param name="Content">Its bytes, if it is a text or a message.</param>
    /// <param name="Whole">Its bytes with its tag.</param>
    private sealed record Field(int Number, byte[] Content, byte[] Whole);
}
