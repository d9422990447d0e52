using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FaceDeid.TestData;
using Json.Schema;

namespace FaceDeid.Tests.Deployment;

/// <summary>
/// The schemas of Kubernetes and of Compose files, as npm packages ship them (<c>make test-setup</c>), made strict: a member
/// that the schema does not know is a mistake, as it is for <c>kubectl --validate=strict</c>.
/// </summary>
internal static partial class DeploymentSchema
{
    /// <summary>What is wrong with a Kubernetes object; empty: nothing.</summary>
    /// <param name="manifest">The object.</param>
    /// <param name="isPatch">Whether it changes another one, and so needs to be no whole one.</param>
    public static IReadOnlyList<string> MistakesOf(JsonNode manifest, bool isPatch = false)
    {
        var definitions = new JsonObject();
        var root = NameOf($"{manifest["apiVersion"]}", $"{manifest["kind"]}");
        Add(root, definitions, isPatch);
        return Mistakes(new JsonObject { ["$defs"] = definitions, ["$ref"] = $"#/$defs/{root}" }, manifest);
    }

    /// <summary>What is wrong with a Compose file.</summary>
    public static IReadOnlyList<string> MistakesOfCompose(JsonNode file)
    {
        var schema = Parse(File.ReadAllText(Cached("compose", "lib", "schema.json")));
        foreach (var part in Objects(schema))
        {
            foreach (var name in new[] { "$schema", "id" }) // of an older draft, and no addresses: references are paths
            {
                if (part[name] is JsonValue)
                    part.Remove(name);
            }
        }

        return Mistakes(schema, file);
    }

    private static List<string> Mistakes(JsonObject schema, JsonNode instance)
    {
        using var document = JsonDocument.Parse(instance.ToJsonString());
        var options = new BuildOptions { Dialect = Dialect.Draft202012, SchemaRegistry = new SchemaRegistry() };
        var results = JsonSchema.FromText(schema.ToJsonString(), options).Evaluate(
            document.RootElement, new EvaluationOptions { OutputFormat = OutputFormat.List });
        return results.IsValid
            ? []
            : [.. (results.Details ?? []).Where(detail => detail.Errors is not null)
                .SelectMany(detail => detail.Errors!.Select(error => $"{detail.InstanceLocation}: {error.Value}"))];
    }

    /// <summary><c>apps/v1</c> and <c>Deployment</c>: <c>io.k8s.api.apps.v1.Deployment</c>.</summary>
    private static string NameOf(string version, string kind)
    {
        var parts = version.Split('/');
        return $"io.k8s.api.{(parts.Length == 1 ? "core" : parts[0].Split('.')[0])}.{parts[^1]}.{kind}";
    }

    private static void Add(string name, JsonObject definitions, bool isPatch)
    {
        if (definitions.ContainsKey(name))
            return;
        var package = name.StartsWith("io.k8s.apimachinery.", StringComparison.Ordinal) ? "apimachinery" : "kubernetes";
        var file = $"{string.Concat(name.Split('.').Select(part => char.ToUpperInvariant(part[0]) + part[1..]))}.js";
        var schema = Parse(Literal().Match(File.ReadAllText(Cached(package, "_schemas", file))).Groups["schema"].Value);
        definitions.Add(name, schema);
        foreach (var part in Objects(schema))
        {
            if (part["properties"] is JsonObject && part["additionalProperties"] is null)
                part["additionalProperties"] = isPatch;
            if (isPatch)
                part.Remove("required");
            if (part["$ref"] is JsonValue reference && $"{reference}" is ['i', 'o', .., '#'] other)
            {
                part["$ref"] = $"#/$defs/{other[..^1]}";
                Add(other[..^1], definitions, isPatch);
            }
        }
    }

    private static List<JsonObject> Objects(JsonNode? node) => node switch
    {
        JsonObject members => [members, .. members.SelectMany(member => Objects(member.Value))],
        JsonArray items => [.. items.SelectMany(Objects)],
        _ => [],
    };

    private static JsonObject Parse(string json) => JsonNode.Parse(json)!.AsObject();

    private static string Cached(params string[] path) => TestFiles.Example(Path.Combine(["schemas", .. path]));

    [GeneratedRegex("const schema = (?<schema>{.*?^});", RegexOptions.Singleline | RegexOptions.Multiline, 1000)]
    private static partial Regex Literal();
}
