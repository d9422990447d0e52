using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/seal</c> and <c>/v1/restore</c>: what comes back, for whom, and what is refused.</summary>
public sealed class SealEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private readonly string _key = Sealed.NewKey();

    [Theory]
    [InlineData("mask")]
    [InlineData("replace")]
    public async Task A_sealed_picture_shows_what_the_method_alone_shows_and_restores_to_the_last_bit(string method)
    {
        // A replacement is drawn by chance, but with a key.
        FormPart key = ("pseudonymKey", "one");
        var image = await Sealed.SealedAsync(service, Sealed.Picture, _key, ("method", method), key);
        using var plain = await service.PostAsync(
            Deidentified.Path, Requests.Image(Sealed.Picture), ("detector", "hog"), ("verify", "false"), ("method", method), key);

        Assert.Equal(Sealed.Samples(await plain.BytesAsync()), Sealed.Samples(image));
        Assert.NotEqual(Sealed.Samples(Sealed.Picture), Sealed.Samples(image));
        await Sealed.AssertRestoresAsync(service, Sealed.Picture, image, _key);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public async Task From_a_format_with_loss_the_face_comes_back_to_the_last_bit(string format)
    {
        using var answer = await Sealed.SealAsync(service, Sealed.Picture, _key, ("format", format), ("report", "true"));
        Assert.Equal("1", answer.Headers.GetValues("X-FaceDeid-Sealed").Single());
        var parts = await answer.ContentsAsync();
        var box = Deidentified.Box(JsonNode.Parse(parts["report"])!["faces"]![0]!);

        using var restored = await Sealed.RestoreAsync(service, parts["picture"], _key);

        Assert.Equal("0", restored.Headers.GetValues("X-FaceDeid-Sealed").Single());
        Assert.Equal("1", restored.Headers.GetValues("X-FaceDeid-Faces").Single());
        Assert.Equal(Part(Sealed.Picture), Part(await restored.BytesAsync()));
        Assert.NotEqual(Part(Sealed.Picture), Part(parts["picture"]));

        byte[] Part(byte[] file)
        {
            using var image = Image.NewFromBuffer(file);
            using var part = image.Crop(
                box.X, box.Y, Math.Min(box.Width, image.Width - box.X), Math.Min(box.Height, image.Height - box.Y));
            return part.WriteToMemory<byte>();
        }
    }

    [Fact]
    public async Task A_sidecar_leaves_the_picture_file_as_the_method_writes_it()
    {
        using var answer = await Sealed.SealAsync(service, Sealed.Picture, _key, ("sidecar", "true"));
        var parts = await answer.ContentsAsync();
        FormPart sidecar = ("sidecar", parts["sidecar"], "a.seal");

        Assert.Equal(["picture", "sidecar"], parts.Keys, StringComparer.Ordinal);
        await Sealed.AssertRefusedAsync("not_sealed", Sealed.RestoreAsync(service, parts["picture"], _key));
        await Sealed.AssertRestoresAsync(service, Sealed.Picture, parts["picture"], _key, sidecar);
        var rewritten = Pictures.Rewritten(parts["picture"], ".png"); // without loss: the pixels are what counts
        await Sealed.AssertRestoresAsync(service, Sealed.Picture, rewritten, _key, sidecar);
        await Sealed.AssertRefusedAsync("sidecar_mismatch", Sealed.RestoreAsync(service, Sealed.Picture, _key, sidecar));
        await Sealed.AssertRefusedAsync(
            "seal_tampered", Sealed.RestoreAsync(service, parts["picture"], _key, ("sidecar", parts["picture"], "a.seal")));
    }

    [Fact]
    public async Task Each_recipient_opens_the_faces_that_are_meant_for_them()
    {
        using var pair = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        var publicKey = pair.ExportSubjectPublicKeyInfoPem();
        var recipients = new JsonArray(
            new JsonObject { ["key"] = _key },
            new JsonObject { ["passphrase"] = "correct horse battery", ["faces"] = new JsonArray(1, 3) },
            new JsonObject { ["publicKey"] = publicKey, ["faces"] = new JsonArray(2) });
        var image = await Sealed.SealedAsync(service, Sealed.Group, key: null, ("recipients", recipients.ToJsonString()));
        using var partly = await Sealed.SealAsync(
            service, Sealed.Group, key: null,
            ("recipients", """[{"passphrase":"correct horse battery","faces":[3,1]}]"""), ("report", "true"));
        Assert.Equal("[1,3]", JsonNode.Parse((await partly.ContentsAsync())["report"])!["sealed"]!.ToJsonString());
        using var other = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);

        await Sealed.AssertRestoresAsync(service, Sealed.Group, image, _key);
        await Sealed.AssertRefusedAsync(
            "wrong_key", Sealed.RestoreAsync(service, image, key: null, ("passphrase", "correct horse battery")));
        using var two = await Sealed.RestoreAsync(
            service, image, key: null, ("passphrase", "correct horse battery"), ("faces", "1, 3"));
        Assert.Equal(
            ("2", "5"),
            (two.Headers.GetValues("X-FaceDeid-Faces").Single(), two.Headers.GetValues("X-FaceDeid-Sealed").Single()));
        using var one = await Sealed.RestoreAsync(
            service, image, key: null, ("privateKey", pair.ExportPkcs8PrivateKeyPem()), ("faces", "2"));
        Assert.Equal(HttpStatusCode.OK, one.StatusCode);
        Assert.NotEqual(Sealed.Samples(await one.BytesAsync()), Sealed.Samples(await two.BytesAsync()));
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(
            service, image, key: null, ("privateKey", other.ExportPkcs8PrivateKeyPem()), ("faces", "2")));
        await Sealed.AssertRefusedAsync(
            "invalid_option", Sealed.RestoreAsync(service, image, key: null, ("privateKey", publicKey), ("faces", "2")));
    }

    [Fact]
    public async Task Wrong_and_missing_keys_and_unsealed_pictures_have_their_errors()
    {
        var image = await Sealed.SealedAsync(service, Sealed.Picture, _key);

        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, image, Sealed.NewKey()));
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, image, key: null, ("passphrase", "a guess")));
        await Sealed.AssertRefusedAsync("missing_key", Sealed.RestoreAsync(service, image, key: null));
        await Sealed.AssertRefusedAsync("missing_key", Sealed.SealAsync(service, Sealed.Picture, key: null));
        await Sealed.AssertRefusedAsync("not_sealed", Sealed.RestoreAsync(service, Sealed.Picture, _key));
        await Sealed.AssertRefusedAsync("no_face", Sealed.SealAsync(service, Pictures.Faceless, _key));
        await Sealed.AssertRefusedAsync("invalid_option", Sealed.RestoreAsync(service, image, _key, ("faces", "2")));
    }

    [Fact]
    public async Task A_program_that_writes_the_picture_again_is_told_from_one_that_keeps_all()
    {
        var image = await Sealed.SealedAsync(service, Sealed.Picture, _key, ("format", "jpeg"));

        await Sealed.AssertRefusedAsync("not_sealed", Sealed.RestoreAsync(service, Pictures.Rewritten(image, ".png"), _key));
        await Sealed.AssertRefusedAsync(
            "not_sealed", Sealed.RestoreAsync(service, Pictures.Rewritten(image, ".jpg[Q=95]"), _key));
        using var passed = await service.PostAsync(
            Deidentified.Path, Requests.Image(image), ("onNoFace", "pass"), ("detector", "hog"), ("method", "mask"));
        await Sealed.AssertRefusedAsync("not_sealed", Sealed.RestoreAsync(service, await passed.BytesAsync(), _key));
    }

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public async Task A_flipped_bit_anywhere_in_seal_or_pixels_is_refused(string format)
    {
        var random = new Random(7);
        var image = await Sealed.SealedAsync(service, Sealed.Picture, _key, ("format", format));
        var restored = await RestoredAsync(image);

        for (var i = 0; i < 120; i++)
        {
            var flipped = image.ToArray();
            flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
            using var answer = await Sealed.RestoreAsync(service, flipped, _key);
            Assert.True((int)answer.StatusCode < 500, await answer.Content.ReadAsStringAsync());
            // A bit that neither seal nor pixels depend on, such as a resolution in dots per inch, changes nothing.
            if (answer.StatusCode == HttpStatusCode.OK)
                Assert.Equal(Sealed.Samples(restored), Sealed.Samples(await answer.BytesAsync()));
            else
                Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        }

        async Task<byte[]> RestoredAsync(byte[] file)
        {
            using var answer = await Sealed.RestoreAsync(service, file, _key);
            return await answer.BytesAsync();
        }
    }

    [Fact]
    public async Task A_seal_that_was_moved_to_another_picture_is_refused()
    {
        var image = await Sealed.SealedAsync(service, Sealed.Picture, _key);
        var other = await Sealed.SealedAsync(service, Sealed.Picture, _key, ("color", "#FF0000"));

        await Sealed.AssertRefusedAsync("pixels_changed", Sealed.RestoreAsync(service, Sealed.WithSealOf(image, other), _key));
    }

    [Fact]
    public async Task Nothing_is_sealed_where_nothing_is_treated()
    {
        using var answer = await Sealed.SealAsync(service, Pictures.Faceless, _key, ("onNoFace", "pass"), ("sidecar", "true"));

        Assert.Equal("0", answer.Headers.GetValues("X-FaceDeid-Sealed").Single());
        Assert.Equal(["picture"], (await answer.ContentsAsync()).Keys, StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("[null]")]
    [InlineData("[{}]")]
    [InlineData("""[{"key":"c2hvcnQ="}]""")]
    [InlineData("""[{"passphrase":"short"}]""")]
    [InlineData("""[{"keyId":"nobody"}]""")]
    [InlineData("""[{"publicKey":"-----BEGIN PUBLIC KEY-----"}]""")]
    [InlineData("""[{"passphrase":"correct horse battery","keyId":"a"}]""")]
    [InlineData("""[{"passphrase":"correct horse battery","faces":[]}]""")]
    [InlineData("""[{"passphrase":"correct horse battery","faces":[9]}]""")]
    [InlineData("""[{"passphrase":"correct horse battery","face":1}]""")]
    public async Task Recipients_that_are_half_said_are_refused(string recipients)
    {
        var problem = await Sealed.AssertRefusedAsync(
            "invalid_option", Sealed.SealAsync(service, Sealed.Picture, key: null, ("recipients", recipients)));

        Assert.NotNull(problem["errors"]!["recipients"]);
    }

    [Theory]
    [InlineData("not Base64")]
    [InlineData("c2hvcnQ=")]
    public async Task A_key_header_of_another_length_is_refused(string key) => Assert.NotNull((await Sealed.AssertRefusedAsync(
        "invalid_option", Sealed.SealAsync(service, Sealed.Picture, key)))["errors"]!["X-FaceDeid-Key"]);
}
