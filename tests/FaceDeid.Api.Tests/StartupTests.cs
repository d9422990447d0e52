using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A service that cannot do its work does not start, and says in words what to do.</summary>
public sealed class StartupTests : IDisposable
{
    private readonly DirectoryInfo _models = Directory.CreateTempSubdirectory("facedeid-models-");

    [Fact]
    public async Task All_mistakes_of_a_configuration_are_listed_at_once()
    {
        var errors = await RefusedAsync(
            ("FaceDeid__Limits__MaxMegapixel", "20"),
            ("FaceDeid__Limits__MaxSide", "wide"),
            ("FaceDeid__Limits__Workers", "65"),
            ("FaceDeid__Limits__MaxQueuedRequests__Of", "1"),
            ("FaceDeid__Shutdown", "30"),
            ("FaceDeid__Models__Directory", ""),
            ("FaceDeid__Security__ApiKeys__0", "hunter2-in-plain"),
            ("FaceDeid__Security__ApiKeys__archive__Sha256", "hunter2-in-plain"),
            ("FaceDeid__Security__ApiKeys__archive__Scopes__0", "everything"),
            ("FaceDeid__Security__ApiKeys__empty__Sha256", AccessKeys.Hash(string.Empty)),
            ("FaceDeid__Security__ApiKeys__missing__RequestsPerMinute", "-1"),
            ("FaceDeid__Security__ApiKeys__one__Sha256", AccessKeys.Hash("one")),
            ("FaceDeid__Security__ApiKeys__one__Scopes", "evaluate, restore"),
            ("FaceDeid__Security__ApiKeys__two__Sha256", AccessKeys.Hash("one").ToUpperInvariant()),
            ("FaceDeid__Security__ApiKeys__a name__Sha256", AccessKeys.Hash("three")),
            ("FaceDeid__Security__Jwt__Authority", "http://issuer.example"),
            ("FaceDeid__Security__Jwt__Issuer", "an-issuer"),
            ("FaceDeid__Nonsense__Setting", "1"));

        string[] mistakes =
        [
            "FaceDeid does not start, its configuration has 19 mistake(s):",
            "  - FaceDeid:Limits:MaxMegapixel is not a setting. Known here: MaxUploadMegabytes, MaxMegapixels, "
            + "MaxPixelMegabytes, MaxSide, Workers, MaxHeldMegabytes, MaxUploads, MaxClientPercent, MaxQueuedRequests, "
            + "MaxQueueSeconds, RequestTimeoutSeconds, MinUploadBytesPerSecond, MinAnswerBytesPerSecond, AnswerGraceSeconds, "
            + "MaxUploadPauseSeconds, MaxHeadSeconds, MaxConnections, RequestsPerMinute, MaxCollectionMegabytes, "
            + "MaxHeldCollectionMegabytes, MaxCollectionUploadSeconds, MaxCollectionFaces, CollectionTimeoutSeconds, "
            + "MaxCollections, MaxEvaluationRows.",
            "  - FaceDeid:Limits:MaxQueuedRequests is one value and has no settings below it.",
            "  - FaceDeid:Limits:MaxSide must be a whole number.",
            "  - FaceDeid:Limits:Workers must be between 0 and 64.",
            "  - FaceDeid:Models:Directory: The Directory field is required.",
            "  - FaceDeid:Nonsense is not a setting. Known here: Models, Limits, Security, Cors, Http2, "
                + "Certificates, Sealing, Videos, Jobs, Webhooks, Role, Shutdown.",
            "  - FaceDeid:Security:ApiKeys:0 is a key in plain text, which does not belong into a configuration. Remove it, make "
            + "a new key, give it a name, and set FaceDeid:Security:ApiKeys:NAME:Sha256 to its hash ('printf %s \"$KEY\" "
            + "| sha256sum').",
            "  - FaceDeid:Security:ApiKeys:archive:Sha256 must be the SHA-256 of the key, 64 hexadecimal digits ('printf %s "
            + "\"$KEY\" | sha256sum').",
            "  - FaceDeid:Security:ApiKeys:archive:Scopes may have restore and evaluate and videos and review only.",
            "  - FaceDeid:Security:ApiKeys:empty:Sha256 is the hash of nothing: the key was empty when it was hashed.",
            "  - FaceDeid:Security:ApiKeys:missing:RequestsPerMinute must be between 0 and 100000.",
            "  - FaceDeid:Security:ApiKeys:missing:Sha256 must be the SHA-256 of the key, 64 hexadecimal digits ('printf %s "
            + "\"$KEY\" | sha256sum').",
            "  - FaceDeid:Security:ApiKeys:one:Scopes is a list: its values are FaceDeid:Security:ApiKeys:one:Scopes:0, "
            + "FaceDeid:Security:ApiKeys:one:Scopes:1 ...",
            "  - FaceDeid:Security:Jwt:Audience is needed: else tokens that were made for other services would be accepted.",
            "  - FaceDeid:Security:Jwt:Authority must be an https address.",
            "  - FaceDeid:Security:Jwt needs either Authority, or both Issuer and PublicKeyFile.",
            "  - FaceDeid:Security:ApiKeys has a name that cannot be used: it must have 1 to 64 letters, digits, dots, hyphens "
            + "or underscores.",
            "  - FaceDeid:Security:ApiKeys has one key under two names. Make one for each.",
            "  - FaceDeid:Shutdown holds settings and has no value of its own.",
        ];
        Assert.Equal(mistakes, errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_configuration_without_mistakes_is_taken_from_environment_variables()
    {
        await using var service = await ServiceProcess.StartAsync(
            ("FaceDeid__Limits__MaxMegapixels", "7"), ("FaceDeid__Limits__RequestTimeoutSeconds", "33"));
        using var client = service.Connect();

        using var answer = await client.GetAsync(new Uri("/v1/capabilities", UriKind.Relative));

        var limits = (await answer.JsonAsync())["limits"]!;
        Assert.Equal(7, (int)limits["maxMegapixels"]!);
        Assert.Equal(33, (int)limits["requestTimeoutSeconds"]!);
    }

    [Fact]
    public async Task A_signing_key_that_cannot_be_used_stops_the_start()
    {
        var pem = Path.Combine(_models.FullName, "key.pem");
        Assert.Contains(
            "signing key", await RefusedAsync(("FaceDeid__Certificates__SigningKeyFile", pem)), StringComparison.Ordinal);

        await File.WriteAllTextAsync(pem, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Assert.Contains(
            "openssl genpkey", await RefusedAsync(("FaceDeid__Certificates__SigningKeyFile", pem)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("shape_predictor_68_face_landmarks.dat")]
    [InlineData("haarcascade_frontalface_default.xml")]
    public async Task A_missing_model_stops_the_start_and_is_named_with_the_remedy(string file)
    {
        var path = CopyModels(without: file);

        var errors = await RefusedAsync(("FaceDeid__Models__Directory", _models.FullName));

        Assert.Equal(
            $"FaceDeid does not start. The model file {path} is missing or cannot be read. Run 'make models'.", errors.TrimEnd());
    }

    [Theory]
    [InlineData("shape_predictor_68_face_landmarks.dat")]
    [InlineData("haarcascade_frontalface_default.xml")]
    public async Task An_altered_model_stops_the_start_and_is_named_with_the_remedy(string file)
    {
        var path = CopyModels(without: file);
        await File.WriteAllTextAsync(path, "not the model");

        var errors = await RefusedAsync(("FaceDeid__Models__Directory", _models.FullName));

        Assert.StartsWith(
            $"FaceDeid does not start. The model file {path} is altered: its SHA-256 is ", errors, StringComparison.Ordinal);
        Assert.EndsWith("Delete it and run 'make models'.", errors.TrimEnd(), StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task A_folder_without_a_manifest_stops_the_start_and_names_the_setting()
    {
        var errors = await RefusedAsync(("FaceDeid__Models__Directory", _models.FullName));

        Assert.StartsWith(
            $"FaceDeid does not start. The model manifest {_models.FullName}/manifest.json cannot be read",
            errors, StringComparison.Ordinal);
        Assert.Contains("Set FaceDeid:Models:Directory to the folder that holds it.", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_taken_stops_the_start_in_words()
    {
        await using var first = await ServiceProcess.StartAsync();

        var errors = await RefusedAsync(("ASPNETCORE_URLS", first.Address.ToString()));

        Assert.StartsWith(
            "FaceDeid does not start. It cannot listen where ASPNETCORE_URLS or ASPNETCORE_HTTP_PORTS says: ",
            errors, StringComparison.Ordinal);
        Assert.Contains("address already in use", errors, StringComparison.Ordinal);
        Assert.Single(errors.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Webhooks_that_could_not_be_signed_stop_the_start_and_no_secret_is_shown()
    {
        var errors = await RefusedAsync(
            ("FaceDeid__Webhooks__Hosts__0", "https://hooks.example.org"), ("FaceDeid__Webhooks__AllowHttp", "perhaps"));
        Assert.Contains("FaceDeid:Webhooks:AllowHttp must be true or false.", errors, StringComparison.Ordinal);
        Assert.Contains("FaceDeid:Webhooks:Hosts must be host names", errors, StringComparison.Ordinal);
        Assert.Contains("FaceDeid:Webhooks:SecretFile is needed", errors, StringComparison.Ordinal);

        var file = Path.Combine(_models.FullName, "secrets");
        foreach (var secrets in new[] { null, "", "whsec_dG9vIHNob3J0", $"{WebhookSecrets.Create()}\nhunter2-in-plain" })
        {
            if (secrets is not null)
                await File.WriteAllTextAsync(file, secrets);
            errors = await RefusedAsync(
                ("FaceDeid__Webhooks__Hosts__0", "hooks.example.org"), ("FaceDeid__Webhooks__SecretFile", file));
            Assert.Contains($"FaceDeid:Webhooks:SecretFile, {file}, cannot be used", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("dG9v", errors, StringComparison.Ordinal);
            Assert.DoesNotContain("hunter2", errors, StringComparison.Ordinal);
            Assert.Single(errors.TrimEnd().Split('\n'));
        }
    }

    public void Dispose() => _models.Delete(recursive: true);

    private static async Task<string> RefusedAsync(params (string Name, string Value)[] environment)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunAsync(argument: null, environment);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("Now listening", output, StringComparison.Ordinal);
        foreach (var (name, value) in environment.Where(setting =>
            setting.Name.StartsWith("FaceDeid__Security__ApiKeys", StringComparison.Ordinal) && setting.Value.Length > 15))
            Assert.False(errors.Contains(value, StringComparison.Ordinal), $"The error text shows the secret {name}.");
        return errors;
    }

    /// <summary>A models folder as it should be, but for one file; the path that file would have.</summary>
    private string CopyModels(string without)
    {
        var source = Path.Combine(TestFiles.Root, "models");
        var cache = _models.CreateSubdirectory("cache");
        File.Copy(Path.Combine(source, "manifest.json"), Path.Combine(_models.FullName, "manifest.json"));
        foreach (var name in Directory.GetFiles(Path.Combine(source, "cache")).Select(path => Path.GetFileName(path)))
        {
            if (!string.Equals(name, without, StringComparison.Ordinal))
                File.CreateSymbolicLink(Path.Combine(cache.FullName, name), Path.Combine(source, "cache", name));
        }

        return Path.Combine(cache.FullName, without);
    }
}
