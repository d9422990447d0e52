using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Tests.Deployment;

/// <summary>The manifests are what Kubernetes and Compose understand.</summary>
public sealed class DeploymentSchemaTests
{
    private static readonly string[] KnownToKustomize =
        ["apiVersion", "kind", "namespace", "resources", "components", "images", "patches"];

    private static readonly string[] NotInOne = ["kustomization.yaml", "secrets.example.yaml", "prometheus-adapter.yaml"];

    public static TheoryData<string> ComposeFiles => ["docker-compose.yml", "docker-compose.scale.yml"];

    public static TheoryData<string> Manifests => [.. Kubernetes.Manifests.Select(manifest => manifest.Name)];

    [Theory]
    [MemberData(nameof(Manifests))]
    public void A_manifest_is_one_of_Kubernetes(string name)
    {
        var manifest = Kubernetes.Manifests.Single(found => string.Equals(found.Name, name, StringComparison.Ordinal));
        Assert.Empty(DeploymentSchema.MistakesOf(manifest.Value));
    }

    [Fact]
    public void A_patch_changes_what_there_is()
    {
        Assert.NotEmpty(Kubernetes.Patches);
        foreach (var (name, patch) in Kubernetes.Patches)
        {
            Assert.Contains(Kubernetes.Manifests, manifest => IsOf(manifest.Value, patch));
            foreach (var deleted in patch.Parents("$patch"))
                deleted.Remove("$patch");
            Assert.True(DeploymentSchema.MistakesOf(patch, isPatch: true) is [], name);
        }
    }

    [Theory]
    [MemberData(nameof(ComposeFiles))]
    public void A_Compose_file_is_one(string path) =>
        Assert.Empty(DeploymentSchema.MistakesOfCompose(Assert.Single(YamlFile.Read(path))));

    [Theory]
    [InlineData("front", "spec.template.spec.containers.0", "imge")] // misspelt
    [InlineData("front", "spec", "replica")]
    [InlineData("front", "spec.template.spec.securityContext.seccompProfile", "kind")]
    [InlineData("front", "spec.template.spec.containers.0.readinessProbe.httpGet", "host.name")]
    public void A_member_that_is_not_known_is_found(string name, string path, string member)
    {
        var manifest = Deployment(name);
        Walk(manifest, path)[member] = "x";

        Assert.NotEmpty(DeploymentSchema.MistakesOf(manifest));
    }

    [Theory]
    [InlineData("spec", "selector")]
    [InlineData("spec", "template")]
    [InlineData("spec.template.spec", "containers")]
    [InlineData("spec.template.spec.containers.0", "name")]
    [InlineData("spec.template.spec.containers.0.ports.0", "containerPort")]
    [InlineData("spec.template.spec.securityContext.seccompProfile", "type")]
    public void A_member_that_is_missing_is_found(string path, string member)
    {
        var manifest = Deployment("front");
        Assert.True(Walk(manifest, path).Remove(member));

        Assert.NotEmpty(DeploymentSchema.MistakesOf(manifest));
    }

    [Fact]
    public void A_value_of_another_type_is_found()
    {
        var manifest = Deployment("front");
        Walk(manifest, "spec")["replicas"] = "2";

        Assert.NotEmpty(DeploymentSchema.MistakesOf(manifest));
    }

    [Theory]
    [InlineData("services.front", "read_onyl", "true")]
    [InlineData("services.postgres.healthcheck", "tests", "true")]
    [InlineData("", "service", "{}")]
    [InlineData("services.front", "mem_limit", "[]")]
    public void A_mistake_in_a_Compose_file_is_found(string path, string member, string value)
    {
        var file = Assert.Single(YamlFile.Read("docker-compose.scale.yml"));
        Walk(file, path)[member] = JsonNode.Parse(value);

        Assert.NotEmpty(DeploymentSchema.MistakesOfCompose(file));
    }

    [Fact]
    public void Every_file_is_in_its_kustomization_and_the_other_way_round()
    {
        var root = Path.Combine(TestFiles.Root, Kubernetes.Folder);
        foreach (var file in Directory.GetFiles(root, "kustomization.yaml", SearchOption.AllDirectories))
        {
            var folder = Path.GetDirectoryName(file)!;
            var document = Assert.Single(YamlFile.Read(Path.GetRelativePath(TestFiles.Root, file))).AsObject();
            var named = document["resources"].Items().Texts()
                .Concat(document["patches"].Items().Select(patch => patch.Text("path")));

            Assert.Empty(document.Select(member => member.Key).Except(KnownToKustomize, StringComparer.Ordinal));
            Assert.Equal(
                Directory.GetFiles(folder, "*.yaml").Select(Path.GetFileName)
                    .Except(NotInOne, StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
                named.Order(StringComparer.Ordinal), StringComparer.Ordinal);
        }
    }

    private static JsonNode Deployment(string name) =>
        Kubernetes.Deployments.Single(deployment => deployment.Is("metadata.name", name));

    private static bool IsOf(JsonNode manifest, JsonNode patch) =>
        manifest.Is("kind", patch.Text("kind")) && manifest.Is("metadata.name", patch.Text("metadata.name"));

    private static JsonObject Walk(JsonNode node, string path) => path.Split('.', StringSplitOptions.RemoveEmptyEntries)
        .Aggregate(node, (at, step) => int.TryParse(step, out var i) ? at[i]! : at[step]!).AsObject();
}
