using System.Net;
using System.Text.Json.Nodes;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/merge</c>: every field has the effect it promises.</summary>
public sealed class MergeEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task A_merge_is_a_gray_png_of_300_pixels()
    {
        using var response = await MergeAsync(Pictures.Face, Pictures.OtherFace);
        using var merged = Pictures.Decode(await response.BytesAsync());

        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("no-store", response.Headers.CacheControl?.ToString());
        Assert.Equal((new Size(300, 300), MatType.CV_8UC1), (merged.Size(), merged.Type()));
    }

    [Fact]
    public async Task Its_headers_say_what_was_done()
    {
        using var unaligned = await MergeAsync(Pictures.Face, Pictures.OtherFace);
        using var aligned = await MergeAsync(Pictures.Face, Pictures.OtherFace, ("align", "landmarks"), ("detector", "haar"));

        Assert.Equal("merge", unaligned.Headers.GetValues("X-FaceDeid-Method").Single());
        Assert.False(unaligned.Headers.Contains("X-FaceDeid-Faces")); // nobody looked
        Assert.False(unaligned.Headers.Contains("X-FaceDeid-Detector"));
        Assert.Equal("merge", aligned.Headers.GetValues("X-FaceDeid-Method").Single());
        Assert.Equal("2", aligned.Headers.GetValues("X-FaceDeid-Faces").Single());
        Assert.Equal("haar", aligned.Headers.GetValues("X-FaceDeid-Detector").Single());
    }

    [Fact]
    public async Task The_order_of_two_unaligned_pictures_does_not_matter()
    {
        using var one = await PixelsAsync(Pictures.Face, Pictures.Group);
        using var other = await PixelsAsync(Pictures.Group, Pictures.Face);

        Pictures.AssertSamePixels(one, other);
    }

    [Fact]
    public async Task Size_is_the_side_of_the_square()
    {
        using var small = await PixelsAsync(Pictures.Face, Pictures.Group, ("size", "64"));
        using var large = await PixelsAsync(Pictures.Face, Pictures.Group, ("size", "600"));

        Assert.Equal((new Size(64, 64), new Size(600, 600)), (small.Size(), large.Size()));
        using var reduced = large.Resize(small.Size(), 0, 0, InterpolationFlags.Area);
        Assert.InRange(Pictures.Distances(reduced, small).Average(d => (double)d), 0, 2);
    }

    [Fact]
    public async Task Rms_is_brighter_than_half_by_the_root_of_two()
    {
        using var half = await PixelsAsync(Pictures.Face, Pictures.OtherFace, ("normalization", "half"));
        using var standard = await PixelsAsync(Pictures.Face, Pictures.OtherFace);
        using var rms = await PixelsAsync(Pictures.Face, Pictures.OtherFace, ("normalization", "rms"));

        Pictures.AssertSamePixels(half, standard);
        Assert.True(half.GetArray(out byte[] dark));
        Assert.True(rms.GetArray(out byte[] bright));
        Assert.All(dark.Zip(bright), pixel => // both are truncated
            Assert.True((pixel.First * Math.Sqrt(2)) - 1 <= pixel.Second && pixel.Second < (pixel.First + 1) * Math.Sqrt(2)));
    }

    [Fact]
    public async Task Merged_landmarks_have_their_fields_in_a_fixed_order()
    {
        var answer = await LandmarksAsync(
            Pictures.Face, Pictures.OtherFace, ("size", "100"), ("normalization", "rms"), ("align", "landmarks"));

        Assert.StartsWith(
            """{"size":100,"normalization":"rms","align":"landmarks","landmarks":[{"x":""",
            answer.ToJsonString(), StringComparison.Ordinal);
        Assert.Equal(68, answer["landmarks"]!.AsArray().Count);
        Assert.Equal("x y", string.Join(' ', answer["landmarks"]![0]!.AsObject().Select(p => p.Key)));
    }

    [Fact]
    public async Task A_face_merged_with_itself_by_rms_keeps_its_landmarks()
    {
        using var response = await service.PostAsync("/v1/landmarks", Requests.Image(Pictures.Face));
        var own = Points((await response.JsonAsync())["faces"]![0]!["landmarks"]!);

        FormPart[] options = [("size", "150"), ("normalization", "rms")];
        var merged = Points((await LandmarksAsync(Pictures.Face, Pictures.Face, options))["landmarks"]!);
        var aligned = Points(
            (await LandmarksAsync(Pictures.Face, Pictures.Face, [.. options, ("align", "landmarks")]))["landmarks"]!);
        var half = Points((await LandmarksAsync(Pictures.Face, Pictures.Face, ("size", "150")))["landmarks"]!);

        Assert.InRange(MeanDistance(own, merged), 0, 1e-9);
        Assert.InRange(MeanDistance(own, aligned), 0, 1e-9);
        Assert.InRange(MeanDistance(own.Select(p => p * Math.Sqrt(0.5)), half), 0, 1e-9);
    }

    [Fact]
    public async Task Alignment_brings_the_second_face_onto_the_first()
    {
        FormPart[] options = [("normalization", "rms"), ("size", "150")];
        var own = Points((await LandmarksAsync(Pictures.Face, Pictures.Face, options))["landmarks"]!);
        var aside = Points((await LandmarksAsync(Pictures.Face, MovedFace(), options))["landmarks"]!);
        var aligned = Points(
            (await LandmarksAsync(Pictures.Face, MovedFace(), [.. options, ("align", "landmarks")]))["landmarks"]!);

        Assert.True(MeanDistance(own, aside) > 5);
        Assert.InRange(MeanDistance(own, aligned), 0, 1);
    }

    [Fact]
    public async Task Alignment_moves_pixels_as_it_moves_landmarks()
    {
        using var own = await PixelsAsync(Pictures.Face, Pictures.Face, ("align", "none"));
        using var aside = await PixelsAsync(Pictures.Face, MovedFace(), ("align", "none"));
        using var aligned = await PixelsAsync(Pictures.Face, MovedFace(), ("align", "landmarks"));

        var middle = new Rect(60, 60, 180, 180);
        Assert.True(MeanDistance(own, aside, middle) > 10);
        Assert.InRange(MeanDistance(own, aligned, middle), 0, 4);
    }

    [Theory]
    [InlineData("align", "landmarks")]
    [InlineData("mode", "landmarks")]
    public async Task A_picture_without_a_face_is_named_by_its_part(string field, string value)
    {
        using var first = await MergeAsync(Pictures.Faceless, Pictures.Face, (field, value));
        using var second = await MergeAsync(Pictures.Face, Pictures.Faceless, (field, value));
        using var unaligned = await MergeAsync(Pictures.Face, Pictures.Faceless);

        await AssertNoFaceAsync("'first'", first);
        await AssertNoFaceAsync("'second'", second);
        Assert.Equal(HttpStatusCode.OK, unaligned.StatusCode);
    }

    [Theory]
    [InlineData("hog", "minFaceSize", "140")]
    [InlineData("hog", "minScore", "5")]
    [InlineData("haar", "minScore", "5000")]
    [InlineData("haar", "minFaceSize", "140")]
    public async Task The_fields_of_detection_reach_the_merge(string detector, string field, string value)
    {
        using var any = await MergeAsync(Pictures.Face, Pictures.OtherFace, ("mode", "landmarks"), ("detector", detector));
        using var strict = await MergeAsync(
            Pictures.Face, Pictures.OtherFace, ("mode", "landmarks"), ("detector", detector), (field, value));

        Assert.Equal(HttpStatusCode.OK, any.StatusCode);
        await AssertNoFaceAsync("'first'", strict);
    }

    [Fact]
    public async Task The_largest_face_of_a_picture_is_merged()
    {
        using var response = await service.PostAsync("/v1/landmarks", Requests.Image(Pictures.Group));
        var largest = (await response.JsonAsync())["faces"]!.AsArray()
            .MaxBy(face => (int)face!["box"]!["width"]! * (int)face["box"]!["height"]!)!;

        var merged = await LandmarksAsync(Pictures.Group, Pictures.Group, ("normalization", "rms"), ("size", "300"));

        // The picture of 500 x 375 pixels is squeezed to the square.
        var expected = Points(largest["landmarks"]!)
            .Select(p => new Vec2d(((p.Item0 + 0.5) * 300 / 500) - 0.5, ((p.Item1 + 0.5) * 300 / 375) - 0.5));
        Assert.InRange(MeanDistance(expected, Points(merged["landmarks"]!)), 0, 1e-9);
    }

    [Fact]
    public async Task Quality_counts_for_a_merged_jpeg()
    {
        using var poor = await MergeAsync(Pictures.Face, Pictures.OtherFace, ("format", "jpeg"), ("quality", "10"));
        using var good = await MergeAsync(Pictures.Face, Pictures.OtherFace, ("format", "jpeg"), ("quality", "95"));

        Assert.True((await poor.BytesAsync()).Length * 2 < (await good.BytesAsync()).Length);
    }

    /// <summary>The face, smaller, turned by 8 degrees and moved.</summary>
    private static byte[] MovedFace() => Pictures.Rewritten(Pictures.Face, ".png", image =>
    {
        using var larger = image.Resize(2);
        using var turned = larger.Similarity(scale: 0.8, angle: 8);
        return turned.Embed(90, 20, turned.Width + 100, turned.Height + 40, NetVips.Enums.Extend.Copy);
    });

    private static List<Vec2d> Points(JsonNode points) =>
        [.. points.AsArray().Select(p => new Vec2d((double)p!["x"]!, (double)p["y"]!))];

    private static double MeanDistance(IEnumerable<Vec2d> a, IEnumerable<Vec2d> b) => a.Zip(b).Average(pair =>
        Math.Sqrt(Math.Pow(pair.First.Item0 - pair.Second.Item0, 2) + Math.Pow(pair.First.Item1 - pair.Second.Item1, 2)));

    private static double MeanDistance(Mat a, Mat b, Rect area)
    {
        using var inA = a.SubMat(area).Clone();
        using var inB = b.SubMat(area).Clone();
        return Pictures.Distances(inA, inB).Average(distance => (double)distance);
    }

    private static async Task AssertNoFaceAsync(string part, HttpResponseMessage response)
    {
        var problem = await response.JsonAsync();
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "no_face"), (response.StatusCode, (string)problem["code"]!));
        Assert.Contains(part, (string)problem["detail"]!, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> MergeAsync(byte[] first, byte[] second, params FormPart[] options) =>
        service.PostAsync("/v1/merge", [("first", first, "a"), ("second", second, "b"), .. options]);

    private async Task<Mat> PixelsAsync(byte[] first, byte[] second, params FormPart[] options)
    {
        using var response = await MergeAsync(first, second, options);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return Pictures.Decode(await response.BytesAsync());
    }

    private async Task<JsonNode> LandmarksAsync(byte[] first, byte[] second, params FormPart[] options)
    {
        using var response = await MergeAsync(first, second, [("mode", "landmarks"), .. options]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }
}
