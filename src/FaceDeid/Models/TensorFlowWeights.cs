using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Models;

/// <summary>
/// A network's weights as TensorFlow.js keeps them: one file with nothing but numbers, whole or as bytes on a scale, and a list
/// (JSON) of what they are, in their order.
/// </summary>
internal sealed class TensorFlowWeights
{
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _tensors = new(StringComparer.Ordinal);

    /// <summary>Reads both files.</summary>
    /// <exception cref="InvalidDataException">The list and the numbers do not belong together.</exception>
    public TensorFlowWeights(byte[] list, byte[] numbers)
    {
        var rest = numbers.AsSpan();
        foreach (var tensor in Tensors(list))
        {
            var length = tensor.Shape.Aggregate(1, (product, size) => product * size);
            var bytes = tensor.Quantization is null ? sizeof(float) * length : length;
            if (bytes > rest.Length)
                throw new InvalidDataException("There are fewer weights than their list says.");
            _tensors[tensor.Name] = (tensor.Shape, Values(rest[..bytes], tensor.Quantization));
            rest = rest[bytes..];
        }

        if (rest.Length > 0)
            throw new InvalidDataException("There are more weights than their list says.");
    }

    /// <summary>The weights of a name, in TensorFlow's order: for a filter row, column, input, output.</summary>
    public (int[] Shape, float[] Values) this[string name] => _tensors.TryGetValue(name, out var tensor)
        ? tensor
        : throw new InvalidDataException($"There are no weights '{name}'.");

    private static IEnumerable<ListedTensor> Tensors(byte[] list)
    {
        try
        {
            return JsonSerializer.Deserialize(list, TensorFlowJson.Default.ListedTensorGroupArray)!
                .SelectMany(group => group.Weights);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("This is no list of weights.", e);
        }
    }

    private static float[] Values(ReadOnlySpan<byte> bytes, ByteScale? scale) => scale is null
        ? MemoryMarshal.Cast<byte, float>(bytes).ToArray()
        : Array.ConvertAll(bytes.ToArray(), value => (float)((value * scale.Scale) + scale.Min));
}

/// <summary>A part of the list.</summary>
internal sealed record ListedTensorGroup(ListedTensor[] Weights);

/// <summary>A line of the list.</summary>
internal sealed record ListedTensor(string Name, int[] Shape, ByteScale? Quantization);

/// <summary>What a byte means: <c>value * scale + min</c>.</summary>
internal sealed record ByteScale(double Scale, double Min);

/// <summary>Made by the compiler, as the manifest's.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web)]
[JsonSerializable(typeof(ListedTensorGroup[]))]
internal sealed partial class TensorFlowJson : JsonSerializerContext;
