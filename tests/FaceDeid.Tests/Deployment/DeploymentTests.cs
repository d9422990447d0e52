using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Tests.Deployment;

/// <summary>
/// What manifests and Compose files set there is, and the Compose file of several machines locks in what the other does.
/// </summary>
public sealed partial class DeploymentTests
{
    private static readonly string[] Same =
        ["user", "read_only", "init", "tmpfs", "cap_drop", "cpus", "mem_limit", "memswap_limit", "pids_limit", "ulimits",
            "healthcheck", "restart", "stop_grace_period", "security_opt"];

    /// <summary>Settings of several machines that are not documented yet.</summary>
    [Theory]
    [InlineData("docker-compose.yml")]
    [InlineData("docker-compose.scale.yml")]
    [InlineData(Kubernetes.Folder)]
    public void Settings_are_those_that_there_are(string path)
    {
        var table = File.ReadAllText(Path.Combine(TestFiles.Root, "docs", "configuration.md"));
        var known = Documented().Matches(table).Select(found => found.Groups["name"].Value).ToList();
        var used = DeployedSettings.Variables(path).Where(variable => variable is not "FaceDeid__Webhooks").ToList();

        Assert.NotEmpty(used);
        Assert.All(used, variable => Assert.Contains(known, name => IsOf(variable, name)));
    }

    [Fact]
    public void A_setting_that_is_not_there_is_told_apart()
    {
        Assert.True(IsOf("FaceDeid__Security__ApiKeys__archive__Sha256", "FaceDeid__Security__ApiKeys__NAME__Sha256"));
        Assert.True(IsOf("FaceDeid__Cors__Origins__1", "FaceDeid__Cors__Origins__0"));
        Assert.False(IsOf("FaceDeid__Videos__Spools", "FaceDeid__Videos__Spool"));
    }

    [Fact]
    public void Services_of_the_Compose_file_are_locked_in()
    {
        var alone = YamlFile.Read("docker-compose.yml")[0]["services"]!["facedeid"]!;
        var services = Scale["services"]!.AsObject();

        foreach (var name in new[] { "front", "worker" })
            Assert.All(
                Same,
                member => Assert.Equal($"{alone[member]?.ToJsonString()}", $"{services[name]![member]?.ToJsonString()}"));
        foreach (var service in services.Select(service => service.Value!))
        {
            Assert.True((bool?)service["read_only"]);
            Assert.Equal(["ALL"], service["cap_drop"].Items().Texts(), StringComparer.Ordinal);
            Assert.Contains("no-new-privileges:true", service["security_opt"].Items().Texts(), StringComparer.Ordinal);
            Assert.Equal($"{service["mem_limit"]}", $"{service["memswap_limit"]}"); // no swap: it is a disk
            Assert.Matches("^[1-9][0-9]*:[1-9][0-9]*$", $"{service["user"]}");
            Assert.NotNull(service["healthcheck"]);
        }
    }

    [Fact]
    public void Only_the_front_is_reached_from_outside_and_the_database_by_ours_only()
    {
        var services = Scale["services"]!.AsObject();
        Assert.Equal(
            ["front"], services.Where(service => service.Value!["ports"] is not null).Select(service => service.Key),
            StringComparer.Ordinal);
        Assert.EndsWith($":{DeployedSettings.ImagePort()}", $"{services["front"]!["ports"]![0]}", StringComparison.Ordinal);
        Assert.Equal(["database"], services["postgres"]!["networks"].Items().Texts(), StringComparer.Ordinal);
        Assert.Equal(["database"], services["worker"]!["networks"].Items().Texts(), StringComparer.Ordinal);
        Assert.True((bool?)Scale.At("networks.database.internal"));
    }

    [Fact]
    public void Every_secret_of_the_Compose_file_is_declared_and_mounted_where_it_is_named()
    {
        var declared = Scale["secrets"]!.AsObject().Select(secret => secret.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (_, service) in Scale["services"]!.AsObject())
        {
            var mounted = service!["secrets"].Items().Texts().ToHashSet(StringComparer.Ordinal);
            var named = SecretFile().Matches(service["environment"]!.ToJsonString())
                .Select(found => found.Groups["name"].Value);
            Assert.Subset(declared, mounted);
            Assert.True(mounted.SetEquals(named));
        }
    }

    private static JsonNode Scale => Assert.Single(YamlFile.Read("docker-compose.scale.yml"));

    private static bool IsOf(string variable, string documented) => Regex.IsMatch(
        variable,
        "^" + documented.Replace("__NAME", "__[A-Za-z0-9]+", StringComparison.Ordinal)
            .Replace("__0", "__[0-9]+", StringComparison.Ordinal) + "$",
        RegexOptions.None, TimeSpan.FromSeconds(1));

    [GeneratedRegex(@"`(?<name>FaceDeid__\w+)`", RegexOptions.None, 1000)]
    private static partial Regex Documented();

    [GeneratedRegex("/run/secrets/(?<name>[a-z.-]+)", RegexOptions.None, 1000)]
    private static partial Regex SecretFile();
}
