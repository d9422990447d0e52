using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/seal/rewrap</c>: other keys, the same picture.</summary>
public sealed class RewrapEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private readonly string _old = Sealed.NewKey();
    private readonly string _new = Sealed.NewKey();
    private readonly string _auditor = Sealed.NewKey();

    [Theory]
    [InlineData("png")]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public async Task A_key_is_replaced_and_everybody_elses_stays(string format)
    {
        var image = await Sealed.SealedAsync(
            service, Sealed.Picture, _old, ("recipients", Recipients(_auditor)), ("format", format));

        using var answer = await Sealed.RewrapAsync(service, image, _old, ("recipients", Recipients(_new)));
        var changed = await answer.BytesAsync();

        Assert.Equal($"image/{format}", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("1", answer.Headers.GetValues("X-FaceDeid-Faces").Single());
        Assert.Equal(Sealed.Samples(image), Sealed.Samples(changed));
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, changed, _old));
        Assert.Equal(await RestoredAsync(image, _old), await RestoredAsync(changed, _new));
        Assert.Equal(await RestoredAsync(image, _old), await RestoredAsync(changed, _auditor));
    }

    [Theory]
    [InlineData("none", false, false)]
    [InlineData("others", false, true)]
    [InlineData("all", true, true)]
    public async Task Who_else_still_opens_it_is_a_choice(string keep, bool old, bool auditor)
    {
        var image = await Sealed.SealedAsync(service, Sealed.Picture, _old, ("recipients", Recipients(_auditor)));

        using var answer = await Sealed.RewrapAsync(service, image, _old, ("recipients", Recipients(_new)), ("keep", keep));
        var changed = await answer.BytesAsync();

        foreach (var (key, opens) in new[] { (_old, old), (_auditor, auditor), (_new, true) })
        {
            using var restored = await Sealed.RestoreAsync(service, changed, key);
            Assert.Equal(opens ? HttpStatusCode.OK : HttpStatusCode.Forbidden, restored.StatusCode);
        }
    }

    [Fact]
    public async Task Some_faces_get_other_keys()
    {
        var image = await Sealed.SealedAsync(service, Sealed.Group, _old);

        using var answer = await Sealed.RewrapAsync(service, image, _old, ("recipients", Recipients(_new)), ("faces", "2,5"));
        var changed = await answer.BytesAsync();

        Assert.Equal("2", answer.Headers.GetValues("X-FaceDeid-Faces").Single());
        using var two = await Sealed.RestoreAsync(service, changed, _new, ("faces", "2,5"));
        Assert.Equal(HttpStatusCode.OK, two.StatusCode);
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, changed, _new, ("faces", "1")));
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, changed, _old, ("faces", "2")));
        using var five = await Sealed.RestoreAsync(service, changed, _old, ("faces", "1,3,4,6,7"));
        Assert.Equal(HttpStatusCode.OK, five.StatusCode);
    }

    [Fact]
    public async Task A_sidecar_is_changed_without_its_picture()
    {
        using var answer = await Sealed.SealAsync(service, Sealed.Picture, _old, ("sidecar", "true"));
        var parts = await answer.ContentsAsync();
        FormPart old = ("sidecar", parts["sidecar"], "a.seal");

        using var rewrapped = await RewrapAsync(old, ("recipients", Recipients(_new)));

        Assert.Equal("application/octet-stream", rewrapped.Content.Headers.ContentType!.MediaType);
        FormPart changed = ("sidecar", await rewrapped.BytesAsync(), "a.seal");
        await Sealed.AssertRestoresAsync(service, Sealed.Picture, parts["picture"], _new, changed);
        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RestoreAsync(service, parts["picture"], _old, changed));
        await Sealed.AssertRestoresAsync(service, Sealed.Picture, parts["picture"], _old, old); // a copy that was kept
    }

    [Fact]
    public async Task What_cannot_be_opened_cannot_be_given_away()
    {
        var image = await Sealed.SealedAsync(service, Sealed.Picture, _old);
        FormPart recipients = ("recipients", Recipients(_new));

        await Sealed.AssertRefusedAsync("wrong_key", Sealed.RewrapAsync(service, image, _new, recipients));
        await Sealed.AssertRefusedAsync("missing_key", Sealed.RewrapAsync(service, image, key: null, recipients));
        await Sealed.AssertRefusedAsync("not_sealed", Sealed.RewrapAsync(service, Sealed.Picture, _old, recipients));
        await Sealed.AssertRefusedAsync("invalid_option", Sealed.RewrapAsync(service, image, _old));
        await Sealed.AssertRefusedAsync("invalid_option", Sealed.RewrapAsync(service, image, _old, recipients, ("faces", "4")));
        await Sealed.AssertRefusedAsync(
            "missing_part", Sealed.RewrapAsync(service, image, _old, recipients, ("sidecar", image, "a.seal")));
        await Sealed.AssertRefusedAsync("seal_tampered", RewrapAsync(("sidecar", image, "a.seal"), recipients));
        await Sealed.AssertRefusedAsync(
            "unsupported_format", Sealed.RewrapAsync(service, "FDSEAL"u8.ToArray(), _old, recipients));
    }

    private static string Recipients(string key) => new JsonArray(new JsonObject { ["key"] = key }).ToJsonString();

    private async Task<byte[]> RestoredAsync(byte[] image, string key)
    {
        using var answer = await Sealed.RestoreAsync(service, image, key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return Sealed.Samples(await answer.BytesAsync());
    }

    private async Task<HttpResponseMessage> RewrapAsync(params FormPart[] parts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Sealed.RewrapPath, UriKind.Relative))
        {
            Content = Requests.Form(parts),
        };
        request.Headers.Add(Sealed.KeyHeader, _old);
        return await service.Client.SendAsync(request);
    }
}
