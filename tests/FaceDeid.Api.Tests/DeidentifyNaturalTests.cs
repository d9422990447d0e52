using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Natural faces in the place of real ones: the call without any option, <c>average</c>, and <c>pseudonymKey</c>.
/// </summary>
public sealed class DeidentifyNaturalTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const double StillRecognised = 0.3;

    private static readonly byte[] Group = Pictures.Rewritten(Pictures.Group, ".png");

    [Fact]
    public async Task A_call_without_options_replaces_every_face_and_answers_in_the_pictures_format()
    {
        using var response = await service.PostAsync(Deidentified.Path, Requests.Image(Group));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("image/png", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("7 replace auto", $"{Header("Faces")} {Header("Method")} {Header("Detector")}");
        using var before = Pictures.Decode(Group);
        using var after = Pictures.Decode(await response.BytesAsync());
        Assert.Equal(before.Size(), after.Size());
        var distances = Pictures.Distances(before, after);
        using var looked = await service.PostAsync("/v1/detect", Requests.Image(Group));
        var boxes = (await looked.JsonAsync())["faces"]!.AsArray().Select(face => Deidentified.Box(face!)).ToList();
        Assert.Equal(7, boxes.Count);
        Assert.All(boxes, box => Assert.InRange(Deidentified.ChangedShare(distances, before.Width, box), 0.6, 1));

        string Header(string name) => response.Headers.GetValues($"X-FaceDeid-{name}").Single();
    }

    [Theory]
    [InlineData("")]
    [InlineData("replace")]
    [InlineData("average")]
    public async Task Every_face_is_treated_and_recognised_no_more(string method)
    {
        foreach (var picture
            in new[] { Group, Pictures.Rewritten(Pictures.Face, ".png"), Pictures.Rewritten(Pictures.WholeFace, ".png") })
        {
            using var response = await service.PostAsync(
                Deidentified.Path, Requests.Image(picture), ("method", method), ("format", "multipart"));
            var result = await Deidentified.ReadAsync(response);

            Assert.NotEmpty(result.Faces);
            Assert.All(result.Faces, face => Assert.True((bool)face["treated"]!));
            Assert.All(result.Faces, face => Assert.False((bool)face["weak"]!));
            Assert.All(result.Faces, face => Assert.InRange((double)face["similarityAfter"]!, -1, StillRecognised));
            result.AssertTouchesTheseFacesOnly(picture);
        }
    }

    [Theory]
    [InlineData("replace")]
    [InlineData("average")]
    public async Task A_clear_face_gets_what_was_asked_for(string method)
    {
        var result = await Deidentified.ByAsync(service, Pictures.WholeFace, ("method", method), ("verify", "false"));

        var face = result.Faces.Single();
        Assert.Equal(method, (string)face["method"]!);
        Assert.Null(face["fallback"]);
    }

    [Fact]
    public async Task Average_and_replace_give_different_faces()
    {
        var replaced = await Deidentified.ByAsync(service, Pictures.WholeFace, ("method", "replace"), ("verify", "false"));
        var averaged = await Deidentified.ByAsync(service, Pictures.WholeFace, ("method", "average"), ("verify", "false"));

        Assert.NotEqual(replaced.Picture, averaged.Picture);
    }

    [Fact]
    public async Task One_key_gives_one_face_and_another_key_another()
    {
        var differs = false;
        foreach (var picture in new[] { Pictures.Face, Pictures.WholeFace, Pictures.OtherFace })
        {
            var first = await Deidentified.ByAsync(service, picture, ("pseudonymKey", "a key"));
            var again = await Deidentified.ByAsync(service, picture, ("pseudonymKey", "a key"));
            var other = await Deidentified.ByAsync(service, picture, ("pseudonymKey", "another key"));

            Assert.Equal(first.Picture, again.Picture);
            Assert.All(first.Faces.Concat(other.Faces), face => Assert.True((bool)face["treated"]!));
            differs |= !first.Picture.AsSpan().SequenceEqual(other.Picture);
        }

        Assert.True(differs, "Both keys gave everybody the same face.");
    }
}
