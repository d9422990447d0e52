using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Microsoft.OpenApi;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The contract: what the OpenAPI document says, and that nobody changes it unseen.</summary>
public sealed class OpenApiTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Update = "FACEDEID_UPDATE_OPENAPI";

    private static readonly Uri Address = new("/swagger/v1/swagger.json", UriKind.Relative);

    [Fact]
    public async Task The_document_is_the_committed_one()
    {
        var path = Path.Combine(TestFiles.Root, "docs", "openapi.json");
        var served = (await service.Client.GetStringAsync(Address)).ReplaceLineEndings("\n").TrimEnd() + "\n";
        if (Environment.GetEnvironmentVariable(Update) is "1")
            await File.WriteAllTextAsync(path, served);

        var committed = File.Exists(path) ? await File.ReadAllTextAsync(path) : string.Empty;
        Assert.True(
            string.Equals(committed, served, StringComparison.Ordinal),
            "The service's OpenAPI document is not docs/openapi.json any more. Where the change of contract is wanted, run the "
            + $"tests once with {Update}=1 and commit the file. " + FirstDifference(committed, served));
    }

    [Fact]
    public async Task The_document_is_valid_OpenAPI()
    {
        var (document, diagnostic) = OpenApiDocument.Parse(await service.Client.GetStringAsync(Address), OpenApiConstants.Json);

        Assert.Empty(diagnostic!.Errors);
        Assert.Empty(diagnostic.Warnings);
        Assert.Equal(
            [
                "/v1/capabilities", "/v1/collections", "/v1/collections/verify", "/v1/deidentify", "/v1/detect", "/v1/evaluate",
                "/v1/jobs", "/v1/jobs/{id}", "/v1/jobs/{id}/cancel", "/v1/jobs/{id}/events", "/v1/jobs/{id}/report",
                "/v1/jobs/{id}/result", "/v1/landmarks", "/v1/merge", "/v1/restore", "/v1/seal", "/v1/seal/rewrap",
                "/v1/videos", "/v1/videos/verify", "/v1/videos/{id}", "/v1/videos/{id}/cancel",
                "/v1/videos/{id}/contact-sheet", "/v1/videos/{id}/events", "/v1/videos/{id}/mask",
                "/v1/videos/{id}/render", "/v1/videos/{id}/report", "/v1/videos/{id}/result", "/v1/videos/{id}/tracks",
            ],
            document!.Paths.Keys.Order(StringComparer.Ordinal), StringComparer.Ordinal);
    }

    [Theory]
    [InlineData("detect")]
    [InlineData("landmarks")]
    [InlineData("merge")]
    [InlineData("deidentify")]
    [InlineData("seal")]
    [InlineData("restore")]
    [InlineData("rewrapSeal")]
    [InlineData("collections")]
    [InlineData("evaluate")]
    [InlineData("createVideo")]
    public async Task Every_field_of_a_form_says_what_it_means_its_range_its_default_and_an_example(string call)
    {
        var document = await DocumentAsync();
        var form = Resolve(document, Operation(document, call)["requestBody"]!["content"]!["multipart/form-data"]!["schema"]!);
        var required = (form["required"]?.AsArray() ?? []).Select(name => (string)name!).ToArray();
        var fields = form["properties"]!.AsObject();
        Assert.True(fields.Count >= 8, $"{call} has only {fields.Count} fields.");

        foreach (var (name, schema) in fields)
        {
            var description = (string?)schema!["description"];
            Assert.True(description?.Length > 20, $"'{name}' of {call} does not say what it means.");
            if ((string?)schema["format"] is "binary")
            {
                var isAlternative = description!.StartsWith("Instead of ", StringComparison.Ordinal);
                Assert.True(
                    isAlternative || required.Contains(name, StringComparer.Ordinal),
                    $"The picture '{name}' of {call} is not required.");
                continue;
            }

            if ((string?)schema["type"] is "array")
            {
                var items = schema["items"]!;
                Assert.DoesNotContain(name, required, StringComparer.Ordinal);
                Assert.True(
                    ((string?)items["format"] is "binary" || items["enum"] is not null) && schema["maxItems"] is not null,
                    $"'{name}' of {call} is no bounded list of pictures or choices.");
                continue;
            }

            Assert.True(
                schema["default"] is not null || description!.Contains("default", StringComparison.Ordinal)
                || schema["enum"] is not null,
                $"'{name}' of {call} does not say what holds when it is left out.");
            // Swagger UI sends every example: it must be what holds anyway.
            Assert.True(schema["example"] is not null || schema["default"] is null, $"'{name}' of {call} has no example.");
            Assert.True(
                schema["default"] is null || JsonNode.DeepEquals(schema["default"], schema["example"]),
                $"The example of '{name}' of {call} is not its default.");
            if ((string?)schema["type"] is "boolean")
                continue;
            if ((string?)schema["type"] is "integer" or "number")
            {
                Assert.True(schema["minimum"] is not null && schema["maximum"] is not null, $"'{name}' of {call} has no range.");
            }
            else
            {
                Assert.True(
                    (schema["enum"] ?? schema["pattern"] ?? schema["maxLength"]) is not null,
                    $"'{name}' of {call} does not say what it may be.");
            }
        }
    }

    [Theory]
    [InlineData("detect", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("landmarks", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("deidentify", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("seal", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("restore", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("rewrapSeal", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("merge", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("collections", "200 202 400 401 403 406 408 409 413 415 422 429 500 503 504")]
    [InlineData("evaluate", "200 202 400 401 403 406 408 409 413 415 422 429 500 503 504")]
    [InlineData("verifyCollection", "200 400 401 403 406 408 413 415 422 429 500 503 504")]
    [InlineData("capabilities", "200 400 401 429 500 503")]
    [InlineData("createVideo", "200 202 400 401 403 406 408 409 413 415 422 429 500 503 504")]
    [InlineData("listVideos", "200 400 401 404 429 500 503")]
    [InlineData("getVideo", "200 400 401 404 410 429 500 503")]
    [InlineData("watchVideo", "200 400 401 404 406 410 429 500 503")]
    [InlineData("cancelVideo", "202 400 401 403 404 409 410 429 500 503")]
    [InlineData("deleteVideo", "204 400 401 403 404 429 500 503")]
    [InlineData("getVideoResult", "200 206 400 401 404 409 410 429 500 503")]
    [InlineData("getVideoReport", "200 400 401 404 409 410 429 500 503")]
    [InlineData("getVideoTracks", "200 400 401 404 409 410 429 500 503")]
    [InlineData("putVideoTracks", "202 400 401 403 404 408 409 410 412 413 415 422 429 500 503")]
    [InlineData("renderVideo", "202 400 401 403 404 408 409 410 412 413 415 422 429 500 503")]
    [InlineData("getVideoContactSheet", "200 400 401 403 404 409 410 429 500 503")]
    [InlineData("getVideoMask", "200 206 400 401 404 409 410 429 500 503")]
    [InlineData("listJobs", "200 400 401 404 429 500 503")]
    [InlineData("getJob", "200 400 401 404 410 429 500 503")]
    [InlineData("watchJob", "200 400 401 404 406 410 429 500 503")]
    [InlineData("cancelJob", "202 400 401 403 404 409 410 429 500 503")]
    [InlineData("deleteJob", "204 400 401 403 404 429 500 503")]
    [InlineData("getJobResult", "200 206 400 401 404 409 410 429 500 503")]
    [InlineData("getJobReport", "200 400 401 404 409 410 429 500 503")]
    public async Task Every_call_lists_its_statuses_with_the_causes_behind_them(string call, string statuses)
    {
        var document = await DocumentAsync();
        var operation = Operation(document, call);
        Assert.True(((string?)operation["summary"])?.Length > 10, $"{call} has no summary.");
        Assert.True(((string?)operation["description"])?.Length > 10, $"{call} has no description.");
        var answers = operation["responses"]!.AsObject();

        Assert.Equal(
            statuses.Split(' '), answers.Select(answer => answer.Key).Order(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (status, answer) in answers.Where(answer => answer.Key is [not '2', ..]))
        {
            var schema = Resolve(document, answer!["content"]!["application/problem+json"]!["schema"]!);
            Assert.True(schema["properties"]!["detail"] is not null, $"{status} of {call} is no problem document.");
            Assert.Matches("^`[a-z_]+`: ", (string)answer["description"]!);
        }
    }

    [Theory]
    [InlineData("detect", "application/json")]
    [InlineData("landmarks", "application/json image/png image/jpeg image/webp")]
    [InlineData("merge", "application/json image/png image/jpeg image/webp")]
    [InlineData("deidentify", "application/json image/png image/jpeg image/webp multipart/mixed")]
    [InlineData("seal", "image/png image/jpeg image/webp multipart/mixed")]
    [InlineData("restore", "image/png image/jpeg image/webp")]
    [InlineData("rewrapSeal", "image/png image/jpeg image/webp application/octet-stream")]
    [InlineData("collections", "application/zip")]
    [InlineData("evaluate", "application/json text/html image/png application/zip application/x-ndjson text/event-stream")]
    [InlineData("verifyCollection", "application/json")]
    [InlineData("capabilities", "application/json")]
    public async Task Pictures_are_binary_and_everything_else_has_a_described_schema(string call, string mediaTypes)
    {
        var document = await DocumentAsync();
        var content = Operation(document, call)["responses"]!["200"]!["content"]!.AsObject();

        Assert.Equal(mediaTypes.Split(' '), content.Select(type => type.Key), StringComparer.Ordinal);
        foreach (var (mediaType, type) in content)
        {
            var schema = Resolve(document, type!["schema"]!);
            if (mediaType is "application/x-ndjson" or "text/event-stream" or "text/html")
                Assert.Equal("string", $"{schema["type"]}{schema["format"]}");
            else if (mediaType is not "application/json")
                Assert.Equal("string binary", $"{schema["type"]} {schema["format"]}");
            else
                Assert.All(schema["properties"]!.AsObject(), AssertDescribed);
        }

        void AssertDescribed(KeyValuePair<string, JsonNode?> property) => Assert.False(
            string.IsNullOrEmpty((string?)Resolve(document, property.Value!)["description"]),
            $"{property.Key} is not described.");
    }

    private async Task<JsonNode> DocumentAsync() => JsonNode.Parse(await service.Client.GetStringAsync(Address))!;

    private static JsonNode Operation(JsonNode document, string name) =>
        document["paths"]!.AsObject().SelectMany(path => path.Value!.AsObject()).Select(call => call.Value!)
            .Single(call => string.Equals((string?)call["operationId"], name, StringComparison.Ordinal));

    private static JsonNode Resolve(JsonNode document, JsonNode schema) =>
        (string?)schema["$ref"] is { } reference ? document["components"]!["schemas"]![reference.Split('/')[^1]]! : schema;

    private static string FirstDifference(string committed, string served)
    {
        var (old, current) = (committed.Split('\n'), served.Split('\n'));
        var line = old.Zip(current).TakeWhile(pair => string.Equals(pair.First, pair.Second, StringComparison.Ordinal)).Count();
        return $"Line {line + 1}: '{old.ElementAtOrDefault(line)?.Trim()}' is now '{current.ElementAtOrDefault(line)?.Trim()}'.";
    }
}
