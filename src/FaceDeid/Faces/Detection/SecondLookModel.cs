using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// The trained decision of the second look: a logistic regression, whose numbers <c>make train-second-look</c> writes.
/// </summary>
/// <param name="Bias">What is added.</param>
/// <param name="Weights">One for each of <see cref="SecondLook.FeatureNames"/>, by name.</param>
internal sealed record SecondLookModel(double Bias, IReadOnlyDictionary<string, double> Weights)
{
    /// <summary>Name of the embedded file.</summary>
    public const string FileName = "second-look.json";

    private readonly double[] _ordered = [.. SecondLook.FeatureNames.Select(name => Weights[name])];

    /// <summary>The numbers that this library was built with.</summary>
    public static SecondLookModel Load()
    {
        using var file = typeof(SecondLookModel).Assembly.GetManifestResourceStream(FileName)!;
        return JsonSerializer.Deserialize(file, SecondLookModelJson.Default.SecondLookModel)!;
    }

    /// <summary>How probable a face is, 0 to 1.</summary>
    public double Probability(ReadOnlySpan<double> features)
    {
        var sum = Bias;
        for (var i = 0; i < _ordered.Length; i++)
            sum += _ordered[i] * features[i];
        return 1 / (1 + Math.Exp(-sum));
    }
}

/// <summary>Made by the compiler, for a quick start.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true)]
[JsonSerializable(typeof(SecondLookModel))]
internal sealed partial class SecondLookModelJson : JsonSerializerContext;
