using System.Net;
using System.Security.Cryptography;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The operator's keys, and the audit log of what is opened with them.</summary>
public sealed class KeyRingTests : IDisposable
{
    private const string ApiKey = "a-key-that-is-long-enough";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-keys-");
    private readonly string _secret = Sealed.NewKey();
    private readonly ECDiffieHellman _pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

    [Fact]
    public async Task Keys_of_configuration_and_mounted_folder_seal_and_open_by_name()
    {
        await WriteAsync("archive.key", _secret + "\n");
        await WriteAsync("auditor.pem", _pair.ExportSubjectPublicKeyInfoPem());
        await WriteAsync("court.pem", _pair.ExportPkcs8PrivateKeyPem());
        await WriteAsync("README", "no key");
        await using var service = ServiceFixture.With(
            ("FaceDeid:Sealing:KeyDirectory", _folder.FullName), ("FaceDeid:Sealing:Keys:ops.2026-11", Sealed.NewKey()));

        foreach (var (seals, opens) in new[] { ("archive", "archive"), ("ops.2026-11", "ops.2026-11"), ("auditor", "court") })
        {
            var image = await Sealed.SealedAsync(service, Sealed.Picture, key: null, ("keyId", seals));
            await Sealed.AssertRestoresAsync(service, Sealed.Picture, image, key: null, ("keyId", opens));
        }

        var archived = await Sealed.SealedAsync(service, Sealed.Picture, key: null, ("keyId", "archive"));
        await Sealed.AssertRestoresAsync(service, Sealed.Picture, archived, _secret); // the same key, sent instead of named
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, archived, key: null, ("keyId", "ops.2026-11")));
        // Seals only.
        await Sealed.AssertRefusedAsync(
            "invalid_option", Sealed.RestoreAsync(service, archived, key: null, ("keyId", "auditor")));
        await Sealed.AssertRefusedAsync("invalid_option", Sealed.RestoreAsync(service, archived, key: null, ("keyId", "README")));
        using var capabilities = await service.Client.GetAsync(new Uri("/v1/capabilities", UriKind.Relative));
        var keys = (await capabilities.JsonAsync())["sealingKeys"]!.AsArray()
            .Select(key => $"{key!["keyId"]} {key["kind"]} {key["canOpen"]}");
        Assert.Equal(
            ["archive symmetric true", "auditor publicKey false", "court publicKey true", "ops.2026-11 symmetric true"],
            keys, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("short.key", "c2hvcnQ=")]
    [InlineData("odd.pem", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n")]
    [InlineData("two words.key", "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=")]
    public async Task A_key_that_cannot_be_used_stops_the_start_and_is_named_without_its_content(string name, string content)
    {
        await WriteAsync(name, content);

        var errors = await RefusedAsync(("FaceDeid__Sealing__KeyDirectory", _folder.FullName));

        Assert.Contains(Path.Combine(_folder.FullName, name), errors, StringComparison.Ordinal);
        Assert.DoesNotContain(content.Trim(), errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_and_a_key_of_two_contents_stop_the_start()
    {
        await WriteAsync("archive.key", _secret);

        Assert.Contains(
            "KeyDirectory cannot be read", await RefusedAsync(("FaceDeid__Sealing__KeyDirectory", "/no/such/folder")),
            StringComparison.Ordinal);
        Assert.Contains("another key of that name", await RefusedAsync(
            ("FaceDeid__Sealing__KeyDirectory", _folder.FullName),
            ("FaceDeid__Sealing__Keys__archive", _secret)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_attempt_to_open_leaves_a_line_that_no_log_level_hides_and_no_key_or_picture_is_in_it()
    {
        await WriteAsync("archive.key", _secret);
        await using var process = await ServiceProcess.StartAsync(
            ("FaceDeid__Sealing__KeyDirectory", _folder.FullName), ("Serilog__MinimumLevel__Override__FaceDeid", "Fatal"),
            ("Serilog__MinimumLevel__Override__FaceDeid.Audit", "Fatal"),
            ("FaceDeid__Security__ApiKeys__court__Sha256", AccessKeys.Hash(ApiKey)),
            ("FaceDeid__Security__ApiKeys__court__Scopes__0", "restore"));
        using var client = process.Connect();
        client.DefaultRequestHeaders.Add("X-Api-Key", ApiKey);
        var image = await PostAsync(
            client, Sealed.Path, HttpStatusCode.OK, Requests.Image(Sealed.Picture), ("detector", "hog"),
            ("method", "mask"), ("keyId", "archive"));

        await PostAsync(client, Sealed.RestorePath, HttpStatusCode.OK, Requests.Image(image), ("keyId", "archive"));
        await PostAsync(
            client, Sealed.RestorePath, HttpStatusCode.Forbidden, Requests.Image(image),
            ("passphrase", "a very secret guess"), ("faces", "1"));
        await PostAsync(
            client, Sealed.RewrapPath, HttpStatusCode.OK, Requests.Image(image), ("keyId", "archive"),
            ("recipients", """[{"passphrase":"another secret text"}]"""));
        process.Terminate();
        Assert.Equal(0, await process.ExitAsync());

        var file = Convert.ToHexStringLower(SHA256.HashData(image));
        var lines = process.Output.Replace("\\\"", string.Empty, StringComparison.Ordinal).Split('\n')
            .Where(line => line.Contains("\"FaceDeid.Audit\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(3, lines.Count);
        Assert.Contains(
            $"restore: done. Client key:court, keys archive, faces 1, file {file}", lines[0], StringComparison.Ordinal);
        Assert.Contains("restore: wrong_key.", lines[1], StringComparison.Ordinal);
        Assert.Contains("keys passphrase, faces 1, file", lines[1], StringComparison.Ordinal);
        Assert.Contains("rewrap: done.", lines[2], StringComparison.Ordinal);
        Assert.All(lines, line => Assert.Contains("\"@t\":", line, StringComparison.Ordinal));
        Assert.DoesNotContain("secret", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(_secret, process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(ApiKey, process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(AccessKeys.Hash(ApiKey), process.Output, StringComparison.OrdinalIgnoreCase);
    }

    public void Dispose()
    {
        _pair.Dispose();
        _folder.Delete(recursive: true);
    }

    private static async Task<byte[]> PostAsync(HttpClient client, string path, HttpStatusCode status, params FormPart[] parts)
    {
        using var form = Requests.Form(parts);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), form);
        Assert.Equal(status, answer.StatusCode);
        return await answer.BytesAsync();
    }

    private static async Task<string> RefusedAsync(params (string Name, string Value)[] environment)
    {
        var (exitCode, output, errors) = await ServiceProcess.RunAsync(argument: null, environment);
        Assert.Equal(1, exitCode);
        Assert.DoesNotContain("Now listening", output, StringComparison.Ordinal);
        return errors;
    }

    private Task WriteAsync(string name, string content) => File.WriteAllTextAsync(Path.Combine(_folder.FullName, name), content);
}
