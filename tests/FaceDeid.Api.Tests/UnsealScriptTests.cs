using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using FaceDeid.TestData;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// docs/examples/unseal.py restores without the service what the service sealed, in another language and with another decoder.
/// </summary>
public sealed class UnsealScriptTests(ServiceFixture service) : IClassFixture<ServiceFixture>, IDisposable
{
    private const string Passphrase = "caf\u00e9 au lait, s'il vous pla\u00eet";

    private static readonly byte[] Original = Pictures.Rewritten(Pictures.WholeFace, ".png");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-");

    [Fact]
    public async Task A_PNG_comes_back_to_the_last_bit_and_nothing_does_with_another_key_or_a_flipped_bit()
    {
        var key = NewKey();
        var file = await SealAsync(Original, "png", ("recipients", JsonSerializer.Serialize(new[] { new { key } })));

        using var original = Pictures.Decode(Original);
        using var restored = Pictures.Decode(await UnsealAsync(file, "--key", key));
        Pictures.AssertSamePixels(original, restored);

        await AssertRefusedAsync(file, "unseal: The key does not open face 1.\n", "--key", NewKey());
        var flipped = file.ToArray();
        flipped[file.AsSpan().IndexOf("FDSEAL"u8) + 100] ^= 1;
        await AssertRefusedAsync(flipped, "unseal: The seal is not as it was written.\n", "--key", key);
        await AssertRefusedAsync(Original, "unseal: The picture carries no seal.\n", "--key", key);
    }

    [Theory]
    [InlineData("95")]
    [InlineData("70")]
    public async Task A_JPEG_is_restored_by_a_passphrase_as_the_service_does(string quality)
    {
        var file = await SealAsync(Original, "jpeg", ("passphrase", Passphrase), ("quality", quality));

        await AssertAsTheServiceAsync(file, ("passphrase", Passphrase), "--passphrase", Passphrase);
    }

    [Theory]
    [InlineData("png")]
    [InlineData("webp")]
    public async Task A_picture_with_transparency_is_restored_as_the_service_does(string format)
    {
        var file = await SealAsync(Transparent(), format, ("passphrase", Passphrase));

        await AssertAsTheServiceAsync(file, ("passphrase", Passphrase), "--passphrase", Passphrase);
    }

    [Fact]
    public async Task A_WebP_is_restored_by_a_private_key_as_the_service_does()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var (publicKey, privateKey) = (pair.ExportSubjectPublicKeyInfoPem(), pair.ExportPkcs8PrivateKeyPem());
        var file = await SealAsync(Original, "webp", ("recipients", JsonSerializer.Serialize(new[] { new { publicKey } })));

        await AssertAsTheServiceAsync(
            file, ("privateKey", privateKey), "--private-key",
            await WrittenAsync("private.pem", System.Text.Encoding.ASCII.GetBytes(privateKey)));
    }

    [Fact]
    public async Task A_sidecar_restores_the_picture_it_was_made_for()
    {
        var key = NewKey();
        using var response = await service.PostAsync(
            "/v1/seal",
            [.. Parts(Original, "png"), ("sidecar", "true"), ("recipients", $$"""[{"key":"{{key}}","faces":[1]}]""")]);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        var parts = await response.ContentsAsync();
        var sidecar = await WrittenAsync("picture.seal", parts["sidecar"]);

        using var original = Pictures.Decode(Original);
        using var restored = Pictures.Decode(
            await UnsealAsync(parts["picture"], "--key", key, "--faces", "1", "--sidecar", sidecar));
        Pictures.AssertSamePixels(original, restored);

        await AssertRefusedAsync(
            Original, "unseal: The picture is not the one that was sealed.\n", "--key", key, "--sidecar", sidecar);
        await AssertRefusedAsync(
            parts["picture"], "unseal: A face that is asked for is not in the seal.\n", "--key", key, "--faces", "2",
            "--sidecar", sidecar);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static string NewKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    // From invisible at the left to opaque at the right.
    private static byte[] Transparent() => Pictures.Rewritten(Original, ".png", image =>
    {
        using var places = Image.Xyz(image.Width, image.Height);
        using var opacity = (places[0] * 2).Cast(Enums.BandFormat.Uchar);
        return image.Bandjoin(opacity);
    });

    private static FormPart[] Parts(byte[] image, string format) =>
        [Requests.Image(image), ("detector", "hog"), ("method", "mask"), ("verify", "false"), ("format", format)];

    private async Task<byte[]> SealAsync(byte[] image, string format, params FormPart[] options)
    {
        using var response = await service.PostAsync("/v1/seal", [.. Parts(image, format), .. options]);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        Assert.Equal(["1"], response.Headers.GetValues("X-FaceDeid-Sealed"), StringComparer.Ordinal);
        return await response.BytesAsync();
    }

    private async Task AssertAsTheServiceAsync(byte[] file, FormPart key, params string[] arguments)
    {
        using var response = await service.PostAsync("/v1/restore", [Requests.Image(file), key]);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        using var expected = Pictures.Decode(await response.BytesAsync());
        using var restored = Pictures.Decode(await UnsealAsync(file, arguments));
        Pictures.AssertSamePixels(expected, restored);
    }

    private async Task AssertRefusedAsync(byte[] file, string message, params string[] arguments)
    {
        var picture = await WrittenAsync("picture", file);
        var output = Path.Combine(_folder.FullName, "refused.png");
        Assert.Equal((1, message), await RunAsync([picture, output, .. arguments]));
        Assert.False(File.Exists(output));
    }

    private async Task<byte[]> UnsealAsync(byte[] file, params string[] arguments)
    {
        var picture = await WrittenAsync("picture", file);
        var output = Path.Combine(_folder.FullName, "restored.png");
        Assert.Equal((0, string.Empty), await RunAsync([picture, output, .. arguments]));
        return await File.ReadAllBytesAsync(output);
    }

    private async Task<string> WrittenAsync(string name, byte[] content)
    {
        var path = Path.Combine(_folder.FullName, name);
        await File.WriteAllBytesAsync(path, content);
        return path;
    }

    private static async Task<(int Exit, string Error)> RunAsync(IEnumerable<string> arguments)
    {
        using var python = Process.Start(new ProcessStartInfo(
            "/usr/bin/python3", [Path.Combine(TestFiles.Root, "docs", "examples", "unseal.py"), .. arguments])
        {
            RedirectStandardError = true,
            UseShellExecute = false,
        })!;
        var error = await python.StandardError.ReadToEndAsync();
        await python.WaitForExitAsync();
        return (python.ExitCode, error);
    }
}
