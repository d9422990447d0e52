using System.Runtime.InteropServices;
using static FaceDeid.Models.OnnxFields;
using static FaceDeid.Models.ProtocolBuffer;

namespace FaceDeid.Models;

/// <summary>A network that is put together operation by operation, for weights that come without one.</summary>
internal sealed class OnnxGraph
{
    /// <summary>The name of the pictures that the network is shown.</summary>
    public const string Picture = "picture";

    private const int Float = 1; // the type of a tensor's elements
    private const int OldestFormat = 7; // that knows the operators of this version
    private const int Version = 13;

    private readonly List<byte[]> _parts = [];

    /// <summary>Adds numbers that are always the same.</summary>
    /// <returns>Their name.</returns>
    public string Constant(IReadOnlyList<int> shape, float[] values)
    {
        var name = NewName();
        _parts.Add(Write(
            Initializer,
            [
                .. Join(shape.Select(size => Write(TensorSize, size))), .. Write(TensorType, Float), .. Write(TensorName, name),
                .. Write(TensorBytes, MemoryMarshal.AsBytes<float>(values).ToArray()),
            ]));
        return name;
    }

    /// <summary>Adds an operation of the ONNX standard.</summary>
    /// <param name="operation">Its name there.</param>
    /// <param name="inputs">The names of what it works on.</param>
    /// <param name="attributes">Made by <c>Attribute</c>.</param>
    /// <returns>The name of its result.</returns>
    public string Add(string operation, IReadOnlyList<string> inputs, params byte[][] attributes)
    {
        var name = NewName();
        _parts.Add(Operation(operation, inputs, name, attributes));
        return name;
    }

    /// <summary>The whole network as an ONNX file, which takes pictures of any number and size.</summary>
    /// <param name="outputs">The names of the values that it gives, each a row for each picture.</param>
    public byte[] ToFile(params string[] outputs) =>
    [
        .. Write(FormatVersion, OldestFormat),
        .. Write(Operators, Write(OperatorsVersion, Version)),
        .. Write(
            Graph,
            [
                .. Join(_parts), .. Write(GraphName, "network"), .. Write(Input, FloatsOfAnySize(Picture, dimensions: 4)),
                .. Join(outputs.Select(output => Write(Output, FloatsOfAnySize(output, dimensions: 2)))),
            ]),
    ];

    public static byte[] Attribute(string name, long value) => Attribute(name, type: 2, Write(AttributeNumber, value));

    public static byte[] Attribute(string name, string value) => Attribute(name, type: 3, Write(AttributeText, value));

    public static byte[] Attribute(string name, params long[] values) =>
        Attribute(name, type: 7, Join(values.Select(value => Write(AttributeNumbers, value))));

    /// <summary>An operation's field of a graph.</summary>
    public static byte[] Operation(string name, IReadOnlyList<string> inputs, string output, params byte[][] attributes)
    {
        var names = Join(inputs.Select(input => Write(NodeInput, input)));
        return Write(Node, [.. names, .. Write(NodeOutput, output), .. Write(NodeOperator, name), .. Join(attributes)]);
    }

    /// <summary>A value's description: its name, 32-bit floats, and as many dimensions without a size.</summary>
    public static byte[] FloatsOfAnySize(string name, int dimensions)
    {
        var shape = Join(Enumerable.Repeat(Write(1, []), dimensions));
        byte[] tensor = [.. Write(1, Float), .. Write(2, shape)];
        return [.. Write(Name, name), .. Write(2, Write(1, tensor))];
    }

    private static byte[] Attribute(string name, int type, byte[] value) =>
        Write(NodeAttribute, [.. Write(Name, name), .. value, .. Write(AttributeType, type)]);

    private string NewName() => $"value {_parts.Count}";
}
