using System.Globalization;
using System.Text.Json.Nodes;
using Xunit;

namespace FaceDeid.Tests.Deployment;

/// <summary>The manifests fit each other, and the pod security standard "restricted".</summary>
public sealed class KubernetesTests
{
    private static readonly string[] Volumes = ["configMap", "emptyDir", "persistentVolumeClaim", "secret"];

    private static readonly string[] OfTheHost = ["hostNetwork", "hostPID", "hostIPC"];

    [Theory]
    [InlineData("")]
    [InlineData("locked-decoder")]
    public void Every_pod_satisfies_restricted(string component)
    {
        foreach (var deployment in Kubernetes.Deployments)
        {
            var pod = deployment.At("spec.template.spec")!;
            foreach (var patch in Kubernetes.Patches.Where(
                patch => patch.Name.StartsWith(component + "/", StringComparison.Ordinal)
                    && patch.Value.Is("metadata.name", deployment.Text("metadata.name"))))
                Merge(pod.AsObject(), patch.Value.At("spec.template.spec")!.AsObject());

            Assert.Empty(Forbidden(pod));
        }
    }

    [Theory]
    [InlineData("hostNetwork", "true")]
    [InlineData("hostPID", "true")]
    [InlineData("securityContext.runAsNonRoot", "false")]
    [InlineData("securityContext.runAsUser", "0")]
    [InlineData("securityContext.seccompProfile", """{"type":"Unconfined"}""")]
    [InlineData("containers.0.securityContext.privileged", "true")]
    [InlineData("containers.0.securityContext.allowPrivilegeEscalation", "true")]
    [InlineData("containers.0.securityContext.readOnlyRootFilesystem", "false")]
    [InlineData("containers.0.securityContext.capabilities", """{"drop":["NET_RAW"]}""")]
    [InlineData("containers.0.securityContext.capabilities", """{"drop":["ALL"],"add":["SYS_ADMIN"]}""")]
    [InlineData("volumes.0", """{"name":"spool","hostPath":{"path":"/"}}""")]
    public void What_restricted_forbids_is_found(string path, string value)
    {
        var pod = Kubernetes.Deployments[0].At("spec.template.spec")!;
        var steps = path.Split('.');
        var parent = steps[..^1].Aggregate(pod, (at, step) => int.TryParse(step, out var i) ? at[i]! : at[step]!);
        if (int.TryParse(steps[^1], out var last))
            parent[last] = JsonNode.Parse(value);
        else
            parent[steps[^1]] = JsonNode.Parse(value);

        Assert.NotEmpty(Forbidden(pod));
    }

    [Fact]
    public void The_namespace_enforces_restricted()
    {
        var labels = Assert.Single(Kubernetes.Of("Namespace")).At("metadata.labels")!;
        Assert.Equal("restricted", $"{labels["pod-security.kubernetes.io/enforce"]}");
    }

    [Fact]
    public void What_is_mounted_and_named_is_there()
    {
        var secrets = Kubernetes.Of("Secret").ToDictionary(
            secret => secret.Text("metadata.name"),
            secret => secret["stringData"]!.AsObject().Select(key => key.Key).ToHashSet(StringComparer.Ordinal),
            StringComparer.Ordinal);
        var pods = Kubernetes.Deployments.Concat(Kubernetes.Patches.Select(patch => patch.Value)).ToList();

        Assert.All(pods.SelectMany(pod => pod.All("secretName")), name => Assert.Contains($"{name}", secrets));
        Assert.All(
            pods.SelectMany(pod => pod.All("secretKeyRef")),
            key => Assert.Contains($"{key["key"]}", secrets[$"{key["name"]}"]));
        Assert.Equal(
            Names("PersistentVolumeClaim"),
            pods.SelectMany(pod => pod.All("claimName")).Texts().Distinct(StringComparer.Ordinal), StringComparer.Ordinal);
        Assert.Equal(
            Names("ConfigMap"),
            pods.SelectMany(pod => pod.All("configMapRef")).Select(map => map.Text("name")).Distinct(StringComparer.Ordinal),
            StringComparer.Ordinal);
        foreach (var deployment in Kubernetes.Deployments)
        {
            var pod = deployment.At("spec.template.spec")!;
            Assert.Equal(
                pod["volumes"].Items().Select(volume => volume.Text("name")).Order(StringComparer.Ordinal),
                pod["containers"]![0]!["volumeMounts"].Items().Select(mount => mount.Text("name"))
                    .Order(StringComparer.Ordinal),
                StringComparer.Ordinal);
        }

        Assert.All(
            DeployedSettings.SecretFiles(Kubernetes.Folder, "/run/secrets/facedeid/"),
            file => Assert.Contains(file, secrets["facedeid"]));
    }

    [Fact]
    public void Ports_are_those_of_the_image()
    {
        var port = DeployedSettings.ImagePort();
        foreach (var deployment in Kubernetes.Deployments)
        {
            var container = deployment.At("spec.template.spec")!["containers"]![0]!;
            var own = Assert.Single(container["ports"].Items());
            Assert.Equal(port, (int)own["containerPort"]!);
            Assert.All(container.All("httpGet"), get => Assert.Equal("http", get.Text("port")));
            Assert.Equal(3, container.All("httpGet").Count());
            Assert.Equal("http", $"{own["name"]}");
            Assert.Equal(
                port.ToString(CultureInfo.InvariantCulture),
                $"{deployment.At("spec.template.metadata.annotations")!["prometheus.io/port"]}");
        }

        Assert.All(
            Kubernetes.Of("Service"), service => Assert.Equal("http", $"{service["spec"]!["ports"]![0]!["targetPort"]}"));
        Assert.All(
            Kubernetes.Of("NetworkPolicy").SelectMany(policy => policy.At("spec.ingress").All("port")),
            allowed => Assert.Equal(port, (int)allowed));
    }

