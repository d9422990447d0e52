using System.Net;
using System.Text.Json.Nodes;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Look, edit, apply: the faces of <c>/v1/detect</c>, changed by the caller and sent back.</summary>
public sealed class DeidentifyFacesTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly byte[] Group = Pictures.Rewritten(Pictures.Group, ".png");

    [Theory]
    [InlineData("/v1/detect")]
    [InlineData("/v1/landmarks")]
    public async Task The_answer_of_a_looking_call_can_be_sent_back_as_it_is(string call)
    {
        using var looked = await service.PostAsync(call, Requests.Image(Group), ("detector", "hog"));
        var faces = await looked.JsonAsync();

        var sent = await Deidentified.ByAsync(service, Group, ("method", "blur"), ("faces", faces.ToJsonString()));
        var array = await Deidentified.ByAsync(
            service, Group, ("method", "blur"), ("faces", $" {faces["faces"]!.ToJsonString()}"));
        var found = await Deidentified.ByAsync(service, Group, ("method", "blur"));

        Assert.Equal(found.Picture, sent.Picture);
        Assert.Equal(found.Picture, array.Picture);
        Assert.Equal(Ids(found), Ids(sent));
        Assert.All(sent.Faces, face => Assert.Null(face["detector"] ?? face["score"]));
    }

    [Fact]
    public async Task A_face_that_was_taken_out_is_left_and_the_others_are_not()
    {
        var faces = await FacesAsync();
        var taken = faces.Single(face => (int)face!["id"]! == 3)!;
        faces.Remove(taken);

        var result = await Deidentified.ByAsync(service, Group, ("method", "mask"), ("faces", faces.ToJsonString()));

        Assert.Equal([1, 2, 4, 5, 6, 7], Ids(result));
        result.AssertTouchesTheseFacesOnly(Group);
        using var before = Pictures.Decode(Group);
        using var after = Pictures.Decode(result.Picture);
        var centre = Deidentified.Box(taken);
        centre.Inflate(-centre.Width / 3, -centre.Height / 3);
        Assert.Equal(0, Deidentified.ChangedShare(Pictures.Distances(before, after), before.Width, centre));
    }

    [Fact]
    public async Task A_face_that_was_added_is_treated_where_it_was_put()
    {
        using var response = await service.PostAsync(
            Deidentified.Path, Requests.Image(Group), ("method", "mask"), ("format", "multipart"),
            ("faces", """[{"id":1000000,"box":{"x":20,"y":300,"width":40,"height":40}}]"""));
        var result = await Deidentified.ReadAsync(response);

        Assert.Equal([1_000_000], Ids(result));
        result.AssertTouchesTheseFacesOnly(Group);
        Assert.Equal("1", response.Headers.GetValues("X-FaceDeid-Faces").Single());
        Assert.False(response.Headers.Contains("X-FaceDeid-Detector"));
    }

    [Fact]
    public async Task A_box_may_reach_beyond_the_picture()
    {
        var result = await Deidentified.ByAsync(
            service, Group, ("method", "mask"), ("color", "#FF00FF"), ("faces",
                """[{"box":{"x":-30,"y":-30,"width":60,"height":60}},{"box":{"x":480,"y":360,"width":16384,"height":1}}]"""));

        using var picture = Pictures.Decode(result.Picture);
        Assert.Equal([1, 2], Ids(result));
        Assert.Equal(new Vec3b(255, 0, 255), picture.At<Vec3b>(0, 0));
    }

    [Fact]
    public async Task A_polygon_is_covered_exactly()
    {
        Point[] outline = [new(100, 20), new(180, 60), new(140, 200), new(60, 150)];
        var faces =
            $$"""{"faces":[{"id":7,"polygon":[{{string.Join(',', outline.Select(p => $$"""{"x":{{p.X}},"y":{{p.Y}}}"""))}}]}]}""";

        var result = await Deidentified.ByAsync(service, Group, ("method", "mask"), ("color", "#FF00FF"), ("faces", faces));

        using var expected = Pictures.Decode(Group);
        Cv2.FillPoly(expected, [outline], new Scalar(255, 0, 255));
        using var actual = Pictures.Decode(result.Picture);
        Pictures.AssertSamePixels(expected, actual);
        Assert.Equal(new Rect(60, 20, 121, 181), Deidentified.Box(result.Faces.Single()));
    }

    [Fact]
    public async Task With_redetect_the_given_faces_are_treated_and_those_that_are_found()
    {
        var given = (await FacesAsync())[1]!;
        given["id"] = 40;
        var added = JsonNode.Parse("""{"box":{"x":20,"y":300,"width":40,"height":40}}""");
        FormPart faces = ("faces", new JsonArray(given.DeepClone(), added).ToJsonString());

        using var response = await service.PostAsync(
            Deidentified.Path, Requests.Image(Group), ("detector", "hog"), ("method", "mask"), ("format", "multipart"),
            ("redetect", "true"), faces);
        var result = await Deidentified.ReadAsync(response);

        Assert.Equal([40, 41, 42, 43, 44, 45, 46, 47], Ids(result));
        Assert.Equal(2, result.Faces.Count(face => face["detector"] is null));
        result.AssertTouchesTheseFacesOnly(Group);
        Assert.Equal("hog", response.Headers.GetValues("X-FaceDeid-Detector").Single());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("""{"faces":[]}""")]
    public async Task No_face_given_is_no_face(string faces)
    {
        using var refused = await service.PostAsync(
            Deidentified.Path, Requests.Image(Group), ("method", "mask"), ("faces", faces));
        var problem = await refused.JsonAsync();
        Assert.Equal((HttpStatusCode.UnprocessableEntity, "no_face"), (refused.StatusCode, (string)problem["code"]!));
        Assert.Contains("'faces'", (string)problem["detail"]!, StringComparison.Ordinal);

        var passed = await Deidentified.ByAsync(service, Group, ("method", "mask"), ("faces", faces), ("onNoFace", "pass"));
        Assert.Empty(passed.Faces);
        passed.AssertTouchesTheseFacesOnly(Group);

        var looked = await Deidentified.ByAsync(service, Group, ("method", "mask"), ("faces", faces), ("redetect", "true"));
        Assert.Equal(7, looked.Faces.Count());
    }

    [Fact]
    public async Task Faces_of_the_notebooks_square_are_refused_because_they_are_elsewhere()
    {
        using var looked = await service.PostAsync("/v1/detect", Requests.Image(Group), ("compat", "notebook"));
        using var refused = await service.PostAsync(
            Deidentified.Path, Requests.Image(Group), ("method", "mask"), ("faces", await looked.Content.ReadAsStringAsync()));

        var problem = await refused.JsonAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_option"), (refused.StatusCode, (string)problem["code"]!));
        Assert.Contains("compat", (string)problem["errors"]!["faces"]!, StringComparison.Ordinal);
    }

    private async Task<JsonArray> FacesAsync()
    {
        using var looked = await service.PostAsync("/v1/detect", Requests.Image(Group), ("detector", "hog"));
        return (await looked.JsonAsync())["faces"]!.AsArray();
    }

    private static int[] Ids(Deidentified result) => [.. result.Faces.Select(face => (int)face["id"]!)];
}
