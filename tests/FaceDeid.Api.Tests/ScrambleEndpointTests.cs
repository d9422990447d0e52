using System.Net;
using System.Text.Json.Nodes;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>method=scramble</c> of <c>/v1/deidentify</c>, and what brings it back.</summary>
public sealed class ScrambleEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private readonly string _key = Sealed.NewKey();

    [Fact]
    public async Task A_scrambled_picture_restores_to_the_last_bit_and_one_face_alone()
    {
        var group = Pictures.Rewritten(Pictures.Group, ".png", image => image.Resize(2));
        using var answer = await ScrambleAsync(group, _key);
        var scrambled = await answer.BytesAsync();

        Assert.Equal("scramble", answer.Headers.GetValues("X-FaceDeid-Method").Single());
        Assert.Equal("0", answer.Headers.GetValues("X-FaceDeid-Fallbacks").Single());
        Assert.Equal("7", answer.Headers.GetValues("X-FaceDeid-Sealed").Single());
        await Sealed.AssertRestoresAsync(service, group, scrambled, _key);
        using var one = await Sealed.RestoreAsync(service, scrambled, _key, ("faces", "1"));
        var samples = Sealed.Samples(await one.BytesAsync());
        Assert.NotEqual(Sealed.Samples(group), samples);
        Assert.NotEqual(Sealed.Samples(scrambled), samples);
    }

    [Fact]
    public async Task To_seal_with_kind_scramble_is_the_same()
    {
        using var answer = await Sealed.PostAsync(
            service, Sealed.Path, _key, Requests.Image(Sealed.Picture), ("detector", "hog"),
            ("kind", "scramble"), ("sidecar", "true"));
        var parts = await answer.ContentsAsync();

        Assert.Equal("scramble", answer.Headers.GetValues("X-FaceDeid-Method").Single());
        Assert.Equal("1", answer.Headers.GetValues("X-FaceDeid-Sealed").Single());
        FormPart sidecar = ("sidecar", parts["sidecar"], "a.seal");
        await Sealed.AssertRestoresAsync(service, Sealed.Picture, parts["picture"], _key, sidecar);
        using var compressed = await Sealed.RestoreAsync(
            service, Pictures.Rewritten(parts["picture"], ".jpg[Q=75]"), _key, sidecar);
        Assert.Equal(HttpStatusCode.OK, compressed.StatusCode); // pixels would not come back from another file
    }

    [Theory]
    [InlineData("scramble", "blur")]
    [InlineData("pixels", "scramble")]
    public async Task A_kind_and_a_method_that_contradict_each_other_are_refused(string kind, string method)
    {
        var problem = await Sealed.AssertRefusedAsync("invalid_option", Sealed.PostAsync(
            service, Sealed.Path, _key, Requests.Image(Sealed.Picture), ("kind", kind), ("method", method)));
        Assert.NotNull(problem["errors"]!["method"]);
    }

    [Theory]
    [InlineData(".jpg[Q=75]")]
    [InlineData(".jpg[Q=75,subsample-mode=off]")]
    [InlineData(".webp[Q=75]")]
    public async Task After_another_programs_compression_the_sidecar_brings_the_faces_back(string codec)
    {
        using var answer = await ScrambleAsync(Sealed.Picture, _key, ("format", "multipart"));
        var parts = await answer.ContentsAsync();
        var compressed = Pictures.Rewritten(parts["picture"], codec);
        FormPart sidecar = ("sidecar", parts["sidecar"], "a.seal");

        await Sealed.AssertRefusedAsync("not_sealed", Sealed.RestoreAsync(service, compressed, _key));
        using var restored = await Sealed.RestoreAsync(service, compressed, _key, sidecar);

        Assert.Equal(HttpStatusCode.OK, restored.StatusCode);
        var box = Deidentified.Box(JsonNode.Parse(parts["report"])!["faces"]![0]!);
        // 30 on average over people: docs/sealing.md.
        Assert.InRange(Psnr(Sealed.Picture, await restored.BytesAsync(), box), 28, 60);
    }

    [Fact]
    public async Task Resized_cropped_turned_and_strange_pictures_are_refused()
    {
        using var answer = await ScrambleAsync(Sealed.Picture, _key, ("format", "multipart"));
        var parts = await answer.ContentsAsync();
        FormPart sidecar = ("sidecar", parts["sidecar"], "a.seal");
        using var again = await ScrambleAsync(Sealed.Picture, _key);

        foreach (var change in new Func<Image, Image>[]
        {
            image => image.Resize(0.5),
            image => image.Crop(8, 0, 100, 100),
            image => image.Rot180(),
        })
        {
            await Sealed.AssertRefusedAsync("sidecar_mismatch", Sealed.RestoreAsync(
                service, Pictures.Rewritten(parts["picture"], ".png", change), _key, sidecar));
        }

        // The same photo, scrambled anew.
        await Sealed.AssertRefusedAsync(
            "sidecar_mismatch", Sealed.RestoreAsync(service, await again.BytesAsync(), _key, sidecar));
        await Sealed.AssertRefusedAsync("sidecar_mismatch", Sealed.RestoreAsync(service, Sealed.Picture, _key, sidecar));
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, parts["picture"], Sealed.NewKey()));
    }

    [Fact]
    public async Task The_keys_of_a_scrambled_picture_are_changed_as_those_of_a_seal()
    {
        var key = Sealed.NewKey();
        using var answer = await ScrambleAsync(Sealed.Picture, _key);

        using var rewrapped = await Sealed.RewrapAsync(
            service, await answer.BytesAsync(), _key,
            ("recipients", new JsonArray(new JsonObject { ["key"] = key }).ToJsonString()));

        await Sealed.AssertRestoresAsync(service, Sealed.Picture, await rewrapped.BytesAsync(), key);
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, await rewrapped.BytesAsync(), _key));
    }

    [Fact]
    public async Task Keys_belong_to_scramble_and_scramble_to_keys()
    {
        await Sealed.AssertRefusedAsync("missing_key", ScrambleAsync(Sealed.Picture, key: null));
        var problem = await Sealed.AssertRefusedAsync("invalid_option", ScrambleAsync(Sealed.Picture, _key, ("method", "blur")));
        Assert.NotNull(problem["errors"]!["method"]);
        var left = await Sealed.AssertRefusedAsync(
            "invalid_option", ScrambleAsync(Sealed.Group, key: null, ("recipients", $$"""[{"key":"{{_key}}","faces":[1]}]""")));
        Assert.NotNull(left["errors"]!["recipients"]);
    }

    [Fact]
    public async Task A_picture_with_transparency_is_refused_and_one_without_face_passes_only_if_allowed()
    {
        var transparent = Pictures.Rewritten(
            Sealed.Picture, ".png", image => image.Bandjoin(Image.Black(image.Width, image.Height) + 100));

        await Sealed.AssertRefusedAsync("invalid_option", ScrambleAsync(transparent, _key));
        await Sealed.AssertRefusedAsync("no_face", ScrambleAsync(Pictures.Faceless, _key));
        using var passed = await ScrambleAsync(Pictures.Faceless, _key, ("onNoFace", "pass"));
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
    }

    private async Task<HttpResponseMessage> ScrambleAsync(byte[] image, string? key, params FormPart[] options)
    {
        FormPart[] parts = [Requests.Image(image), ("detector", "hog"), .. options];
        if (!Array.Exists(options, option => string.Equals(option.Name, "method", StringComparison.Ordinal)))
            parts = [.. parts, ("method", "scramble")];
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Deidentified.Path, UriKind.Relative))
        {
            Content = Requests.Form(parts),
        };
        if (key is not null)
            request.Headers.Add(Sealed.KeyHeader, key);
        return await service.Client.SendAsync(request);
    }

    private static double Psnr(byte[] original, byte[] restored, Rect box)
    {
        using var before = Pictures.Decode(original);
        using var after = Pictures.Decode(restored);
        var inside = box.Intersect(new Rect(0, 0, before.Width, before.Height));
        using var a = before.SubMat(inside);
        using var b = after.SubMat(inside);
        return Cv2.PSNR(a, b);
    }
}
