using System.Text.Json.Nodes;
using FaceDeid.TestData;

namespace FaceDeid.Tests.Deployment;

/// <summary>The manifests of <c>deploy/kubernetes</c>, read anew each time: tests change them.</summary>
internal static class Kubernetes
{
    public const string Folder = "deploy/kubernetes";

    private static readonly string[] NoManifests = ["kustomization.yaml", "prometheus-adapter.yaml"];

    /// <summary>All objects, the example of the secrets and those of components included, by file and name.</summary>
    public static IReadOnlyList<(string Name, JsonNode Value)> Manifests =>
        [.. Read(Folder), .. Read($"{Folder}/s3").Where(IsNew)];

    /// <summary>What components change.</summary>
    public static IReadOnlyList<(string Name, JsonNode Value)> Patches =>
        [.. Read($"{Folder}/locked-decoder"), .. Read($"{Folder}/s3").Where(patch => !IsNew(patch))];

    public static IReadOnlyList<JsonNode> Deployments => Of("Deployment");

    public static IReadOnlyList<JsonNode> Of(string kind) =>
        [.. Manifests.Select(manifest => manifest.Value).Where(manifest => manifest.Is("kind", kind))];

    /// <summary>The objects that have a member of a name, however deep.</summary>
    public static IReadOnlyList<JsonObject> Parents(this JsonNode? node, string member) => node switch
    {
        JsonObject members => [.. members.ContainsKey(member) ? [members] : Array.Empty<JsonObject>(),
            .. members.SelectMany(inner => inner.Value.Parents(member))],
        JsonArray items => [.. items.SelectMany(item => item.Parents(member))],
        _ => [],
    };

    /// <summary>Whether it is an object that a component adds, and not one that it changes.</summary>
    private static bool IsNew((string Name, JsonNode Value) manifest) =>
        manifest.Name.StartsWith("s3/network", StringComparison.Ordinal);

    private static IEnumerable<(string Name, JsonNode Value)> Read(string folder) =>
        Directory.GetFiles(Path.Combine(TestFiles.Root, folder), "*.yaml").Order(StringComparer.Ordinal)
            .Where(file => !NoManifests.Contains(Path.GetFileName(file), StringComparer.Ordinal))
            .SelectMany(file => YamlFile.Read(Path.GetRelativePath(TestFiles.Root, file)).Select(manifest => (
                $"{Path.GetFileName(folder)}/{Path.GetFileName(file)} {manifest["kind"]} {manifest.At("metadata.name")}",
                manifest)));
}
