using System.Net;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// The forms in which <c>/v1/deidentify</c> answers: like the picture came in, unless <c>format</c> or Accept say otherwise.
/// </summary>
public sealed class DeidentifyAnswerTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("jpeg", null, null, "image/jpeg")]
    [InlineData("png", null, null, "image/png")]
    [InlineData("webp", null, null, "image/webp")]
    [InlineData("tiff", null, null, "image/png")]
    [InlineData("avif", null, null, "image/png")]
    [InlineData("heic", null, null, "image/png")]
    [InlineData("jpegXl", null, null, "image/png")]
    [InlineData("bmp", null, null, "image/png")]
    [InlineData("gif", null, "image/*", "image/png")]
    [InlineData("heic", "jpeg", null, "image/jpeg")]
    [InlineData("webp", null, "*/*", "image/webp")]
    [InlineData("jpeg", null, "image/*", "image/jpeg")]
    [InlineData("tiff", null, "image/*", "image/png")]
    [InlineData("jpeg", null, "image/png, image/jpeg", "image/jpeg")]
    [InlineData("jpeg", null, "image/*, image/jpeg;q=0", "image/png")]
    [InlineData("jpeg", null, "image/webp", "image/webp")]
    [InlineData("jpeg", null, "application/json", "application/json")]
    [InlineData("jpeg", null, "application/json, image/*;q=0.5", "application/json")]
    [InlineData("jpeg", null, "multipart/mixed", "multipart/mixed")]
    [InlineData("jpeg", null, "multipart/*, image/*;q=0.9", "multipart/mixed")]
    [InlineData("jpeg", "png", "application/json", "image/png")]
    [InlineData("png", "JPEG", null, "image/jpeg")]
    [InlineData("png", "webp", null, "image/webp")]
    [InlineData("png", "json", "image/png", "application/json")]
    [InlineData("png", "multipart", "text/html", "multipart/mixed")]
    public async Task The_answer_has_the_form_that_was_asked_for(string input, string? format, string? accept, string mediaType)
    {
        using var response = await service.PostAsync(
            Deidentified.Path, accept, Requests.Image(Pictures.In(input, Pictures.Face)), ("method", "mask"),
                ("detector", "hog"), ("format", format ?? ""));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(mediaType, response.Content.Headers.ContentType?.MediaType);
        if (mediaType.StartsWith("image/", StringComparison.Ordinal))
            AssertIs(mediaType, await response.BytesAsync());
    }

    [Theory]
    [InlineData("jpeg", "image/jpeg")]
    [InlineData("png", "image/png")]
    [InlineData("webp", "image/webp")]
    [InlineData("tiff", "image/png")]
    public async Task A_multipart_answer_has_the_report_and_the_picture_as_it_came(string input, string mediaType)
    {
        FormPart[] options = [("method", "blur"), ("detector", "hog")];
        var picture = Requests.Image(Pictures.Rewritten(Pictures.Face, $".{input}"));
        using var both = await service.PostAsync(Deidentified.Path, [picture, .. options, ("format", "multipart")]);
        using var report = await service.PostAsync(Deidentified.Path, [picture, .. options, ("format", "json")]);
        using var alone = await service.PostAsync(Deidentified.Path, [picture, .. options]);

        var answer = await Deidentified.ReadAsync(both);
        Assert.Equal(mediaType, answer.PictureType);
        Assert.Equal(await alone.BytesAsync(), answer.Picture);
        Assert.Equal((await report.JsonAsync()).ToJsonString(), answer.Report.ToJsonString());
        Assert.Equal(
            "1 blur",
            $"{both.Headers.GetValues("X-FaceDeid-Faces").Single()} {both.Headers.GetValues("X-FaceDeid-Method").Single()}");
        Assert.NotNull(both.Content.Headers.ContentLength);
    }

    [Theory]
    [InlineData("text/html")]
    [InlineData("image/gif")]
    [InlineData("multipart/form-data")]
    [InlineData("image/*;q=0")]
    [InlineData("garbage")]
    public async Task What_is_not_offered_is_not_acceptable(string accept)
    {
        using var response = await service.PostAsync(
            Deidentified.Path, accept, Requests.Image(Pictures.Face), ("method", "mask"));

        var problem = await response.JsonAsync();
        Assert.Equal((HttpStatusCode.NotAcceptable, "not_acceptable"), (response.StatusCode, (string)problem["code"]!));
        Assert.StartsWith(
            "This answer comes as image/jpeg, application/json, image/png, image/webp, multipart/mixed.",
            (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public async Task Better_quality_is_a_larger_file_and_95_holds_where_none_is_asked_for(string format)
    {
        var sizes = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var quality in new[] { "10", "", "95", "100" })
        {
            using var response = await service.PostAsync(
                Deidentified.Path, Requests.Image(Pictures.Group), ("method", "mask"), ("detector", "hog"),
                ("format", format), ("quality", quality));
            sizes[quality] = (await response.BytesAsync()).Length;
        }

        Assert.Equal(sizes["95"], sizes[""]);
        Assert.True(sizes["10"] < sizes["95"] && sizes["95"] < sizes["100"]);
    }

    [Fact]
    public async Task What_is_no_picture_is_refused_as_that()
    {
        using var response = await service.PostAsync(
            Deidentified.Path, "image/*", Requests.Image("%PDF-1.7 is no picture"u8.ToArray()), ("method", "mask"));

        Assert.Equal("unsupported_format", (string)(await response.JsonAsync())["code"]!);
    }

    private static void AssertIs(string mediaType, byte[] file)
    {
        using var image = Image.NewFromBuffer(file);
        Assert.StartsWith(mediaType["image/".Length..], (string)image.Get("vips-loader"), StringComparison.Ordinal);
    }
}
