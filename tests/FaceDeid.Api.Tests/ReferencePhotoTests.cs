using System.Net;
using System.Text.Json.Nodes;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Photos of <c>keep</c> and <c>only</c> that do not say who is meant; pictures whose faces all stay visible.</summary>
public sealed class ReferencePhotoTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    /// <summary>John Savage on the left, John Schneider on the right.</summary>
    private static readonly byte[] Both = Beside(Pictures.Face, Pictures.WholeFace);

    private static readonly byte[] Savage = Pictures.Example("johns/John_Savage/000296_01099007.jpg");
    private static readonly byte[] Schneider = Pictures.Example("johns/John_Schneider/000325_00925954.jpg");
    private static readonly byte[] Simm = Pictures.Example("johns/John_Simm/000300_00470148.jpg");

    [Theory]
    [InlineData(Deidentified.Path, "keep", 1)]
    [InlineData(Deidentified.Path, "keep", 0.75)]
    [InlineData(Deidentified.Path, "only", 1)]
    [InlineData(Deidentified.Path, "only", 0.6)]
    [InlineData(Sealed.Path, "keep", 1)]
    [InlineData(Sealed.Path, "only", 0.75)]
    public async Task Two_faces_of_like_size_are_refused(string path, string part, double size)
    {
        var other = Pictures.Rewritten(Simm, ".png", image => image.Resize(size));
        foreach (var reference in new[] { Beside(Savage, other), Beside(other, Savage) })
        {
            Assert.Equal(
                $"It is not clear who is meant by photo 2 of '{part}': 2 faces were found in it, of which 2 are "
                + "of like size. Send a photo, or a crop, of this person alone.",
                await RefusedAsync("ambiguous_reference", path, Both, (part, Savage, "a"), (part, reference, "b")));
        }
    }

    [Fact]
    public async Task A_small_face_in_the_background_leaves_it_clear_who_is_kept_and_protects_more_with_only()
    {
        var small = Pictures.Rewritten(Schneider, ".png", image => image.Resize(0.35));
        var stranger = Pictures.Rewritten(Simm, ".png", image => image.Resize(0.35));

        Assert.Equal((Left: false, Right: true), await TreatedAsync(("keep", Beside(Savage, small), "a")));
        Assert.Equal((Left: true, Right: true), await TreatedAsync(("only", Beside(Savage, small), "a")));
        Assert.Equal((Left: true, Right: false), await TreatedAsync(("only", Beside(Savage, stranger), "a")));
    }

    [Fact]
    public async Task Whoever_is_meant_beside_a_much_larger_false_face_is_protected()
    {
        var person = Pictures.Rewritten(Savage, ".png", image => image.Resize(0.4));
        var reference = Beside(Simm, person);

        Assert.Equal((Left: true, Right: false), await TreatedAsync(("only", reference, "a")));
        Assert.Equal((Left: true, Right: true), await TreatedAsync(("keep", reference, "a")));
    }

    [Theory]
    [InlineData("keep")]
    [InlineData("only")]
    public async Task A_face_in_which_nobody_can_be_recognised_is_refused(string part)
    {
        var small = Pictures.Rewritten(
            Savage, ".png", image => image.Resize(0.18).Gravity(Enums.CompassDirection.Centre, 200, 200));
        var lying = Pictures.Rewritten(Savage, ".png", image => image.Rotate(60));

        Assert.StartsWith(
            $"The face in photo 1 of '{part}' is too small to be recognised: its eyes are less than 12 pixels apart.",
            await RefusedAsync("unclear_reference", Deidentified.Path, Both, (part, small, "a")), StringComparison.Ordinal);
        Assert.StartsWith(
            $"The face in photo 2 of '{part}' cannot be recognised surely",
            await RefusedAsync("unclear_reference", Deidentified.Path, Both, (part, Savage, "a"), (part, lying, "b")),
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Deidentified.Path, "keep")]
    [InlineData(Deidentified.Path, "only")]
    [InlineData(Sealed.Path, "keep")]
    [InlineData(Sealed.Path, "only")]
    public async Task References_are_looked_at_before_the_picture_is(string path, string part)
    {
        var detail = await RefusedAsync("no_face", path, Pictures.Truncated, (part, Savage, "a"), (part, Pictures.Faceless, "b"));

        Assert.StartsWith($"No face was found in photo 2 of '{part}'.", detail, StringComparison.Ordinal);
    }

    [Fact]
    public async Task However_faces_are_looked_for_in_the_picture_those_of_a_reference_are_found()
    {
        var both = Beside(Savage, Simm);
        foreach (var option in new FormPart[] { ("detector", "haar"), ("minFaceSize", "105"), ("minScore", "0.99") })
            await RefusedAsync("ambiguous_reference", Deidentified.Path, Both, ("only", both, "a"), option);
    }

    [Theory]
    [InlineData(Deidentified.Path)]
    [InlineData(Sealed.Path)]
    public async Task That_nobody_of_only_is_found_is_an_error_unless_it_was_allowed_and_that_all_are_kept_is_none(string path)
    {
        FormPart[] stranger = [("only", Simm, "a")];
        FormPart[] everybody = [("keep", Schneider, "a"), ("keep", Simm, "b"), ("keep", Savage, "c")];
        Assert.Equal(
            "Nobody in the picture was recognised as somebody in 'only'. Send other photos of these people, leave 'only' out to "
            + "protect everybody, or allow it with onNoFace=pass.",
            await RefusedAsync("person_not_found", path, Both, stranger));

        foreach (var references in new[] { [("onNoFace", "pass"), .. stranger], everybody })
        {
            using var passed = await PostAsync(path, Both, [("format", "png"), .. references]);
            Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
            Assert.Equal(("0", "1"), (Header(passed, "Faces"), Header(passed, "Unmatched")));
            using var before = Pictures.Decode(Both);
            using var after = Pictures.Decode(await passed.BytesAsync());
            Pictures.AssertSamePixels(before, after);
        }
    }

    [Fact]
    public async Task That_doubtful_faces_are_treated_is_no_success_of_only()
    {
        FormPart[] options = [("detector", "auto"), ("only", Simm, "a")];
        await RefusedAsync("person_not_found", Deidentified.Path, Pictures.Group, options);

        using var passed = await PostAsync(Deidentified.Path, Pictures.Group, [("onNoFace", "pass"), .. options]);
        Assert.Equal(HttpStatusCode.OK, passed.StatusCode);
        Assert.Equal("1", Header(passed, "Unmatched"));
        Assert.False(Header(passed, "Faces") is "0");
    }

    [Fact]
    public async Task The_report_says_whom_each_photo_means()
    {
        var result = await Deidentified.ByAsync(service, Both, ("method", "mask"), ("only", Savage, "a"), ("only", Simm, "b"));
        var left = result.Faces.MinBy(face => Deidentified.Box(face).X)!["id"]!;

        Assert.Equal(
            $$"""[{"part":"only","photo":1,"faces":[{{left}}]},{"part":"only","photo":2,"faces":[]}]""",
            result.Report["references"]!.ToJsonString());
        Assert.Null((await Deidentified.ByAsync(service, Both, ("method", "mask"))).Report["references"]);
    }

    [Theory]
    [InlineData("keep", "1")]
    [InlineData("only", "1")]
    [InlineData(null, null)]
    public async Task Unmatched_photos_are_counted_where_photos_were_sent(string? part, string? unmatched)
    {
        using var answer = await PostAsync(Deidentified.Path, Both, part is null ? [] : [(part, Savage, "a"), (part, Simm, "b")]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(unmatched, Header(answer, "Unmatched"));
    }

    [Fact]
    public async Task A_seal_has_the_references_in_its_report()
    {
        using var answer = await PostAsync(Sealed.Path, Both, ("report", "true"), ("keep", Savage, "a"));
        var photo = JsonNode.Parse((await answer.PartsAsync())[0].Content)!["references"]!.AsArray().Single()!;

        Assert.Equal(("keep", 1), ((string)photo["part"]!, photo["faces"]!.AsArray().Count));
        Assert.Equal("1", Header(answer, "Sealed"));
    }

    private async Task<(bool Left, bool Right)> TreatedAsync(params FormPart[] references)
    {
        var result = await Deidentified.ByAsync(service, Both, [("method", "mask"), .. references]);
        result.AssertTouchesTheseFacesOnly(Both);
        var treated = result.Faces.OrderBy(face => Deidentified.Box(face).X).Select(face => (bool)face["treated"]!).ToList();
        Assert.Equal(2, treated.Count);
        return (treated[0], treated[1]);
    }

    private async Task<string> RefusedAsync(string code, string path, byte[] image, params FormPart[] options) =>
        (string)(await Sealed.AssertRefusedAsync(code, PostAsync(path, image, options)))["detail"]!;

    private Task<HttpResponseMessage> PostAsync(string path, byte[] image, params FormPart[] options)
    {
        var isSeal = string.Equals(path, Sealed.Path, StringComparison.Ordinal);
        FormPart[] key = isSeal ? [("passphrase", "correct horse battery")] : [];
        var isChosen = Array.Exists(options, option => option.Name is "detector" or "minScore");
        FormPart[] detector = isChosen ? [] : [("detector", "hog")];
        FormPart[] quickly = [Requests.Image(image), ("method", "mask"), ("verify", "false")];
        return service.PostAsync(path, [.. quickly, .. detector, .. key, .. options]);
    }

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues($"X-FaceDeid-{name}", out var values) ? values.Single() : null;

    private static byte[] Beside(byte[] left, byte[] right)
    {
        using var a = Image.NewFromBuffer(left);
        using var b = Image.NewFromBuffer(right);
        using var both = a.Join(b, Enums.Direction.Horizontal, expand: true);
        return both.PngsaveBuffer();
    }
}
