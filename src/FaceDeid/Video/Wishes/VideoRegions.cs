using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Video.Wishes;

/// <summary>Areas of a recording as callers write them.</summary>
public static class VideoRegions
{
    /// <summary>The longest text that is read.</summary>
    public const int MaxCharacters = 64 * 1024;

    /// <summary>How JSON of callers is read: what is not known is a mistake.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        RespectNullableAnnotations = false, // what is missing is told by name
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
        MaxDepth = 12,
    };

    /// <summary>Reads an array of areas; what is empty has none.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.InvalidOption"/>: it is not what it should be.</exception>
    public static IReadOnlyList<VideoRegion> Parse(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return [];
        try
        {
            var regions = JsonSerializer.Deserialize<List<VideoRegion>>(text, Json);
            return regions is null || regions.Exists(region => region?.Polygon is null) ? throw Unreadable() : regions;
        }
        catch (JsonException)
        {
            throw Unreadable();
        }
    }

    private static FaceDeidException Unreadable() => FaceDeidException.Invalid(
        "regions",
        "must be a JSON array: each area has an 'action' (cover or ignore), a 'polygon' of points x and y in whole pixels, and "
        + "may have 'from' and 'to' in seconds.");
}
