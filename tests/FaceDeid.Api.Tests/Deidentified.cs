using System.Net;
using System.Text.Json.Nodes;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A de-identified picture and its report, as one multipart answer.</summary>
internal sealed record Deidentified(JsonNode Report, byte[] Picture, string PictureType)
{
    public const string Path = "/v1/deidentify";

    public IEnumerable<JsonNode> Faces => Report["faces"]!.AsArray().Select(face => face!);

    /// <summary>De-identifies a picture; its faces are found by HOG where the options do not say otherwise.</summary>
    public static async Task<Deidentified> ByAsync(ServiceFixture service, byte[] image, params FormPart[] options)
    {
        using var response = await service.PostAsync(
            Path, [Requests.Image(image), ("detector", "hog"), ("format", "multipart"), .. options]);
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await ReadAsync(response);
    }

    /// <summary>Reads both parts of an answer.</summary>
    public static async Task<Deidentified> ReadAsync(HttpResponseMessage response)
    {
        var parts = await response.PartsAsync();
        Assert.Equal("report picture", string.Join(' ', parts.Select(part => part.Name)));
        Assert.Equal("application/json", parts[0].Type);
        return new Deidentified(JsonNode.Parse(parts[0].Content)!, parts[1].Content, parts[1].Type);
    }

    public static Rect Box(JsonNode face) =>
        new((int)face["box"]!["x"]!, (int)face["box"]!["y"]!, (int)face["box"]!["width"]!, (int)face["box"]!["height"]!);

    /// <summary>
    /// Asserts that most of every treated box changed, and that nothing changed away from the treated boxes: further from one
    /// than a region's padding reaches.
    /// </summary>
    /// <param name="original">The picture before.</param>
    /// <param name="reach">How far that is, in sizes of the box.</param>
    public void AssertTouchesTheseFacesOnly(byte[] original, double reach = 0.6)
    {
        using var before = Pictures.Decode(original);
        using var after = Pictures.Decode(Picture);
        var distances = Pictures.Distances(before, after);
        using var away = new Mat(before.Size(), MatType.CV_8UC1, Scalar.White);
        foreach (var box in Faces.Where(face => (bool)face["treated"]!).Select(Box))
        {
            Assert.True(ChangedShare(distances, before.Width, box) > 0.6, $"The face at {box} was hardly touched.");
            var around = box;
            around.Inflate((int)(box.Width * reach), (int)(box.Height * reach));
            away.Rectangle(around, Scalar.Black, thickness: -1);
        }

        foreach (var box in Faces.Where(face => !(bool)face["treated"]!).Select(Box))
            Assert.Equal(0, ChangedShare(distances, before.Width, box));
        Assert.True(away.GetArray(out byte[] isAway));
        Assert.DoesNotContain(distances.Zip(isAway), pixel => pixel.Second != 0 && pixel.First != 0);
    }

    public static double ChangedShare(byte[] distances, int width, Rect box)
    {
        var shown = box.Intersect(new Rect(0, 0, width, distances.Length / width)); // a box may reach beyond the picture
        var inside =
            from y in Enumerable.Range(shown.Y, shown.Height)
            from x in Enumerable.Range(shown.X, shown.Width)
            select (y * width) + x;
        return inside.Average(i => distances[i] == 0 ? 0.0 : 1);
    }
}
