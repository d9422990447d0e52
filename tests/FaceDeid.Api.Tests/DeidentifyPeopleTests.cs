using System.Net;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Who stays visible: <c>keep</c> and <c>only</c>, by reference photos that the picture was not made of.</summary>
public sealed class DeidentifyPeopleTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    /// <summary>John Savage on the left, John Schneider on the right.</summary>
    private static readonly byte[] Both = SideBySide(Pictures.Face, Pictures.WholeFace);

    private static readonly byte[] Savage = Pictures.Example("johns/John_Savage/000296_01099007.jpg");
    private static readonly byte[] Schneider = Pictures.Example("johns/John_Schneider/000325_00925954.jpg");
    private static readonly byte[] Simm = Pictures.Example("johns/John_Simm/000300_00470148.jpg");

    [Fact]
    public async Task Keep_leaves_that_person_visible_and_protects_the_other() =>
        Assert.Equal((Left: false, Right: true), await TreatedAsync(("keep", Savage, "a")));

    [Fact]
    public async Task Keep_takes_several_photos_of_several_people() =>
        Assert.Equal(
            (Left: false, Right: false),
            await TreatedAsync(("keep", Schneider, "a"), ("keep", Simm, "b"), ("KEEP", Savage, "c")));

    [Fact]
    public async Task Keep_of_a_stranger_protects_everybody() =>
        Assert.Equal((Left: true, Right: true), await TreatedAsync(("keep", Simm, "a")));

    [Fact]
    public async Task Only_touches_that_person_and_leaves_the_other() =>
        Assert.Equal((Left: true, Right: false), await TreatedAsync(("only", Savage, "a")));

    [Fact]
    public async Task Only_takes_several_photos() =>
        Assert.Equal((Left: true, Right: true), await TreatedAsync(("only", Savage, "a"), ("only", Schneider, "b")));

    [Fact]
    public async Task A_face_given_by_a_polygon_is_never_kept_because_nobody_is_recognised_in_it()
    {
        const string outline = """[{"polygon":[{"x":20,"y":20},{"x":130,"y":20},{"x":130,"y":140},{"x":20,"y":140}]}]""";
        var result = await Deidentified.ByAsync(service, Both, ("method", "mask"), ("faces", outline), ("keep", Savage, "a"));

        Assert.True((bool)result.Faces.Single()["treated"]!);
    }

    [Fact]
    public async Task Keep_and_only_together_are_refused()
    {
        var (code, detail) = await RefusedAsync(HttpStatusCode.BadRequest, ("keep", Savage, "a"), ("only", Schneider, "b"));

        Assert.Equal("invalid_option", code);
        Assert.Equal("'only' cannot be combined with 'keep'. Leave one of the two out.", detail);
    }

    [Theory]
    [InlineData("keep")]
    [InlineData("only")]
    public async Task Nine_references_are_too_many(string part)
    {
        var (code, detail) = await RefusedAsync(
            HttpStatusCode.BadRequest, [.. Enumerable.Repeat<FormPart>((part, Savage, "a"), 9)]);

        Assert.Equal("invalid_option", code);
        Assert.Equal($"'{part}' may be sent 8 times at most.", detail);
    }

    [Theory]
    [InlineData("keep")]
    [InlineData("only")]
    public async Task A_reference_has_to_be_a_picture_with_a_face(string part)
    {
        await AssertNamesAsync("missing_part", HttpStatusCode.BadRequest, (part, "text"));
        await AssertNamesAsync("empty_part", HttpStatusCode.BadRequest, (part, Savage, "a"), (part, Array.Empty<byte>(), "b"));
        await AssertNamesAsync("no_face", HttpStatusCode.UnprocessableEntity, (part, Pictures.Faceless, "a"));
        Assert.Equal(
            "corrupt_image", (await RefusedAsync(HttpStatusCode.UnprocessableEntity, (part, Pictures.Truncated, "a"))).Code);
        Assert.Equal(
            "animated_image", (await RefusedAsync(HttpStatusCode.UnsupportedMediaType, (part, Pictures.Animated, "a"))).Code);

        async Task AssertNamesAsync(string code, HttpStatusCode status, params FormPart[] parts)
        {
            var refused = await RefusedAsync(status, parts);
            Assert.Equal(code, refused.Code);
            Assert.Contains($"'{part}'", refused.Detail, StringComparison.Ordinal);
        }
    }

    private async Task<(bool Left, bool Right)> TreatedAsync(params FormPart[] references)
    {
        var result = await Deidentified.ByAsync(service, Both, [("method", "mask"), .. references]);
        result.AssertTouchesTheseFacesOnly(Both);
        var treated = result.Faces.OrderBy(face => Deidentified.Box(face).X).Select(face => (bool)face["treated"]!).ToList();
        Assert.Equal(2, treated.Count);
        return (treated[0], treated[1]);
    }

    private async Task<(string Code, string Detail)> RefusedAsync(HttpStatusCode status, params FormPart[] references)
    {
        using var response = await service.PostAsync(
            Deidentified.Path, [Requests.Image(Both), ("method", "mask"), ("detector", "hog"), .. references]);
        Assert.Equal(status, response.StatusCode);
        var problem = await response.JsonAsync();
        return ((string)problem["code"]!, (string)problem["detail"]!);
    }

    private static byte[] SideBySide(byte[] left, byte[] right)
    {
        using var a = Image.NewFromBuffer(left);
        using var b = Image.NewFromBuffer(right);
        using var both = a.Join(b, Enums.Direction.Horizontal);
        return both.PngsaveBuffer();
    }
}
