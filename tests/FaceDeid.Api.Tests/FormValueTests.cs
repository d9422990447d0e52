using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What each option takes and refuses.</summary>
public sealed class FormValueTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string NoColor = "must be one colour such as #FF8800, or seven separated by commas.";
    private const string EightColors = "#000001,#000002,#000003,#000004,#000005,#000006,#000007,#000008";

    [Theory]
    [InlineData("/v1/detect", "detector", "cnn", "must be one of auto, hog, haar, ultraFace, yuNet, haarProfile.")]
    [InlineData("/v1/detect", "detector", "0", "must be one of auto, hog, haar, ultraFace, yuNet, haarProfile.")]
    [InlineData("/v1/detect", "detector", "1", "must be one of auto, hog, haar, ultraFace, yuNet, haarProfile.")]
    [InlineData("/v1/detect", "detector", "77", "must be one of auto, hog, haar, ultraFace, yuNet, haarProfile.")]
    [InlineData("/v1/detect", "detector", "hog,haar", "must be one of auto, hog, haar, ultraFace, yuNet, haarProfile.")]
    [InlineData("/v1/detect", "thorough", "1", "must be true or false.")]
    [InlineData("/v1/detect", "detector", " ", "must be one of auto, hog, haar, ultraFace, yuNet, haarProfile.")]
    [InlineData("/v1/detect", "compat", "1", "must be one of none, notebook.")]
    [InlineData("/v1/detect", "compat", "note book", "must be one of none, notebook.")]
    [InlineData("/v1/detect", "upsample", "-1", "must be between 0 and 2.")]
    [InlineData("/v1/detect", "upsample", "3", "must be between 0 and 2.")]
    [InlineData("/v1/detect", "upsample", "1.0", "must be a whole number.")]
    [InlineData("/v1/detect", "upsample", "99999999999", "must be a whole number.")]
    [InlineData("/v1/detect", "upsample", "1\n", "must be a whole number.")]
    [InlineData("/v1/detect", "scaleFactor", "1.049", "must be between 1.05 and 2.")]
    [InlineData("/v1/detect", "scaleFactor", "2.001", "must be between 1.05 and 2.")]
    [InlineData("/v1/detect", "scaleFactor", "1,5", "must be a number such as 1.5.")]
    [InlineData("/v1/detect", "scaleFactor", "NaN", "must be a number such as 1.5.")]
    [InlineData("/v1/detect", "scaleFactor", "Infinity", "must be a number such as 1.5.")]
    [InlineData("/v1/detect", "scaleFactor", "1e400", "must be a number such as 1.5.")]
    [InlineData("/v1/detect", "minNeighbors", "0", "must be between 1 and 20.")]
    [InlineData("/v1/detect", "minNeighbors", "21", "must be between 1 and 20.")]
    [InlineData("/v1/detect", "minFaceSize", "-1", "must be between 0 and 65535.")]
    [InlineData("/v1/detect", "minFaceSize", "65536", "must be between 0 and 65535.")]
    [InlineData("/v1/detect", "minScore", "-1.1", "must be between -1 and 10000.")]
    [InlineData("/v1/detect", "minScore", "10000.1", "must be between -1 and 10000.")]
    [InlineData("/v1/detect", "minScore", "-Infinity", "must be a number such as 1.5.")]
    [InlineData("/v1/landmarks", "format", "gif", "must be one of json, png, jpeg, webp.")]
    [InlineData("/v1/landmarks", "format", "1", "must be one of json, png, jpeg, webp.")]
    [InlineData("/v1/landmarks", "color", "red", NoColor)]
    [InlineData("/v1/landmarks", "color", "#12345", NoColor)]
    [InlineData("/v1/landmarks", "color", "#GGGGGG", NoColor)]
    [InlineData("/v1/landmarks", "color", "#000000\n", NoColor)]
    [InlineData("/v1/landmarks", "color", "#000000,#000001", NoColor)]
    [InlineData("/v1/landmarks", "color", EightColors, NoColor)]
    [InlineData("/v1/landmarks", "alpha", "-0.01", "must be between 0 and 1.")]
    [InlineData("/v1/landmarks", "alpha", "1.01", "must be between 0 and 1.")]
    [InlineData("/v1/landmarks", "alpha", "NaN", "must be a number such as 1.5.")]
    [InlineData("/v1/landmarks", "quality", "0", "must be between 1 and 100.")]
    [InlineData("/v1/landmarks", "quality", "101", "must be between 1 and 100.")]
    [InlineData("/v1/merge", "mode", "0", "must be one of pixels, landmarks.")]
    [InlineData("/v1/merge", "normalization", "root", "must be one of half, rms.")]
    [InlineData("/v1/merge", "align", "1", "must be one of none, landmarks.")]
    [InlineData("/v1/merge", "size", "15", "must be between 16 and 2048.")]
    [InlineData("/v1/merge", "size", "2049", "must be between 16 and 2048.")]
    [InlineData("/v1/merge", "format", "tiff", "must be one of json, png, jpeg, webp.")]
    [InlineData("/v1/merge", "quality", "101", "must be between 1 and 100.")]
    public async Task A_value_that_is_no_value_is_refused_with_what_is(string path, string field, string value, string mistake)
    {
        using var response = await PostAsync(path, (field, value));

        var problem = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_option", (string)problem["code"]!);
        Assert.Equal((field, mistake), (problem["errors"]!.AsObject().Single().Key, (string)problem["errors"]![field]!));
        Assert.Equal($"'{field}' {mistake}", (string)problem["detail"]!);
    }

    [Theory]
    [InlineData("/v1/detect", "upsample", "0")]
    [InlineData("/v1/detect", "upsample", "2")]
    [InlineData("/v1/detect", "scaleFactor", "1.05")]
    [InlineData("/v1/detect", "scaleFactor", "2")]
    [InlineData("/v1/detect", "scaleFactor", "1.5e0")]
    [InlineData("/v1/detect", "minNeighbors", "1")]
    [InlineData("/v1/detect", "minNeighbors", "20")]
    [InlineData("/v1/detect", "minFaceSize", "65535")]
    [InlineData("/v1/detect", "minScore", "-1")]
    [InlineData("/v1/detect", "minScore", "10000")]
    [InlineData("/v1/landmarks", "color", "#aBcDeF")]
    [InlineData("/v1/landmarks", "alpha", "0")]
    [InlineData("/v1/landmarks", "alpha", "1")]
    [InlineData("/v1/landmarks", "quality", "1")]
    [InlineData("/v1/landmarks", "quality", "100")]
    [InlineData("/v1/merge", "size", "16")]
    [InlineData("/v1/merge", "size", "2048")]
    public async Task The_ends_of_each_range_belong_to_it(string path, string field, string value)
    {
        foreach (var detector in new[] { "hog", "haar" })
        {
            using var response = await PostAsync(path, (field, value), ("detector", detector));
            Assert.Equal(HttpStatusCode.OK, response.StatusCode);
            Assert.NotEmpty(await response.BytesAsync());
        }
    }

    [Theory]
    [InlineData("/v1/detect", "hog", "upsample", "0", "is fixed at 1 by compat=notebook. Leave one of the two out.")]
    [InlineData("/v1/detect", "haar", "scaleFactor", "1.2", "is fixed at 1.1 by compat=notebook. Leave one of the two out.")]
    [InlineData("/v1/detect", "haar", "minNeighbors", "3", "is fixed at 4 by compat=notebook. Leave one of the two out.")]
    [InlineData("/v1/detect", "hog", "minFaceSize", "1", "is fixed at 0 by compat=notebook. Leave one of the two out.")]
    [InlineData("/v1/landmarks", "hog", "minScore", "0.5", "is fixed at 0 by compat=notebook. Leave one of the two out.")]
    [InlineData("/v1/merge", "hog", "size", "301", "is fixed at 300 by compat=notebook. Leave one of the two out.")]
    [InlineData("/v1/merge", "hog", "normalization", "rms", "is fixed at half by compat=notebook. Leave one of the two out.")]
    [InlineData("/v1/merge", "hog", "align", "landmarks", "is fixed at none by compat=notebook. Leave one of the two out.")]
    public async Task What_the_notebook_fixes_cannot_be_given_another_value(
        string path, string detector, string field, string value, string mistake)
    {
        using var response = await PostAsync(path, (field, value), ("detector", detector), ("compat", "notebook"));

        var problem = await response.JsonAsync();
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("invalid_option", (string)problem["code"]!);
        Assert.Equal(mistake, (string)problem["errors"]![field]!);
    }

    [Fact]
    public async Task What_the_notebook_fixes_may_be_given_its_own_value()
    {
        FormPart[] notebook = [("mode", "landmarks"), ("compat", "notebook"), ("detector", "haar")];
        using var bare = await PostAsync("/v1/merge", notebook);
        using var spelled = await PostAsync(
            "/v1/merge",
            [
                .. notebook, ("size", "300"), ("normalization", "half"), ("align", "none"), ("upsample", "1"),
                ("scaleFactor", "1.10"), ("minNeighbors", "4"), ("minFaceSize", "0"), ("minScore", "0"),
            ]);

        Assert.Equal(HttpStatusCode.OK, spelled.StatusCode);
        Assert.Equal(await bare.Content.ReadAsStringAsync(), await spelled.Content.ReadAsStringAsync());
    }

    private async Task<HttpResponseMessage> PostAsync(string path, params FormPart[] options)
    {
        FormPart[] pictures = string.Equals(path, "/v1/merge", StringComparison.Ordinal)
            ? [("first", Pictures.Face, "a"), ("second", Pictures.OtherFace, "b")]
            : [Requests.Image(Pictures.Face)];
        return await service.PostAsync(path, [.. pictures, .. options]);
    }
}
