using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FaceDeid.Contracts;

/// <summary>What things are called in forms, headers and JSON.</summary>
public static class WireNames
{
    /// <summary>The name of an enum's value.</summary>
    public static string Of(Enum value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return Of(value.GetType().GetField(value.ToString())!);
    }

    /// <summary>The names of all values of an enum.</summary>
    public static IEnumerable<string> All(Type type) => Values(type).Select(Of);

    /// <summary>The value of an enum that has a name, upper or lower case; null: none has it.</summary>
    public static object? Parse(Type type, string name) =>
        Array.Find(Values(type), value => string.Equals(Of(value), name, StringComparison.OrdinalIgnoreCase))
            ?.GetValue(obj: null);

    /// <summary>The name of a property, or of an option.</summary>
    public static string OfProperty(string name) => JsonNamingPolicy.CamelCase.ConvertName(name);

    private static FieldInfo[] Values(Type type) => type.GetFields(BindingFlags.Public | BindingFlags.Static);

    private static string Of(FieldInfo value) =>
        value.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? OfProperty(value.Name);
}
