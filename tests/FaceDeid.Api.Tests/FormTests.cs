using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>How forms are read: strictly, all mistakes at once, and without quoting what was sent.</summary>
public sealed class FormTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Marker = "marker4711";

    [Fact]
    public async Task Field_names_and_values_are_read_in_any_case()
    {
        var expected = await OkAsync(
            "/v1/detect", Requests.Image(Pictures.Group), ("detector", "haar"), ("minNeighbors", "20"), ("compat", "none"));
        var actual = await OkAsync(
            "/v1/detect", ("IMAGE", Pictures.Group, "a"), ("Detector", "HAAR"), ("MINNEIGHBORS", "20"), ("compat", "None"));

        Assert.Equal(expected, actual);
        Assert.Contains("haar", actual, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_empty_field_is_one_that_was_not_filled_in()
    {
        var unset = await OkAsync("/v1/landmarks", Requests.Image(Pictures.Face));
        var empty = await OkAsync(
            "/v1/landmarks", Requests.Image(Pictures.Face), ("detector", ""), ("upsample", ""), ("scaleFactor", ""),
            ("minScore", ""), ("compat", ""), ("format", ""), ("color", ""), ("alpha", ""), ("quality", ""));

        Assert.Equal(unset, empty);
    }

    [Fact]
    public async Task All_mistakes_are_listed_at_once_by_field()
    {
        var (status, problem) = await RefusedAsync(
            "/v1/landmarks", Requests.Image(Pictures.Face), ("upsample", "3"), ("detector", "1"), ("color", "red"),
            ("alpha", "NaN"), ("minFaceSize", "1.5"));

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.Equal("invalid_option", (string)problem["code"]!);
        Assert.Equal(
            """
            alpha must be a number such as 1.5.
            color must be one colour such as #FF8800, or seven separated by commas.
            detector must be one of auto, hog, haar, ultraFace, yuNet, haarProfile.
            minFaceSize must be a whole number.
            upsample must be between 0 and 2.
            """,
            string.Join('\n', problem["errors"]!.AsObject().Select(error => $"{error.Key} {error.Value}")));
        Assert.Contains("'upsample' must be between 0 and 2.", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Contains("'alpha' must be a number", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_sent_as_text_is_a_missing_part()
    {
        var (_, problem) = await RefusedAsync("/v1/detect", ("image", Marker));

        Assert.Equal("missing_part", (string)problem["code"]!);
        Assert.Contains("'image'", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Contains("filename", (string)problem["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_second_picture_is_named_when_it_is_missing_or_empty()
    {
        var (_, missing) = await RefusedAsync("/v1/merge", ("first", Pictures.Face, "a"));
        Assert.Equal("missing_part", (string)missing["code"]!);
        Assert.Contains("'second'", (string)missing["detail"]!, StringComparison.Ordinal);

        var (_, empty) = await RefusedAsync("/v1/merge", ("first", Pictures.Face, "a"), ("second", Array.Empty<byte>(), "b"));
        Assert.Equal("empty_part", (string)empty["code"]!);
        Assert.Contains("'second'", (string)empty["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_option_sent_as_a_file_is_refused_by_name()
    {
        var (_, problem) = await RefusedAsync(
            "/v1/detect", Requests.Image(Pictures.Face), ("detector", "hog"u8.ToArray(), "a.txt"));

        Assert.Equal("invalid_option", (string)problem["code"]!);
        Assert.Equal("must be a text field, not a file.", (string)problem["errors"]!["detector"]!);
    }

    [Fact]
    public async Task Nothing_is_sent_twice_in_any_case_or_form()
    {
        FormPart[][] repeated =
        [
            [Requests.Image(Pictures.Face), Requests.Image(Pictures.Face)],
            [Requests.Image(Pictures.Face), ("Image", Pictures.OtherFace, "b")],
            [Requests.Image(Pictures.Face), ("image", "text")],
            [Requests.Image(Pictures.Face), ("detector", "hog"), ("detector", "hog")],
            [Requests.Image(Pictures.Face), ("detector", "hog"), ("DETECTOR", "haar")],
            [Requests.Image(Pictures.Face), ("detector", "hog"), ("detector", "hog"u8.ToArray(), "a.txt")],
            [Requests.Image(Pictures.Face), ("detector", ""), ("detector", "")],
        ];
        foreach (var parts in repeated)
        {
            var (status, problem) = await RefusedAsync("/v1/detect", parts);
            Assert.Equal((HttpStatusCode.BadRequest, "duplicate_part"), (status, (string)problem["code"]!));
        }
    }

    [Fact]
    public async Task Unknown_fields_and_files_are_refused_with_a_list_of_the_known()
    {
        FormPart[][] unknown =
        [
            [Requests.Image(Pictures.Face), ("colour", "#000000")],
            [Requests.Image(Pictures.Face), ("images", Pictures.OtherFace, "b")],
            [Requests.Image(Pictures.Face), ("format", "json")], // a field of another call
            [Requests.Image(Pictures.Face), (" detector", "hog")],
        ];
        foreach (var parts in unknown)
        {
            var (status, problem) = await RefusedAsync("/v1/detect", parts);
            Assert.Equal((HttpStatusCode.BadRequest, "unknown_field"), (status, (string)problem["code"]!));
            Assert.Contains(
                "the fields image, compat, detector, thorough, upsample, scaleFactor, minNeighbors, minFaceSize, minScore, "
                    + "onDamage.",
                (string)problem["detail"]!,
                StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_form_of_too_many_fields_is_refused()
    {
        var (status, problem) = await RefusedAsync(
            "/v1/detect", [.. Enumerable.Range(0, 65).Select(i => (FormPart)($"field{i}", "a"))]);
        Assert.Equal((HttpStatusCode.BadRequest, "malformed_form"), (status, (string)problem["code"]!));
    }

    [Fact]
    public async Task What_was_sent_is_never_quoted()
    {
        FormPart[][] mistaken =
        [
            [("image", Pictures.Face, Marker), ("detector", Marker)],
            [("image", Pictures.Face, Marker), ("upsample", Marker), ("minScore", Marker), ("compat", Marker)],
            [("image", Pictures.Face, Marker), (Marker, Marker)],
            [("image", System.Text.Encoding.UTF8.GetBytes(Marker), Marker)],
            [("image", Array.Empty<byte>(), Marker)],
            [("image", Marker)],
            [("image", Pictures.Truncated, Marker), ("detector", "hog")],
            [("image", Pictures.Face, Marker), ("image", Pictures.Face, Marker)],
        ];
        foreach (var parts in mistaken)
        {
            var (status, problem) = await RefusedAsync("/v1/detect", parts);
            Assert.InRange((int)status, 400, 422);
            Assert.DoesNotContain(Marker, problem.ToJsonString(), StringComparison.OrdinalIgnoreCase);
        }
    }

    private async Task<string> OkAsync(string path, params FormPart[] parts)
    {
        using var response = await service.PostAsync(path, parts);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return await response.Content.ReadAsStringAsync();
    }

    private async Task<(HttpStatusCode Status, JsonNode Problem)> RefusedAsync(string path, params FormPart[] parts)
    {
        using var response = await service.PostAsync(path, parts);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        return (response.StatusCode, await response.JsonAsync());
    }
}
