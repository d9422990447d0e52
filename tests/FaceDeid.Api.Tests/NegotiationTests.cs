using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// The form of the answer: the field <c>format</c>, else the Accept header (RFC 9110, section 12.5.1), else the default.
/// </summary>
public sealed class NegotiationTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Browser =
        "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;q=0.8";

    [Theory]
    [InlineData(null, "application/json")]
    [InlineData("", "application/json")]
    [InlineData("*/*", "application/json")]
    [InlineData("application/json", "application/json")]
    [InlineData("application/json; charset=utf-8", "application/json")]
    [InlineData("application/*", "application/json")]
    [InlineData("image/png", "image/png")]
    [InlineData("IMAGE/PNG", "image/png")]
    [InlineData("image/*", "image/jpeg")] // as good as each other: the format that it came in
    [InlineData("image/avif,image/webp,image/*", "image/jpeg")]
    [InlineData("image/avif, image/webp;q=0.9, image/*;q=0.8", "image/webp")]
    [InlineData("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "image/jpeg")]
    [InlineData("image/jpeg", "image/jpeg")]
    [InlineData("image/webp", "image/webp")]
    [InlineData("image/jpeg, image/png;q=0.5", "image/jpeg")]
    [InlineData("image/png;q=0.5, image/jpeg", "image/jpeg")]
    [InlineData("image/webp;q=0.9, image/jpeg;q=0.8, application/json;q=0.7", "image/webp")]
    [InlineData("application/json;q=0.1, image/png;q=0.2", "image/png")]
    [InlineData("image/png, application/json", "application/json")] // as good as each other: the order of the offer
    [InlineData("text/html, */*;q=0.1", "application/json")]
    [InlineData("*/*, application/json;q=0", "image/jpeg")] // the most specific range counts
    [InlineData("image/*;q=0.9, image/png;q=0.1", "image/jpeg")]
    [InlineData("image/*, image/png;q=0, image/jpeg;q=0", "image/webp")]
    [InlineData("*/*;q=0.1, image/*;q=0.2", "image/jpeg")]
    [InlineData(Browser, "image/webp")]
    public async Task The_best_of_the_Accept_header_is_sent(string? accept, string mediaType)
    {
        using var response = await service.PostAsync("/v1/landmarks", accept, Requests.Image(Pictures.Face));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await AssertIsAsync(mediaType, response);
    }

    [Theory]
    [InlineData("/v1/landmarks", ".jpg", "image/jpeg")]
    [InlineData("/v1/landmarks", ".png", "image/png")]
    [InlineData("/v1/landmarks", ".webp", "image/webp")]
    [InlineData("/v1/landmarks", ".tif", "image/png")]
    [InlineData("/v1/deidentify", ".jpg", "image/jpeg")]
    [InlineData("/v1/deidentify", ".png", "image/png")]
    [InlineData("/v1/deidentify", ".webp", "image/webp")]
    [InlineData("/v1/deidentify", ".tif", "image/png")]
    [InlineData("/v1/merge", ".jpg", "image/png")] // of two pictures
    [InlineData("/v1/seal", ".jpg", "image/png")] // which keeps every pixel
    public async Task Who_likes_any_picture_gets_the_format_that_it_came_in(string path, string format, string mediaType)
    {
        var picture = Pictures.Rewritten(Pictures.Face, format);
        FormPart[] parts = path switch
        {
            "/v1/merge" => [("first", picture, "a"), ("second", picture, "b")],
            "/v1/seal" => [Requests.Image(picture), ("passphrase", "long-enough-for-this")],
            _ => [Requests.Image(picture)],
        };
        foreach (var accept in new[]
        {
            "image/avif,image/webp,image/*", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8",
        })
        {
            using var response = await service.PostAsync(path, accept, parts);
            Assert.Equal((HttpStatusCode.OK, mediaType), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        }
    }

    [Theory]
    [InlineData("/v1/landmarks", "text/html")]
    [InlineData("/v1/landmarks", "image/gif")]
    [InlineData("/v1/landmarks", "application/problem+json")]
    [InlineData("/v1/landmarks", "image/*;q=0, application/json;q=0")]
    [InlineData("/v1/landmarks", "*/*;q=0")]
    [InlineData("/v1/landmarks", "garbage")]
    [InlineData("/v1/landmarks", ";;;")]
    [InlineData("/v1/detect", "image/png")]
    [InlineData("/v1/detect", "application/json;q=0, */*")]
    [InlineData("/v1/merge", "application/json")]
    public async Task What_is_not_offered_is_not_acceptable(string path, string accept)
    {
        using var response = await service.PostAsync(path, accept, PicturesFor(path));

        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        Assert.Equal("not_acceptable", (string)(await response.JsonAsync())["code"]!);
    }

    [Theory]
    [InlineData("/v1/landmarks", "png", "application/json", "image/png")]
    [InlineData("/v1/landmarks", "JPEG", "image/png", "image/jpeg")]
    [InlineData("/v1/landmarks", "webp", "text/html", "image/webp")]
    [InlineData("/v1/landmarks", "json", "image/png", "application/json")]
    [InlineData("/v1/landmarks", "png", "garbage", "image/png")]
    [InlineData("/v1/merge", "jpeg", "application/json", "image/jpeg")]
    [InlineData("/v1/merge", "webp", null, "image/webp")]
    [InlineData("/v1/merge", "", null, "image/png")]
    public async Task The_field_format_wins_over_the_Accept_header(string path, string format, string? accept, string mediaType)
    {
        using var response = await service.PostAsync(path, accept, [.. PicturesFor(path), ("format", format)]);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await AssertIsAsync(mediaType, response);
    }

    [Theory]
    [InlineData("pixels", "json", "application/json")]
    [InlineData("pixels", "json", "image/png")]
    [InlineData("landmarks", "png", "application/json")]
    [InlineData("landmarks", "", "image/png")]
    public async Task A_merge_comes_only_in_the_forms_of_its_mode(string mode, string format, string accept)
    {
        using var response = await service.PostAsync(
            "/v1/merge", accept, [.. PicturesFor("/v1/merge"), ("mode", mode), ("format", format)]);

        var problem = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.NotAcceptable, response.StatusCode);
        var offered =
            string.Equals(mode, "pixels", StringComparison.Ordinal) ? "image/png, image/jpeg, image/webp." : "application/json.";
        Assert.StartsWith($"This answer comes as {offered} ", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    private static FormPart[] PicturesFor(string path) => string.Equals(path, "/v1/merge", StringComparison.Ordinal)
        ? [("first", Pictures.Face, "a"), ("second", Pictures.OtherFace, "b")]
        : [Requests.Image(Pictures.Face)];

    private static async Task AssertIsAsync(string mediaType, HttpResponseMessage response)
    {
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        var body = await response.BytesAsync();
        var content = body switch
        {
            [(byte)'{', .., (byte)'}'] => "application/json",
            [0x89, (byte)'P', (byte)'N', (byte)'G', ..] => "image/png",
            [0xFF, 0xD8, 0xFF, .., 0xFF, 0xD9] => "image/jpeg",
            [(byte)'R', (byte)'I', (byte)'F', (byte)'F', _, _, _, _, (byte)'W', (byte)'E', (byte)'B', (byte)'P', ..] =>
                "image/webp",
            _ => "something else",
        };
        Assert.Equal(mediaType, content);
    }
}
