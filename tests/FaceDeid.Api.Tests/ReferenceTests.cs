using System.Net;
using System.Text.Json.Nodes;
using FaceDeid.Api.Forms;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What the original notebook gave for seven pictures and their 21 pairs, asked of the service with compat=notebook.
/// </summary>
public sealed class ReferenceTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly NotebookReference Reference = NotebookReference.Load();
    private static readonly string[] RegionNames =
        ["Mouth", "Right_Eyebrow", "Left_Eyebrow", "Right_Eye", "Left_Eye", "Nose", "Jaw"];

    public static TheoryData<int> Numbers => [.. Enumerable.Range(1, 7)];

    public static TheoryData<int, int> Pairs
    {
        get
        {
            var pairs = new TheoryData<int, int>();
            foreach (var merge in Reference.Merges)
                pairs.Add(merge.A, merge.B);
            return pairs;
        }
    }

    [Fact]
    public void The_reference_holds_seven_pictures_and_all_their_pairs()
    {
        Assert.Equal(7, Reference.Images.Count);
        Assert.Equal(21, Reference.Merges.DistinctBy(m => (m.A, m.B)).Count());
        Assert.Equal(8, Reference.Images.Sum(picture => picture.Hog.Count));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Haar_boxes_are_the_notebooks(int number)
    {
        var picture = Reference.Images[number - 1];
        var answer = await JsonAsync("/v1/detect", Image(number), ("detector", "haar"));

        Assert.Equal(picture.Haar, Faces(answer).Select(BoxOf));
        Assert.Equal("""{"width":300,"height":300}""", answer["image"]!.ToJsonString());
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Hog_boxes_are_the_notebooks(int number)
    {
        var picture = Reference.Images[number - 1];
        var answer = await JsonAsync("/v1/detect", Image(number), ("detector", "hog"));

        Assert.Equal(picture.Hog.Select(face => Inclusive(face.Rect)), Faces(answer).Select(BoxOf));
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Landmarks_and_regions_are_the_notebooks(int number)
    {
        var picture = Reference.Images[number - 1];
        var answer = await JsonAsync("/v1/landmarks", Image(number));

        Assert.Equal(picture.Hog.Count, Faces(answer).Count());
        foreach (var (expected, actual) in picture.Hog.Zip(Faces(answer)))
        {
            Assert.Equal(Inclusive(expected.Rect), BoxOf(actual));
            Assert.Equal(68, expected.Landmarks.Count);
            Assert.Equal(expected.Landmarks, PointsOf(actual["landmarks"]));

            var regions = actual["regions"]!.AsArray();
            Assert.Equal(RegionNames, regions.Select(region => (string)region!["name"]!), StringComparer.Ordinal);
            Assert.Equal(RegionNames, expected.Regions.Keys, StringComparer.Ordinal);
            foreach (var region in regions)
                Assert.Equal(expected.Regions[(string)region!["name"]!], PointsOf(region["points"]));
        }
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task Overlays_are_the_notebooks_within_two_grey_levels(int number)
    {
        using var actual = await PictureAsync("/v1/landmarks", Image(number), ("format", "png"));
        using var expected = Cv2.ImRead(TestFiles.Reference($"overlay_{number}.png"), ImreadModes.Unchanged);

        var distances = Pictures.Distances(expected, actual);
        var far = distances.Count(distance => distance > 2);
        Assert.True(far <= distances.Length / 1000, $"{far} of {distances.Length} pixels are further than 2 levels apart");
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task The_squeezed_picture_is_the_notebooks_in_gray(int number)
    {
        // An invisible overlay is the 300 x 300 colour picture that everything else starts from.
        using var squeezed = await PictureAsync("/v1/landmarks", Image(number), ("format", "png"), ("alpha", "0"));
        using var actual = squeezed.CvtColor(ColorConversionCodes.BGR2GRAY);
        using var expected = Cv2.ImRead(TestFiles.Reference($"gray_{number}.png"), ImreadModes.Unchanged);

        Pictures.AssertSamePixels(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Numbers))]
    public async Task A_picture_merged_with_itself_is_its_gray_picture_over_the_root_of_two(int number)
    {
        using var actual = await PictureAsync("/v1/merge", File("first", number), File("second", number));
        using var gray = Cv2.ImRead(TestFiles.Reference($"gray_{number}.png"), ImreadModes.Unchanged);
        Assert.True(gray.GetArray(out byte[] values));
        Assert.True(actual.GetArray(out byte[] merged));

        Assert.Equal(values.Select(value => (byte)(Math.Sqrt(2.0 * value * value) / 2)), merged);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Merged_pictures_are_the_notebooks(int first, int second)
    {
        using var actual = await PictureAsync("/v1/merge", File("first", first), File("second", second));
        using var expected = Cv2.ImRead(TestFiles.Reference(Merge(first, second).Png), ImreadModes.Unchanged);

        Assert.Equal((new Size(300, 300), MatType.CV_8UC1), (actual.Size(), actual.Type()));
        Pictures.AssertSamePixels(expected, actual);
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public async Task Merged_landmarks_are_the_notebooks(int first, int second)
    {
        var answer = await JsonAsync("/v1/merge", File("first", first), File("second", second), ("mode", "landmarks"));

        var actual = answer["landmarks"]!.AsArray()
            .Select(p => new[] { Math.Round((double)p!["x"]!, 6), Math.Round((double)p["y"]!, 6) });
        Assert.Equal(68, Merge(first, second).Landmarks.Count);
        Assert.Equal(Merge(first, second).Landmarks, actual);
    }

    private static NotebookReference.Merge Merge(int first, int second) =>
        Reference.Merges.Single(m => m.A == first && m.B == second);

    private static FormPart Image(int number) => File("image", number);

    private static FormPart File(string part, int number)
    {
        var path = Reference.Images[number - 1].Path;
        return (part, System.IO.File.ReadAllBytes(path), Path.GetFileName(path));
    }

    private static IEnumerable<JsonNode> Faces(JsonNode answer) => answer["faces"]!.AsArray().Select(face => face!);

    private static int[] BoxOf(JsonNode face) => [.. face["box"]!.AsObject().Select(side => (int)side.Value!)];

    private static List<int[]> PointsOf(JsonNode? points) =>
        [.. points!.AsArray().Select(p => new[] { (int)p!["x"]!, (int)p["y"]! })];

    private static int[] Inclusive(NotebookReference.Rect rect) =>
        [rect.Left, rect.Top, rect.Right - rect.Left + 1, rect.Bottom - rect.Top + 1];

    private async Task<JsonNode> JsonAsync(string path, params FormPart[] parts)
    {
        using var response = await service.PostAsync(path, [.. parts, ("compat", "notebook")]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.JsonAsync();
    }

    private async Task<Mat> PictureAsync(string path, params FormPart[] parts)
    {
        using var response = await service.PostAsync(path, [.. parts, ("compat", "notebook")]);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.ToString());
        return Pictures.Decode(await response.BytesAsync());
    }
}
