using System.Net;
using System.Text.Json.Nodes;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/deidentify</c>: every face is protected, and nothing else is touched.</summary>
public sealed class DeidentifyEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly byte[] Group = Pictures.Rewritten(Pictures.Group, ".png");
    private static readonly string[] Metadata =
        ["exif", "xmp", "iptc", "icc", "comment", "thumbnail", "description", "orientation"];

    [Theory]
    [InlineData("blur", "ellipse")]
    [InlineData("blur", "hull")]
    [InlineData("pixelate", "ellipse")]
    [InlineData("mask", "ellipse")]
    [InlineData("mask", "hull")]
    [InlineData("threshold", "ellipse")]
    public async Task Every_face_changes_and_every_pixel_beside_stays(string method, string region)
    {
        var result = await Deidentified.ByAsync(service, Group, ("method", method), ("region", region), ("allowWeak", "true"));

        Assert.Equal(7, result.Faces.Count());
        Assert.All(result.Faces, face => Assert.True((bool)face["treated"]!));
        result.AssertTouchesTheseFacesOnly(Group);
    }

    [Theory]
    [InlineData("blur")]
    [InlineData("pixelate")]
    [InlineData("mask")]
    [InlineData("threshold")]
    public async Task Heads_are_treated_as_a_whole(string method)
    {
        var faces = await ByAsync("ellipse");
        var heads = await ByAsync("head");

        Assert.All(heads.Faces, face => Assert.Equal($"True {method}", $"{(bool)face["treated"]!} {face["method"]}"));
        heads.AssertTouchesTheseFacesOnly(Group, reach: 1.6);
        Assert.InRange(Changed(heads) / (double)Changed(faces), 1.4, 3);

        Task<Deidentified> ByAsync(string region) =>
            Deidentified.ByAsync(service, Group, ("method", method), ("region", region), ("allowWeak", "true"));

        static int Changed(Deidentified result)
        {
            using var before = Pictures.Decode(Group);
            using var after = Pictures.Decode(result.Picture);
            return Pictures.Distances(before, after).Count(distance => distance != 0);
        }
    }

    [Fact]
    public async Task The_report_has_its_fields_in_a_fixed_order()
    {
        using var response = await PostAsync(Pictures.Face, ("method", "pixelate"), ("format", "json"));

        var report = await response.JsonAsync();
        var face = report["faces"]!.AsArray().Single()!;
        Assert.Equal("image method verified faces", Keys(report));
        Assert.Equal("id box detector score treated method strength weak similarityBefore similarityAfter", Keys(face));
        Assert.Equal("pixelate True", $"{report["method"]} {(bool)report["verified"]!}");
        Assert.Equal("hog pixelate 0.25 False", $"{face["detector"]} {face["method"]} {face["strength"]} {(bool)face["weak"]!}");
        Assert.InRange((double)face["similarityAfter"]!, -1, 0.25);
        Assert.Equal(Math.Round((double)face["similarityAfter"]!, 4), (double)face["similarityAfter"]!);
    }

    [Fact]
    public async Task The_headers_of_a_picture_say_what_was_done()
    {
        using var response = await PostAsync(Pictures.Group, ("method", "mask"));

        Assert.Equal(
            "7 mask hog 0",
            $"{Header(response, "Faces")} {Header(response, "Method")} {Header(response, "Detector")} "
            + $"{Header(response, "Fallbacks")}");
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
    }

    [Fact]
    public async Task A_face_that_the_method_cannot_treat_is_treated_more_strongly_and_counted()
    {
        const string faces = """[{"polygon":[{"x":20,"y":20},{"x":130,"y":20},{"x":130,"y":140},{"x":20,"y":140}]}]""";
        using var response = await PostAsync(
            Pictures.Face, ("method", "eyebar"), ("allowWeak", "true"), ("faces", faces), ("format", "multipart"));

        var face = (await Deidentified.ReadAsync(response)).Faces.Single();
        Assert.Equal("blur unreliableLandmarks False", $"{face["method"]} {face["fallback"]} {(bool)face["weak"]!}");
        Assert.Equal("1 eyebar 1", $"{Header(response, "Faces")} {Header(response, "Method")} {Header(response, "Fallbacks")}");
    }

    [Fact]
    public async Task A_strength_is_used_and_named()
    {
        // Verified, a face that is still recognised would get another.
        FormPart unverified = ("verify", "false");
        var weaker = await Deidentified.ByAsync(service, Group, ("method", "pixelate"), ("strength", "0.15"), unverified);
        var stronger = await Deidentified.ByAsync(service, Group, ("method", "pixelate"), ("strength", "1"), unverified);

        Assert.All(weaker.Faces, face => Assert.Equal("0.15 False", $"{face["strength"]} {(bool)face["weak"]!}"));
        using var a = Pictures.Decode(weaker.Picture);
        using var b = Pictures.Decode(stronger.Picture);
        Assert.True(Pictures.Distances(a, b).Max() > 0);
    }

    [Theory]
    [InlineData("blur", "0.1", "strength")]
    [InlineData("pixelate", "0.149", "strength")]
    [InlineData("eyebar", "", "method")]
    [InlineData("threshold", "", "method")]
    [InlineData("merge", "", "method")]
    [InlineData("replace", "0.7", "strength")]
    public async Task What_is_weak_needs_leave(string method, string strength, string field)
    {
        using var refused = await PostAsync(Pictures.Face, ("method", method), ("strength", strength));
        var problem = await refused.JsonAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_option"), (refused.StatusCode, (string)problem["code"]!));
        Assert.Equal(field, problem["errors"]!.AsObject().Single().Key);
        Assert.Contains("allowWeak", (string)problem["errors"]![field]!, StringComparison.Ordinal);
        Assert.StartsWith($"'{field}' must be ", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("blur", "0.02")]
    [InlineData("eyebar", "")]
    [InlineData("threshold", "")]
    public async Task What_is_weak_is_done_with_leave_and_named(string method, string strength)
    {
        var result = await Deidentified.ByAsync(
            service, Pictures.Face, ("method", method), ("strength", strength), ("allowWeak", "TRUE"));

        var face = result.Faces.Single();
        Assert.Equal($"{method} True", $"{face["method"]} {(bool)face["weak"]!}");
        Assert.InRange((double)face["similarityAfter"]!, -1, 1);
    }

    [Fact]
    public async Task A_picture_without_a_face_is_an_error_in_every_form()
    {
        foreach (var format in new[] { "", "json", "multipart" })
        {
            using var response = await PostAsync(Pictures.Faceless, ("method", "blur"), ("format", format));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
            Assert.Equal("no_face", (string)(await response.JsonAsync())["code"]!);
        }
    }

    [Fact]
    public async Task A_picture_without_a_face_passes_when_the_caller_says_so()
    {
        var picture = Pictures.Rewritten(Pictures.Faceless, ".png");
        using var response = await PostAsync(picture, ("method", "blur"), ("onNoFace", "pass"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("0", Header(response, "Faces"));
        using var before = Pictures.Decode(picture);
        using var after = Pictures.Decode(await response.BytesAsync());
        Pictures.AssertSamePixels(before, after);
    }

    [Fact]
    public async Task Without_verification_nothing_is_compared()
    {
        var result = await Deidentified.ByAsync(service, Pictures.Face, ("method", "mask"), ("verify", "false"));

        Assert.False((bool)result.Report["verified"]!);
        Assert.Null(result.Faces.Single()["similarityAfter"]);
    }

    [Fact]
    public async Task A_mask_has_the_colour_that_was_asked_for()
    {
        var result = await Deidentified.ByAsync(service, Group, ("method", "mask"), ("color", "#1280FE"));

        using var picture = Pictures.Decode(result.Picture);
        foreach (var box in result.Faces.Select(Deidentified.Box))
            Assert.Equal(new Vec3b(0xFE, 0x80, 0x12), picture.At<Vec3b>(box.Y + (box.Height / 2), box.X + (box.Width / 2)));
    }

    [Fact]
    public async Task Alpha_is_kept_but_for_the_face()
    {
        var picture = Pictures.Rewritten(Pictures.Face, ".png", image =>
        {
            using var columns = Image.Xyz(image.Width, image.Height);
            using var alpha = (columns[0] + 1).Cast(Enums.BandFormat.Uchar);
            return image.Bandjoin(alpha);
        });

        var result = await Deidentified.ByAsync(service, picture, ("method", "mask"), ("color", "#FF8800"));

        using var before = Pictures.Decode(picture);
        using var after = Pictures.Decode(result.Picture);
        using var alphaBefore = before.ExtractChannel(3);
        using var alphaAfter = after.ExtractChannel(3);
        var face = Deidentified.Box(Assert.Single(result.Faces));
        using var covered = alphaAfter.SubMat(new Rect(
            face.X + (face.Width / 4), face.Y + (face.Height / 4), face.Width / 2, face.Height / 2));
        covered.MinMaxLoc(out double least, out double _);
        Assert.Equal(255, least);
        face.Inflate(face.Width / 3, face.Height / 3);
        foreach (var alpha in new[] { alphaBefore, alphaAfter })
            alpha.Rectangle(face, Scalar.Black, thickness: -1);
        Pictures.AssertSamePixels(alphaBefore, alphaAfter);
    }

    [Theory]
    [InlineData("", 40.0)]
    [InlineData("100", 48.0)]
    public async Task A_JPEG_written_again_does_not_visibly_degrade(string quality, double leastDecibels)
    {
        var result = await Deidentified.ByAsync(service, Pictures.Group, ("method", "mask"), ("quality", quality));

        using var before = Pictures.Decode(Pictures.Group);
        using var after = Pictures.Decode(result.Picture);
        using var away = new Mat(before.Size(), MatType.CV_8UC1, Scalar.White);
        foreach (var box in result.Faces.Select(Deidentified.Box))
        {
            var around = box;
            around.Inflate(box.Width, box.Height);
            away.Rectangle(around, Scalar.Black, thickness: -1);
        }

        var squares = Math.Pow(Cv2.Norm(before, after, NormTypes.L2, away), 2) / (3.0 * away.CountNonZero());
        Assert.InRange(10 * Math.Log10(255 * 255 / squares), leastDecibels, 79);
    }

    [Theory]
    [InlineData("jpeg")]
    [InlineData("png")]
    [InlineData("webp")]
    [InlineData("tiff")]
    public async Task No_metadata_survives(string format)
    {
        var picture = MarkedPicture.Create(format);

        foreach (var faces in new[] { "", "[]" })
        {
            var result = await Deidentified.ByAsync(
                service, picture, ("method", "blur"), ("faces", faces),
                ("onNoFace", "pass"), ("keep", picture, MarkedPicture.Marker));
            Assert.Equal(0, MarkedPicture.CountIn(result.Picture));
            Assert.DoesNotContain(MarkedPicture.Marker, result.Report.ToJsonString(), StringComparison.Ordinal);
            using var image = Image.NewFromBuffer(result.Picture);
            Assert.DoesNotContain(
                image.GetFields(), field => Metadata.Any(kind => field.Contains(kind, StringComparison.Ordinal)));
        }
    }

    private Task<HttpResponseMessage> PostAsync(byte[] image, params FormPart[] options) =>
        service.PostAsync(Deidentified.Path, [Requests.Image(image), ("detector", "hog"), .. options]);

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.GetValues($"X-FaceDeid-{name}").Single();

    private static string Keys(JsonNode node) => string.Join(' ', node.AsObject().Select(property => property.Key));
}
