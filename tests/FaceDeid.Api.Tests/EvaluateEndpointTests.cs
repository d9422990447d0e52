using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/evaluate</c> over real pictures of a handful of people.</summary>
public sealed class EvaluateEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Path = "/v1/evaluate";

    private static readonly FormPart Three = EvaluationSet.Part(EvaluationSet.Files());
    private static readonly FormPart Originals = EvaluationSet.Part(EvaluationSet.Files(isDeidentified: false));
    private static readonly FormPart Small = EvaluationSet.Part(EvaluationSet.Files(people: 2));

    [Fact]
    public async Task A_report_comes_back_without_names_or_paths()
    {
        using var answer = await service.PostAsync(Path, Three);

        Assert.Equal("application/json", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        var text = await TextAsync(answer);
        EvaluationSet.AssertUnmarked($"{answer}{text}");
        var report = JsonNode.Parse(text)!;
        AssertReport(report, people: 3);
        Assert.Equal("not enough data", (string)report["verdict"]!); // of so few people
        Assert.All(report["attacks"]!.AsArray().Where(attack => (string)attack!["recogniser"]! is "embedding"), attack =>
            Assert.Equal(0, (double)attack!["rank1"]!));
    }

    [Theory]
    [InlineData("application/json", null, "application/json")]
    [InlineData("text/html", null, "text/html; charset=utf-8")]
    [InlineData("text/html,application/xhtml+xml,*/*;q=0.8", null, "text/html; charset=utf-8")]
    [InlineData("image/*", null, "image/png")]
    [InlineData("application/zip", null, "application/zip")]
    [InlineData("*/*", null, "application/json")]
    [InlineData("application/zip", "html", "text/html; charset=utf-8")]
    [InlineData(null, "PNG", "image/png")]
    [InlineData("application/x-ndjson", "json", "application/json")]
    public async Task The_form_is_the_fields_else_what_is_accepted(string? accept, string? format, string contentType)
    {
        using var answer = await service.PostAsync(Path, accept, Small, ("format", format ?? string.Empty));

        Assert.Equal(contentType, answer.Content.Headers.ContentType?.ToString());
        EvaluationSet.AssertUnmarked($"{answer}{await TextAsync(answer)}");
        Assert.Equal(
            contentType.StartsWith("text/html", StringComparison.Ordinal)
                ? "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
                    + "frame-ancestors 'none'"
                : "default-src 'none'; frame-ancestors 'none'",
            string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal(contentType is "image/png", (await answer.BytesAsync()).AsSpan(1, 3).SequenceEqual("PNG"u8));
    }

    [Theory]
    [InlineData("image/jpeg", null, "406 not_acceptable")]
    [InlineData(null, "xml", "400 invalid_option")]
    public async Task Another_form_is_refused(string? accept, string? format, string refusal)
    {
        using var answer = await service.PostAsync(Path, accept, Small, ("format", format ?? string.Empty));
        Assert.Equal(refusal, $"{(int)answer.StatusCode} {(await answer.JsonAsync())["code"]}");
    }

    [Fact]
    public async Task An_archive_has_the_report_the_page_and_the_curves()
    {
        using var answer = await service.PostAsync(Path, Three, ("format", "zip"), ("pictures", "true"));
        Assert.Equal("attachment; filename=\"evaluation.zip\"", answer.Content.Headers.ContentDisposition!.ToString());

        var files = Collection.Unzip(await answer.BytesAsync());
        Assert.Equal(["report.json", "report.html", "plots.png"], files.Keys, StringComparer.Ordinal);
        AssertReport(JsonNode.Parse(files["report.json"])!, people: 3);
        Assert.StartsWith("<!doctype html", Encoding.UTF8.GetString(files["report.html"]), StringComparison.OrdinalIgnoreCase);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], files["plots.png"][..4]);
        Assert.All(files.Values, file => EvaluationSet.AssertUnmarked(Encoding.Latin1.GetString(file)));
    }

    [Fact]
    public async Task Options_may_come_before_or_after_the_dataset()
    {
        FormPart[] options = [("method", "pixelate"), ("strength", "0.3"), ("onBadImage", "skip")];

        var before = await ReportAsync([.. options, Originals]);
        var after = await ReportAsync([Originals, .. options]);
        AssertReport(before, people: null);
        Assert.Equal(before.ToJsonString(), after.ToJsonString());
    }

    [Theory]
    [InlineData("method", "mask")]
    [InlineData("algorithm", "k-same-m")]
    public async Task The_service_de_identifies_what_comes_as_originals_only(string field, string value)
    {
        FormPart[] parts = [Originals, (field, value), ("onBadImage", "skip")];
        AssertReport(await ReportAsync(field is "algorithm" ? [.. parts, ("k", "2")] : parts), people: null);
    }

    [Fact]
    public async Task Who_is_who_is_read_from_a_text_a_file_or_the_archive()
    {
        var originals = EvaluationSet.Files(people: 4)
            .Where(file => file.Name.StartsWith("originals/", StringComparison.Ordinal));
        var table = "subject,original,deidentified\n" + string.Join(
            '\n', originals.Select((file, i) => $"{EvaluationSet.Marker}{i / 2},{file.Name},{file.Name["originals/".Length..]}"));
        var files = EvaluationSet.Files(people: 4)
            .Where(file => !file.Name.StartsWith("gallery/", StringComparison.Ordinal)).ToList();

        var byText = await ReportAsync(EvaluationSet.Part(files), ("subjects", table));
        var byFile = await ReportAsync(
            ("subjects", Encoding.UTF8.GetBytes("\uFEFF" + table), "who.csv"), EvaluationSet.Part(files));
        var inside = await ReportAsync(EvaluationSet.Part([.. files, ("subjects.csv", Encoding.UTF8.GetBytes(table))]));
        AssertReport(byText, people: 2);
        Assert.Equal(byText.ToJsonString(), byFile.ToJsonString());
        Assert.Equal(byText.ToJsonString(), inside.ToJsonString());
    }

    [Theory]
    [InlineData("application/x-ndjson", null)]
    [InlineData(null, "jsonl")]
    public async Task Lines_of_JSON_tell_how_far_it_is_and_end_with_the_report(string? accept, string? format)
    {
        using var answer = await service.PostAsync(Path, accept, Three, ("format", format ?? string.Empty));

        Assert.Equal("application/x-ndjson", answer.Content.Headers.ContentType!.ToString());
        var events = Lines(await TextAsync(answer));
        Assert.All(events[..^1], line => Assert.Equal("progress", (string)line["event"]!));
        Assert.Equal("examine gallery attack", string.Join(
            ' ', events[..^1].Select(line => (string)line["stage"]!).Distinct(StringComparer.Ordinal)));
        Assert.Equal("event report", string.Join(' ', events[^1].AsObject().Select(property => property.Key)));
        Assert.Equal("result", (string)events[^1]["event"]!);
        Assert.Equal((await ReportAsync(Three)).ToJsonString(), events[^1]["report"]!.ToJsonString());
    }

    [Fact]
    public async Task Server_sent_events_tell_the_same()
    {
        using var answer = await service.PostAsync(Path, Small, ("format", "sse"));

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.ToString());
        var events = (await TextAsync(answer)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Select(text => text.Split('\n')).ToList();
        Assert.All(events, lines =>
            Assert.Equal((2, $"event: {JsonNode.Parse(lines[1]["data: ".Length..])!["event"]}"), (lines.Length, lines[0])));
        AssertReport(JsonNode.Parse(events[^1][1]["data: ".Length..])!["report"]!, people: 2);
    }

    [Fact]
    public async Task A_picture_that_is_none_is_a_fault_of_its_row_or_left_out()
    {
        var parts = EvaluationSet.Part(
        [
            ("originals/0.jpg", "no picture"u8.ToArray()),
            ("deidentified/0.jpg", Pictures.Face),
            ("gallery/0.jpg", Pictures.Face),
            .. EvaluationSet.Files(),
        ]);

        Assert.StartsWith("422 bad_dataset originals/1: ", await service.RefusedAsync(Path, parts), StringComparison.Ordinal);
        using var lines = await service.PostAsync(Path, parts, ("format", "jsonl"));
        var last = Lines(await TextAsync(lines))[^1];
        Assert.Equal("problem bad_dataset 422", $"{last["event"]} {last["problem"]!["code"]} {last["problem"]!["status"]}");
        Assert.NotNull(last["problem"]!["errors"]!["originals/1"]);
        var report = await ReportAsync(parts, ("onBadImage", "skip"));
        Assert.Contains(
            report["skipped"]!.AsArray(), skipped => (string)skipped!["part"]! is "originals" && (int)skipped["row"]! == 1);
    }

    [Fact]
    public async Task An_evaluation_takes_the_place_of_a_collection_and_has_its_time_limit()
    {
        await using var busy = BusyService.Start(
            ("FaceDeid:Limits:CollectionTimeoutSeconds", "10"), ("FaceDeid:Limits:RequestTimeoutSeconds", "1"));
        var first = busy.Service.RefusedAsync(Path, Small);
        while (!string.Equals(
            await busy.Service.RefusedAsync("/v1/collections", ("k", "2")), "503 service_full", StringComparison.Ordinal))
        {
            await Task.Delay(20);
            if (!first.IsCompleted)
                continue;
            Assert.Equal("503 service_full", await first); // this very question had the place
            first = busy.Service.RefusedAsync(Path, Small);
        }

        Assert.False(first.IsCompleted);
        Assert.Equal("504 timeout", await first);
    }

    [Fact]
    public async Task Who_hangs_up_gives_the_place_back()
    {
        await using var busy = BusyService.Start();
        using var hangUp = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        using var form = Requests.Form(Small);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            using var none = await busy.Service.Client.PostAsync(new Uri(Path, UriKind.Relative), form, hangUp.Token);
        });

        busy.Release();
        using var patience = new CancellationTokenSource(Patience.Long);
        while (true)
        {
            using var answer = await busy.Service.PostAsync(Path, Small);
            if (answer.StatusCode == HttpStatusCode.OK)
                return;
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            await Task.Delay(50, patience.Token);
        }
    }

    private async Task<JsonNode> ReportAsync(params FormPart[] parts)
    {
        using var answer = await service.PostAsync(Path, parts);
        return JsonNode.Parse(await TextAsync(answer))!;
    }

    private static async Task<string> TextAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return text;
    }

    private static List<JsonNode> Lines(string text) =>
        [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)];

    private static void AssertReport(JsonNode report, int? people)
    {
        Assert.Equal("facedeid-evaluation-1", (string)report["schema"]!);
        Assert.Equal(people ?? (int)report["people"]!, (int)report["people"]!);
        Assert.NotEmpty(report["attacks"]!.AsArray());
        var utility = report["utility"]!.AsObject();
        Assert.NotEmpty(utility["detection"]!.AsArray());
        Assert.All(
            ["sexKept", "ageClassKept", "sharpness", "skinDifference", "rimStep", "gaze"],
            (string name) => Assert.True(utility.ContainsKey(name), name));
        // Sex and age are figures of the set: no row has them.
        Assert.All(report["leaks"]!.AsArray(), leak => Assert.Equal(
            "row recognised of ranks", string.Join(' ', leak!.AsObject().Select(field => field.Key))));
        var rest = report.DeepClone().AsObject();
        rest.Remove("utility");
        Assert.DoesNotContain("sex", rest.ToJsonString(), StringComparison.OrdinalIgnoreCase);
    }
}
