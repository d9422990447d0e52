using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Video.Spool;

/// <summary>Small objects of a store, as JSON.</summary>
internal static class StoredJson
{
    /// <summary>How what leaves the service is written: reports, tracks.</summary>
    public static readonly JsonSerializerOptions Documents = new(JsonSerializerDefaults.Web)
    {
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public static async Task SaveAsync<T>(
        IMediaStore store, string name, T value, CancellationToken cancellationToken, JsonSerializerOptions? json = null)
    {
        await using var target = store.Create(name);
        await JsonSerializer.SerializeAsync(target, value, json, cancellationToken);
        await target.CompleteAsync(cancellationToken);
    }

    public static async Task<T> LoadAsync<T>(
        IMediaStore store, string name, CancellationToken cancellationToken, JsonSerializerOptions? json = null)
    {
        await using var source = store.OpenRead(name);
        return (await JsonSerializer.DeserializeAsync<T>(source, json, cancellationToken))!;
    }
}
