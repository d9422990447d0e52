using System.Text.Json.Nodes;
using FaceDeid.TestData;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.Serialization;

namespace FaceDeid.Tests.Deployment;

/// <summary>A YAML file of the repository, as JSON.</summary>
internal static class YamlFile
{
    /// <summary>Its documents, with anchors and merges resolved.</summary>
    /// <param name="path">From the repository's root.</param>
    public static IReadOnlyList<JsonNode> Read(string path)
    {
        using var text = File.OpenText(Path.Combine(TestFiles.Root, path));
        var reader = new DeserializerBuilder().WithAttemptingUnquotedStringTypeDeserialization().WithDuplicateKeyChecking()
            .Build();
        var writer = new SerializerBuilder().JsonCompatible().DisableAliases().Build();
        var parser = new MergingParser(new Parser(text));
        List<JsonNode> documents = [];
        parser.Consume<StreamStart>();
        while (parser.Accept<DocumentStart>(out _))
            documents.Add(JsonNode.Parse(writer.Serialize(reader.Deserialize<object>(parser)))!);
        return documents;
    }

    /// <summary>The member at a path such as <c>spec.template.spec</c>; null: there is none.</summary>
    public static JsonNode? At(this JsonNode? node, string path) =>
        path.Split('.').Aggregate(node, (at, name) => (at as JsonObject)?[name]);

    /// <summary>The text of the member at a path; empty: there is none.</summary>
    public static string Text(this JsonNode? node, string path) => $"{node.At(path)}";

    /// <summary>Whether the member at a path is a text.</summary>
    public static bool Is(this JsonNode? node, string path, string text) =>
        string.Equals(node.Text(path), text, StringComparison.Ordinal);

    /// <summary>The texts of a list, or of some members.</summary>
    public static IEnumerable<string> Texts(this IEnumerable<JsonNode> nodes) => nodes.Select(node => $"{node}");

    /// <summary>The elements of a list, of one that is not there none.</summary>
    public static IEnumerable<JsonNode> Items(this JsonNode? node) => (node as JsonArray ?? []).Select(item => item!);

    /// <summary>All members of a name, however deep.</summary>
    public static IEnumerable<JsonNode> All(this JsonNode? node, string name) => node switch
    {
        JsonObject members => members.SelectMany(member =>
            member.Value.All(name).Concat(string.Equals(member.Key, name, StringComparison.Ordinal) ? [member.Value!] : [])),
        JsonArray items => items.SelectMany(item => item.All(name)),
        _ => [],
    };
}
