using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Benchmarks.Collections;

internal static class AlgorithmName
{
    private static readonly JsonSerializerOptions Json = new() { Converters = { new JsonStringEnumConverter() } };

    /// <summary>An algorithm as callers name it.</summary>
    public static string Of(KSameAlgorithm algorithm) => JsonSerializer.SerializeToElement(algorithm, Json).GetString()!;
}
