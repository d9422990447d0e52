using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/detect</c>: every field has the effect it promises.</summary>
public sealed class DetectEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task The_answer_has_its_fields_in_a_fixed_order()
    {
        using var response = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face), ("detector", "hog"));

        var body = await response.Content.ReadAsStringAsync();
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Matches(
            "^" + Regex.Escape(
                """{"image":{"width":150,"height":150},"faces":[{"id":1,"box":{"x":20,"y":20,"width":108,"height":109},"score":""")
            + @"1\.41\d*" + Regex.Escape(""","detector":"hog","subDetector":0}]}""") + "$",
            body);
    }

    [Fact]
    public async Task Auto_is_the_default_and_finds_every_face_of_hog_once_from_left_to_right()
    {
        var bare = await FacesAsync(Pictures.Group);
        var auto = await FacesAsync(Pictures.Group, ("detector", "auto"));
        var hog = await FacesAsync(Pictures.Group, ("detector", "hog"));

        Assert.Equal(Text(auto), Text(bare));
        Assert.Equal(7, bare.Count);
        Assert.Equal(Enumerable.Range(1, 7), bare.Select(face => (int)face["id"]!));
        Assert.Equal(bare.Select(face => Deidentified.Box(face).X).Order(), bare.Select(face => Deidentified.Box(face).X));
        Assert.All(bare, face => Assert.Matches("^(ultraFace|hog|yuNet)$", (string)face["detector"]!));
        foreach (var box in hog.Select(Deidentified.Box))
        {
            var (x, y) = (box.X + (box.Width / 2), box.Y + (box.Height / 2));
            Assert.Single(bare, face => Deidentified.Box(face).Contains(x, y));
        }
    }

    [Fact]
    public async Task Hog_and_haar_see_otherwise()
    {
        var hog = await FacesAsync(Pictures.Group, ("detector", "hog"));
        var haar = await FacesAsync(Pictures.Group, ("detector", "haar"));

        Assert.Equal((7, 5), (hog.Count, haar.Count));
        Assert.All(hog, face => Assert.InRange((int)face["subDetector"]!, 0, 4));
        Assert.All(
            haar, face => Assert.Equal(("haar", false), ((string)face["detector"]!, face.AsObject().ContainsKey("subDetector"))));
        Assert.Equal(Enumerable.Range(1, 7), hog.Select(face => (int)face["id"]!));
    }

    [Fact]
    public async Task No_face_is_an_empty_list()
    {
        using var response = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Faceless));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("""{"image":{"width":640,"height":480},"faces":[]}""", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task More_upsampling_finds_smaller_faces()
    {
        var none = await FacesAsync(Pictures.Group, ("detector", "hog"), ("upsample", "0"));
        var once = await FacesAsync(Pictures.Group, ("detector", "hog"), ("upsample", "1"));
        var tiny = Pictures.Rewritten(Pictures.Face, ".png", image => image.Resize(0.2)); // the face is 22 pixels wide

        Assert.True(none.Count < once.Count);
        Assert.Equal((0, 1), ((await FacesAsync(tiny, ("detector", "hog"), ("upsample", "1"))).Count,
            (await FacesAsync(tiny, ("detector", "hog"), ("upsample", "2"))).Count));
    }

    [Fact]
    public async Task A_coarser_scale_factor_sees_fewer_windows()
    {
        async Task<double> WindowsAsync(string scaleFactor) =>
            (await FacesAsync(Pictures.Face, ("detector", "haar"), ("scaleFactor", scaleFactor))).Sum(Score);

        Assert.True(await WindowsAsync("1.05") > await WindowsAsync("1.1"));
        Assert.True(await WindowsAsync("1.1") > await WindowsAsync("1.4"));
        Assert.Equal(await WindowsAsync(""), await WindowsAsync("1.1"));
    }

    [Fact]
    public async Task More_neighbours_leave_out_the_faces_with_fewer()
    {
        var four = await FacesAsync(Pictures.Group, ("detector", "haar"));
        var many = await FacesAsync(Pictures.Group, ("detector", "haar"), ("minNeighbors", "20"));

        Assert.Equal(four.Where(face => Score(face) > 20).Select(BoxText), many.Select(BoxText), StringComparer.Ordinal);
        Assert.InRange(many.Count, 1, four.Count - 1);
    }

    [Theory]
    [InlineData("hog", "40")]
    [InlineData("haar", "40")]
    public async Task Faces_below_the_smallest_size_are_left_out(string detector, string size)
    {
        var all = await FacesAsync(Pictures.Group, ("detector", detector));
        var large = await FacesAsync(Pictures.Group, ("detector", detector), ("minFaceSize", size));

        Assert.InRange(large.Count, 1, all.Count - 1);
        Assert.All(large, face => Assert.True((int)face["box"]!["width"]! >= 40 && (int)face["box"]!["height"]! >= 40));
    }

    [Theory]
    [InlineData("hog", "1")]
    [InlineData("haar", "20")]
    public async Task Faces_below_the_smallest_score_are_left_out(string detector, string score)
    {
        var all = await FacesAsync(Pictures.Group, ("detector", detector));
        var sure = await FacesAsync(Pictures.Group, ("detector", detector), ("minScore", score));

        Assert.Equal(
            all.Where(face => Score(face) >= double.Parse(score)).Select(BoxText), sure.Select(BoxText), StringComparer.Ordinal);
        Assert.InRange(sure.Count, 1, all.Count - 1);
    }

    [Fact]
    public async Task Hog_finds_doubtful_faces_below_zero()
    {
        var sure = await FacesAsync(Pictures.Group, ("detector", "hog"));
        var doubtful = await FacesAsync(Pictures.Group, ("detector", "hog"), ("minScore", "-0.5"));

        Assert.True(doubtful.Count > sure.Count);
        Assert.Contains(doubtful, face => Score(face) < 0);
        Assert.All(doubtful, face => Assert.True(Score(face) >= -0.5));
    }

    [Fact]
    public async Task The_notebook_looks_at_a_square_of_300_pixels()
    {
        using var response = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Group), ("compat", "notebook"));

        Assert.Equal("""{"width":300,"height":300}""", (await response.JsonAsync())["image"]!.ToJsonString());
    }

    [Theory]
    [InlineData(3, Enums.Angle.D180)]
    [InlineData(6, Enums.Angle.D270)]
    [InlineData(8, Enums.Angle.D90)]
    public async Task A_turned_picture_is_looked_at_upright(int orientation, Enums.Angle angle)
    {
        var turned = Pictures.Rewritten(Pictures.Group, ".png", image =>
        {
            using var pixels = image.Rot(angle);
            return pixels.Mutate(changes => changes.Set(GValue.GIntType, "orientation", orientation));
        });
        using var upright = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Group));
        using var response = await service.PostAsync("/v1/detect", Requests.Image(turned));

        Assert.Equal(await upright.Content.ReadAsStringAsync(), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(".png")]
    [InlineData(".tif")]
    [InlineData(".webp[lossless=true]")]
    [InlineData(".avif[lossless=true]")]
    public async Task A_lossless_copy_in_another_format_gives_the_same_faces(string format)
    {
        using var expected = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Group));
        using var response = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Rewritten(Pictures.Group, format)));

        Assert.Equal(await expected.Content.ReadAsStringAsync(), await response.Content.ReadAsStringAsync());
    }

    private static double Score(JsonNode face) => (double)face["score"]!;

    private static string BoxText(JsonNode face) => face["box"]!.ToJsonString();

    private static string Text(IEnumerable<JsonNode> faces) => string.Join('\n', faces.Select(face => face.ToJsonString()));

    private async Task<List<JsonNode>> FacesAsync(byte[] image, params FormPart[] options)
    {
        using var response = await service.PostAsync("/v1/detect", [Requests.Image(image), .. options]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return [.. (await response.JsonAsync())["faces"]!.AsArray().Select(face => face!)];
    }
}
