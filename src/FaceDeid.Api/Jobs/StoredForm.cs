using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace FaceDeid.Api.Jobs;

/// <summary>A form as it is kept with its job: all fields but the files, which lie beside it.</summary>
internal static class StoredForm
{
    private static readonly JsonSerializerOptions Json = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // a table of names stays short
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveFilesOut } },
    };

    public static byte[] ToJson<TForm>(TForm form) => JsonSerializer.SerializeToUtf8Bytes(form, Json);

    public static TForm Parse<TForm>(string json) => JsonSerializer.Deserialize<TForm>(json, Json)!;

    private static void LeaveFilesOut(JsonTypeInfo type)
    {
        foreach (var file in type.Properties.Where(property =>
            property.PropertyType == typeof(IFormFile) || property.PropertyType == typeof(IReadOnlyList<IFormFile>)).ToList())
            type.Properties.Remove(file);
    }
}
