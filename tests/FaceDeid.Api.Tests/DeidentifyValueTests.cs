using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What the options of <c>/v1/deidentify</c> take and refuse.</summary>
public sealed class DeidentifyValueTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string NoJson = "must be JSON: the answer of /v1/detect, or the array of its faces.";
    private const string Outside = "has a mistake: entry 1 lies outside of the picture.";

    [Theory]
    [InlineData("method", "swap", "must be one of replace, average, blur, pixelate, mask, eyebar, threshold, merge, scramble.")]
    [InlineData("strength", "-0.1", "must be between 0 and 1.")]
    [InlineData("strength", "1.1", "must be between 0 and 1.")]
    [InlineData("strength", "0.019", "must be between 0.02 and 1 with this method.")]
    [InlineData("strength", "much", "must be a number such as 1.5.")]
    [InlineData("allowWeak", "yes", "must be true or false.")]
    [InlineData("allowWeak", "1", "must be true or false.")]
    [InlineData("allowWeak", " true", "must be true or false.")]
    [InlineData("gray", "no", "must be true or false.")]
    [InlineData("verify", "off", "must be true or false.")]
    [InlineData("redetect", "0", "must be true or false.")]
    [InlineData("region", "circle", "must be one of ellipse, hull, head.")]
    [InlineData("color", "red", "must be a colour such as #FF8800.")]
    [InlineData("color", "#000000,#000000", "must be a colour such as #FF8800.")]
    [InlineData("color", "#000000\n", "must be a colour such as #FF8800.")]
    [InlineData("normalization", "root", "must be one of half, rms.")]
    [InlineData("onNoFace", "ignore", "must be one of error, pass.")]
    [InlineData("format", "gif", "must be one of json, png, jpeg, webp, multipart.")]
    [InlineData("quality", "0", "must be between 1 and 100.")]
    [InlineData("quality", "101", "must be between 1 and 100.")]
    public Task A_value_that_is_no_value_is_refused_with_what_is(string field, string value, string mistake) =>
        AssertRefusedAsync(field, value, mistake);

    [Theory]
    [InlineData("mask")]
    [InlineData("average")]
    public Task A_strength_is_refused_where_the_method_has_none(string method) =>
        AssertRefusedAsync("strength", "0.5", "belongs to replace, blur and pixelate only. Leave it out.", ("method", method));

    [Theory]
    [InlineData("{", NoJson)]
    [InlineData("null", NoJson)]
    [InlineData("7", NoJson)]
    [InlineData("\"[]\"", NoJson)]
    [InlineData("{}", NoJson)]
    [InlineData("""{"faces":null}""", NoJson)]
    [InlineData("""{"faces":{}}""", NoJson)]
    [InlineData("[null]", NoJson)]
    [InlineData("[[]]", NoJson)]
    [InlineData("[] []", NoJson)]
    [InlineData("""[{"id":"1","box":{"x":1,"y":1,"width":9,"height":9}}]""", NoJson)]
    [InlineData("""[{"id":1.5,"box":{"x":1,"y":1,"width":9,"height":9}}]""", NoJson)]
    [InlineData("""[{"box":{"x":1,"y":1,"width":9}}]""", NoJson)]
    [InlineData("""[{"box":{"x":1.5,"y":1,"width":9,"height":9}}]""", NoJson)]
    [InlineData("""[{"box":{"x":1,"y":1,"width":9,"height":99999999999}}]""", NoJson)]
    [InlineData("""[{"box":{"x":1,"y":1,"width":9,"height":9},"box":{"x":2,"y":1,"width":9,"height":9}}]""", NoJson)]
    [InlineData("""[{"box":[1,1,9,9]}]""", NoJson)]
    [InlineData("""[{"polygon":[{"x":1},{"x":2,"y":9},{"x":9,"y":9}]}]""", NoJson)]
    [InlineData("""[{"polygon":[null,{"x":2,"y":9},{"x":9,"y":9}]}]""", NoJson)]
    [InlineData("""{"image":{"width":150},"faces":[]}""", NoJson)]
    [InlineData("""[{"id":1}]""", "has a mistake: entry 1 needs either a 'box' or a 'polygon'.")]
    [InlineData(
        """[{"box":{"x":1,"y":1,"width":9,"height":9},"polygon":[]}]""",
        "has a mistake: entry 1 needs either a 'box' or a 'polygon'.")]
    [InlineData("""[{"id":0,"box":{"x":1,"y":1,"width":9,"height":9}}]""", "has a mistake: entry 1 needs an 'id' of its own")]
    [InlineData(
        """[{"id":1000001,"box":{"x":1,"y":1,"width":9,"height":9}}]""", "has a mistake: entry 1 needs an 'id' of its own")]
    [InlineData(
        """[{"id":4,"box":{"x":1,"y":1,"width":9,"height":9}},{"id":4,"box":{"x":50,"y":1,"width":9,"height":9}}]""",
        "has a mistake: entry 2 needs an 'id' of its own")]
    [InlineData(
        """[{"box":{"x":1,"y":1,"width":0,"height":9}}]""",
        "has a mistake: entry 1 needs a box whose width and height are between 1 and 16384.")]
    [InlineData(
        """[{"box":{"x":1,"y":1,"width":9,"height":16385}}]""",
        "has a mistake: entry 1 needs a box whose width and height are between 1 and 16384.")]
    [InlineData("""[{"polygon":[{"x":1,"y":1},{"x":9,"y":9}]}]""", "has a mistake: entry 1 needs a polygon of 3 to 256 points.")]
    [InlineData(
        """[{"polygon":[{"x":1,"y":1},{"x":9,"y":9},{"x":99999,"y":1}]}]""", "has a mistake: entry 1 needs points between")]
    [InlineData("""[{"box":{"x":150,"y":1,"width":9,"height":9}}]""", Outside)]
    [InlineData("""[{"box":{"x":1,"y":150,"width":9,"height":9}}]""", Outside)]
    [InlineData("""[{"box":{"x":-9,"y":1,"width":9,"height":9}}]""", Outside)]
    [InlineData("""[{"box":{"x":1,"y":-2147483648,"width":9,"height":9}}]""", Outside)]
    [InlineData("""[{"box":{"x":2147483647,"y":1,"width":16384,"height":9}}]""", Outside)]
    [InlineData("""[{"polygon":[{"x":-9,"y":-9},{"x":-1,"y":-9},{"x":-5,"y":-1}]}]""", Outside)]
    [InlineData("""{"image":{"width":151,"height":150},"faces":[]}""", "must be in pixels of the whole upright picture")]
    public Task Faces_that_are_only_half_said_or_elsewhere_are_refused(string faces, string mistake) =>
        AssertRefusedAsync("faces", faces, mistake);

    [Fact]
    public async Task Too_many_faces_corners_and_characters_are_refused()
    {
        const string box = """{"box":{"x":1,"y":1,"width":9,"height":9}}""";
        var corners = string.Join(',', Enumerable.Repeat("""{"x":1,"y":1}""", 257));

        await AssertRefusedAsync("faces", $"[{string.Join(',', Enumerable.Repeat(box, 513))}]", "takes at most 512 faces.");
        await AssertRefusedAsync(
            "faces", $$"""[{"polygon":[{{corners}}]}]""", "has a mistake: entry 1 needs a polygon of 3 to 256 points.");
        await AssertRefusedAsync("faces", $"[{new string(' ', 256 * 1024)}]", "must be at most 262144 characters long.");
        await AssertRefusedAsync("pseudonymKey", new string('k', 257), "must have 1 to 256 characters.");
    }

    [Theory]
    [InlineData("strength", "0.02")]
    [InlineData("strength", "1")]
    [InlineData("quality", "1")]
    [InlineData("quality", "100")]
    [InlineData("allowWeak", "False")]
    [InlineData("pseudonymKey", "k")]
    [InlineData("faces", """[{"id":1000000,"box":{"x":149,"y":149,"width":16384,"height":16384}}]""")]
    [InlineData(
        "faces",
        """ {"image":{"width":150,"height":150},"faces":[{"box":{"x":-8,"y":0,"width":9,"height":1},"score":"any","detector":7,"name":null}]} """)]
    public async Task The_ends_of_each_range_belong_to_it(string field, string value)
    {
        using var response = await PostAsync((field, value), ("allowWeak", "true"));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Mistakes_of_several_options_are_listed_at_once_and_never_quoted()
    {
        using var response = await service.PostAsync(
            Deidentified.Path, Requests.Image(Pictures.Face), ("method", "eyebar"),
            ("strength", "0.5"), ("faces", """[{"id":4711}]"""));

        var problem = await response.JsonAsync();
        Assert.Equal("faces method strength", string.Join(' ', problem["errors"]!.AsObject().Select(error => error.Key)));
        problem.AsObject().Remove("traceId"); // random hexadecimal digits
        Assert.DoesNotContain("4711", problem.ToJsonString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_notebook_has_no_such_call()
    {
        using var response = await PostAsync(("compat", "none"));
        Assert.Equal("unknown_field", (string)(await response.JsonAsync())["code"]!);
    }

    private async Task AssertRefusedAsync(string field, string value, string mistake, params FormPart[] others)
    {
        using var response = await PostAsync([(field, value), .. others]);
        var problem = await response.JsonAsync();
        Assert.Equal((HttpStatusCode.BadRequest, "invalid_option"), (response.StatusCode, (string)problem["code"]!));
        Assert.Equal(field, problem["errors"]!.AsObject().Single().Key);
        Assert.StartsWith(mistake, (string)problem["errors"]![field]!, StringComparison.Ordinal);
        Assert.StartsWith($"'{field}' {mistake}", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    private Task<HttpResponseMessage> PostAsync(params FormPart[] options)
    {
        FormPart[] method = options.Any(option => option.Name is "method") ? [] : [("method", "blur")];
        // To send one name twice would be another mistake.
        var all = method.Concat(options).GroupBy(part => part.Name, StringComparer.Ordinal).Select(group => group.First());
        return service.PostAsync(Deidentified.Path, [Requests.Image(Pictures.Face), ("detector", "hog"), .. all]);
    }
}
