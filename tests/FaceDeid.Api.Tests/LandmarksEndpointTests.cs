using System.Net;
using System.Text.Json.Nodes;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/landmarks</c>: the points, and the drawing of them.</summary>
public sealed class LandmarksEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string[] SevenColors = ["#FF0000", "#00FF00", "#0000FF", "#FFFF00", "#FF00FF", "#00FFFF", "#FF8800"];

    [Fact]
    public async Task The_answer_has_its_fields_in_a_fixed_order()
    {
        using var response = await service.PostAsync("/v1/landmarks", Requests.Image(Pictures.Face), ("detector", "hog"));

        var answer = await response.JsonAsync();
        var face = answer["faces"]!.AsArray().Single()!;
        Assert.Equal("image faces", Keys(answer));
        Assert.Equal("id box score detector subDetector landmarks regions", Keys(face));
        Assert.Equal("x y", Keys(face["landmarks"]![0]!));
        Assert.Equal("name start end points", Keys(face["regions"]![0]!));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task The_faces_are_those_of_detect()
    {
        FormPart[] options = [("detector", "haar"), ("minNeighbors", "10"), ("minFaceSize", "34")];
        using var detected = await service.PostAsync("/v1/detect", [Requests.Image(Pictures.Group), .. options]);
        var landmarks = await JsonAsync(Pictures.Group, options);

        var faces = landmarks["faces"]!.AsArray();
        foreach (var face in faces)
        {
            Assert.True(face!.AsObject().Remove("landmarks"));
            Assert.True(face.AsObject().Remove("regions"));
        }

        Assert.InRange(faces.Count, 2, 4);
        Assert.Equal((await detected.JsonAsync()).ToJsonString(), landmarks.ToJsonString());
    }

    [Fact]
    public async Task The_seven_regions_are_slices_of_the_68_points_on_the_face()
    {
        var answer = await JsonAsync(Pictures.WholeFace);
        var face = answer["faces"]!.AsArray().Single()!;
        var points = face["landmarks"]!.AsArray();

        Assert.Equal(68, points.Count);
        Assert.All(points, point => Assert.True((int)point!["x"]! is >= 0 and < 150 && (int)point["y"]! is >= 0 and < 150));
        Assert.Equal(
            "Mouth 48-68, Right_Eyebrow 17-22, Left_Eyebrow 22-27, Right_Eye 36-42, Left_Eye 42-48, Nose 27-35, Jaw 0-17",
            string.Join(
                ", ", face["regions"]!.AsArray().Select(region => $"{region!["name"]} {region["start"]}-{region["end"]}")));
        foreach (var region in face["regions"]!.AsArray())
        {
            var slice = points.Take((int)region!["end"]!).Skip((int)region["start"]!);
            Assert.Equal(Text(slice), Text(region["points"]!.AsArray()));
        }
    }

    [Fact]
    public async Task A_picture_without_a_face_has_no_landmarks_and_no_overlay()
    {
        var answer = await JsonAsync(Pictures.Faceless);
        Assert.Equal("""{"image":{"width":640,"height":480},"faces":[]}""", answer.ToJsonString());

        using var overlay = await service.PostAsync("/v1/landmarks", Requests.Image(Pictures.Faceless), ("format", "png"));
        var problem = await overlay.JsonAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, overlay.StatusCode);
        Assert.Equal("no_face", (string)problem["code"]!);
        Assert.StartsWith("No face was found in 'image'.", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_overlay_says_in_its_headers_what_was_done()
    {
        using var response = await service.PostAsync(
            "/v1/landmarks", Requests.Image(Pictures.Group), ("format", "jpeg"), ("detector", "haar"));

        Assert.Equal("5", Header(response, "X-FaceDeid-Faces"));
        Assert.Equal("overlay", Header(response, "X-FaceDeid-Method"));
        Assert.Equal("haar", Header(response, "X-FaceDeid-Detector"));
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal("image/jpeg", response.Content.Headers.ContentType?.ToString());
    }

    [Fact]
    public async Task One_colour_is_every_regions()
    {
        using var overlay = await OverlayAsync(Pictures.WholeFace, ("color", "#20C040"), ("alpha", "1"));
        foreach (var (_, x, y) in await InnerPointsAsync(Pictures.WholeFace))
            Assert.Equal("#20C040", ColorAt(overlay, x, y));
    }

    [Fact]
    public async Task Seven_colours_are_one_for_each_region()
    {
        using var overlay = await OverlayAsync(Pictures.WholeFace, ("color", string.Join(',', SevenColors)), ("alpha", "1"));

        var points = await InnerPointsAsync(Pictures.WholeFace);
        Assert.Equal(7, points.Count);
        foreach (var (region, x, y) in points)
            Assert.Equal(SevenColors[region], ColorAt(overlay, x, y));
    }

    [Fact]
    public async Task Alpha_is_the_opacity_of_the_drawing()
    {
        using var original = Pictures.Decode(Pictures.WholeFace);
        using var invisible = await OverlayAsync(Pictures.WholeFace, ("alpha", "0"));
        using var half = await OverlayAsync(Pictures.WholeFace, ("alpha", "0.5"));
        using var standard = await OverlayAsync(Pictures.WholeFace);

        Pictures.AssertSamePixels(original, invisible);
        foreach (var (_, x, y) in await InnerPointsAsync(Pictures.WholeFace))
        {
            Assert.InRange(half.At<Vec3b>(y, x).Item1 - (original.At<Vec3b>(y, x).Item1 * 0.5), -1, 1);
            Assert.InRange(standard.At<Vec3b>(y, x).Item1 - (original.At<Vec3b>(y, x).Item1 * 0.25), -1, 1);
        }
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("webp")]
    public async Task Better_quality_is_a_larger_file_closer_to_the_truth(string format)
    {
        var poor = await BytesAsync(("format", format), ("quality", "10"));
        var standard = await BytesAsync(("format", format));
        var named = await BytesAsync(("format", format), ("quality", "90"));
        var best = await BytesAsync(("format", format), ("quality", "100"));

        Assert.Equal(standard, named);
        Assert.True(poor.Length * 2 < standard.Length && standard.Length < best.Length);
        using var truth = await OverlayAsync(Pictures.Group);
        Assert.True(MeanDistance(truth, best) < MeanDistance(truth, poor));
        Assert.InRange(MeanDistance(truth, standard), 0, 6);
    }

    [Fact]
    public async Task A_png_is_the_same_at_every_quality() =>
        Assert.Equal(await BytesAsync(("format", "png"), ("quality", "1")), await BytesAsync(("format", "png")));

    private static double MeanDistance(Mat truth, byte[] file)
    {
        using var pixels = Pictures.Decode(file);
        return Pictures.Distances(truth, pixels).Average(distance => (double)distance);
    }

    /// <summary>
    /// A point inside each region's drawing, far from the others': the middle of the areas, the tip of the chin for the jaw.
    /// </summary>
    private async Task<List<(int Region, int X, int Y)>> InnerPointsAsync(byte[] image)
    {
        var regions = (await JsonAsync(image))["faces"]![0]!["regions"]!.AsArray();
        return [.. regions.Select((region, i) =>
        {
            var points = region!["points"]!.AsArray();
            return i == 6
                ? (i, (int)points[8]!["x"]!, (int)points[8]!["y"]!)
                : (i, (int)points.Average(p => (int)p!["x"]!), (int)points.Average(p => (int)p!["y"]!));
        })];
    }

    private static string ColorAt(Mat picture, int x, int y)
    {
        var (blue, green, red) = picture.At<Vec3b>(y, x);
        return $"#{red:X2}{green:X2}{blue:X2}";
    }

    private static string Keys(JsonNode node) => string.Join(' ', node.AsObject().Select(property => property.Key));

    private static string Text(IEnumerable<JsonNode?> nodes) => string.Concat(nodes.Select(node => node!.ToJsonString()));

    private static string Header(HttpResponseMessage response, string name) => response.Headers.GetValues(name).Single();

    private async Task<JsonNode> JsonAsync(byte[] image, params FormPart[] options)
    {
        using var response = await service.PostAsync("/v1/landmarks", [Requests.Image(image), .. options]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private async Task<byte[]> BytesAsync(params FormPart[] options)
    {
        using var response = await service.PostAsync("/v1/landmarks", [Requests.Image(Pictures.Group), .. options]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.BytesAsync();
    }

    private async Task<Mat> OverlayAsync(byte[] image, params FormPart[] options)
    {
        using var response = await service.PostAsync("/v1/landmarks", [Requests.Image(image), ("format", "png"), .. options]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Pictures.Decode(await response.BytesAsync());
    }
}