    [Fact]
    public void Selectors_and_targets_meet_a_deployment()
    {
        var labels = Kubernetes.Deployments.ToDictionary(
            deployment => deployment.Text("metadata.name"),
            deployment => Labels(deployment.At("spec.template.metadata.labels")), StringComparer.Ordinal);
        var selectors = Kubernetes.Of("Service").Select(service => service.At("spec.selector"))
            .Concat(Kubernetes.Of("PodDisruptionBudget").Select(budget => budget.At("spec.selector.matchLabels")))
            .Concat(Kubernetes.Of("NetworkPolicy").Select(policy => policy.At("spec.podSelector.matchLabels")))
            .Select(Labels).ToList();

        Assert.All(selectors, selector => Assert.Contains(labels.Values, selector.IsSubsetOf));
        foreach (var deployment in Kubernetes.Deployments)
        {
            var own = labels[$"{deployment.At("metadata.name")}"];
            Assert.True(own.SetEquals(Labels(deployment.At("spec.selector.matchLabels"))));
            Assert.All(deployment.All("labelSelector"), spread => Assert.True(own.SetEquals(Labels(spread["matchLabels"]))));
        }

        var scaler = Assert.Single(Kubernetes.Of("HorizontalPodAutoscaler"));
        Assert.Contains($"{scaler.At("spec.scaleTargetRef.name")}", labels);
        var rule = Assert.Single(YamlFile.Read($"{Kubernetes.Folder}/prometheus-adapter.yaml"))["externalRules"]![0]!;
        Assert.Equal($"{rule.At("name.as")}", $"{scaler["spec"]!["metrics"]![0].At("external.metric.name")}");
    }

    [Fact]
    public void Workers_take_nothing_but_scrapes()
    {
        var worker = Labels(Kubernetes.Deployments.Single(deployment => deployment.Is("metadata.name", "workers"))
            .At("spec.template.metadata.labels"));
        var open = Kubernetes.Of("NetworkPolicy").Where(policy => policy.At("spec.ingress") is not null
                && Labels(policy.At("spec.podSelector.matchLabels")).IsSubsetOf(worker))
            .Select(policy => policy.Text("metadata.name"));

        Assert.Equal(["metrics"], open, StringComparer.Ordinal);
        var deny = Kubernetes.Of("NetworkPolicy").Single(policy => policy.Is("metadata.name", "default-deny"));
        Assert.Equal("{}", deny.At("spec.podSelector")!.ToJsonString());
        Assert.Equal(["Ingress", "Egress"], deny.At("spec.policyTypes").Items().Texts(), StringComparer.Ordinal);
    }

    /// <summary>What the standard "restricted" forbids of a pod, and what we ask for beyond it.</summary>
    private static List<string> Forbidden(JsonNode pod)
    {
        List<string> forbidden = [];
        var context = pod["securityContext"];
        Require((bool?)context?["runAsNonRoot"] == true, "runAsNonRoot");
        Require((int?)context?["runAsUser"] is > 0, "runAsUser");
        Require($"{context.At("seccompProfile.type")}" is "RuntimeDefault" or "Localhost", "seccompProfile");
        Require(!Array.Exists(OfTheHost, member => pod[member] is not null), "host");
        Require(pod["initContainers"] is null && pod["ephemeralContainers"] is null, "other containers are not looked at here");
        Require((bool?)pod["automountServiceAccountToken"] == false, "automountServiceAccountToken");
        Require(pod["volumes"].Items().All(volume => volume.AsObject().All(
            member => member.Key is "name" || Volumes.Contains(member.Key, StringComparer.Ordinal))), "volumes");
        foreach (var container in pod["containers"].Items())
        {
            var own = container["securityContext"]?.AsObject();
            Require((bool?)own?["allowPrivilegeEscalation"] == false, "allowPrivilegeEscalation");
            Require((bool?)own?["readOnlyRootFilesystem"] == true, "readOnlyRootFilesystem");
            Require(own?["capabilities"]?.ToJsonString() is """{"drop":["ALL"]}""", "capabilities");
            Require(own?.Count == 3, "nothing else is set for a container, such as privileged or another user");
            Require(container.All("hostPort").All(port => (int)port == 0), "hostPort");
            Require(container.At("resources.limits.memory") is not null, "a limit of memory");
        }

        return forbidden;

        void Require(bool holds, string what)
        {
            if (!holds)
                forbidden.Add(what);
        }
    }

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is JsonObject inner && target[name] is JsonObject own)
                Merge(own, inner);
            else
                target[name] = value?.DeepClone();
        }
    }

    private static HashSet<string> Labels(JsonNode? labels) =>
        (labels as JsonObject ?? []).Select(label => $"{label.Key}={label.Value}").ToHashSet(StringComparer.Ordinal);

    private static IEnumerable<string> Names(string kind) =>
        Kubernetes.Of(kind).Select(manifest => manifest.Text("metadata.name"));
}
