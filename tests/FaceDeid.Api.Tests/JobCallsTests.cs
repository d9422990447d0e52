using System.Net;
using System.Text.Json.Nodes;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Collections and evaluations that are answered at once, and made after it.</summary>
public sealed class JobCallsTests : IDisposable
{
    private readonly VideoFolder _folder = new();

    [Theory]
    [InlineData(true, true)]
    [InlineData(false, false)]
    public async Task A_collection_that_is_made_as_a_job_is_the_one_that_is_made_at_once(bool isArchive, bool isPreferred)
    {
        await using var service = _folder.Start();
        var pictures = Collection.Pictures(3, 2);
        FormPart[] options = [("k", "2"), ("subjectPattern", "{subject}/*"), ("output", "chips,photos")];
        FormPart[] parts =
            [.. options, .. isArchive ? [("archive", Collection.Zip(pictures), "a.zip")] : Collection.Parts(pictures)];

        using var created = isPreferred
            ? await service.SendJobAsync(Jobs.Collections, parts)
            : await service.PostAsync(Jobs.Collections, [("async", "true"), .. parts]);
        Assert.Equal(HttpStatusCode.Accepted, created.StatusCode);
        var job = await created.JsonAsync();
        var id = (string)job["id"]!;
        Assert.Equal(("collection", "queued"), ((string)job["kind"]!, (string)job["state"]!));
        Assert.Equal($"/v1/jobs/{id}", created.Headers.Location!.ToString());
        Assert.Equal(
            isPreferred ? "respond-async" : "",
            string.Concat(
                created.Headers.Where(header => header.Key is "Preference-Applied").SelectMany(header => header.Value)));
        Assert.Empty(_folder.FilesWith("John_Simm")); // the names of files are sealed too
        var done = await service.JobUntilAsync(id, "done");

        using var result = await service.Client.GetAsync(new Uri((string)done["links"]!["result"]!, UriKind.Relative));
        Assert.Equal("application/zip", result.Content.Headers.ContentType!.ToString());
        Assert.Equal($"{id}.zip", result.Content.Headers.ContentDisposition!.FileName);
        var archive = await result.BytesAsync();
        Assert.Equal(Collection.Groups(await service.CollectAsync(parts)), Collection.Groups(archive));
        Assert.Equal(13, Collection.Unzip(archive).Count);
        var report = await service.Client.GetByteArrayAsync(new Uri((string)done["links"]!["report"]!, UriKind.Relative));
        Assert.Equal(Collection.Unzip(archive)["certificate.json"], report);
        Assert.Null(done["links"]!["tracks"]);
        Assert.Null(done["progress"]!["faces"]);
        Assert.Equal((int)done["progress"]!["total"]!, (int)done["progress"]!["done"]!);
        Assert.DoesNotContain(_folder.Objects(), path => path.EndsWith("/source", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_part_of_the_archive_is_given_and_the_last_event_says_where_all_of_it_is()
    {
        await using var service = _folder.Start();
        var id = await service.CreateJobAsync(Jobs.Collections, Small());
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"{Jobs.Path}/{id}/events", UriKind.Relative));
        request.Headers.Add("Accept", "application/x-ndjson");
        using var events = await service.Client.SendAsync(request);
        var lines = (await events.Content.ReadAsStringAsync()).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var last = JsonNode.Parse(lines[^1])!;

        Assert.Equal("done", (string)last["job"]!["state"]!);
        var address = new Uri((string)last["job"]!["links"]!["result"]!, UriKind.Relative);
        var whole = await service.Client.GetByteArrayAsync(address);
        using var part = new HttpRequestMessage(HttpMethod.Get, address);
        part.Headers.Add("Range", "bytes=10-19");
        using var answer = await service.Client.SendAsync(part);
        Assert.Equal(HttpStatusCode.PartialContent, answer.StatusCode);
        Assert.Equal(whole[10..20], await answer.BytesAsync());
        Assert.Equal("200", await service.OutcomeAsync(HttpMethod.Head, address.ToString()));
    }

    [Fact]
    public async Task What_is_wrong_with_pictures_stands_in_the_job_by_picture()
    {
        await using var service = _folder.Start();
        var id = await service.CreateJobAsync(
            Jobs.Collections,
            [.. Small(), ("images", Pictures.Faceless, "a"), ("images", Pictures.Truncated, "b")]);

        var failed = await service.JobUntilAsync(id, "failed");

        Assert.Equal("bad_pictures", (string)failed["error"]!["code"]!);
        Assert.Equal(["2", "3"], failed["error"]!["errors"]!.AsObject().Select(error => error.Key), StringComparer.Ordinal);
        Assert.Equal("409 not_ready", await service.OutcomeAsync(HttpMethod.Get, $"{Jobs.Path}/{id}/result"));
        Assert.DoesNotContain(_folder.Objects(), path => path.EndsWith("/source", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_can_be_seen_at_once_is_refused_at_once_and_leaves_nothing()
    {
        await using var service = _folder.Start();
        var pictures = Collection.Parts(Collection.Pictures(2, 1), ("k", "2"));

        Assert.Equal("422 corrupt_archive", await service.RefusedAsync(
            Jobs.Collections, ("async", "true"), ("archive", Pictures.Face, "a.zip")));
        Assert.Equal("422 corrupt_archive", await service.RefusedAsync(
            Jobs.Evaluations, ("async", "true"), ("dataset", Pictures.Face, "a.zip")));
        Assert.StartsWith("400 invalid_option subjects:", await service.RefusedAsync(
            Jobs.Collections, [("async", "true"), ("subjects", "nothing"), .. pictures]), StringComparison.Ordinal);
        Assert.StartsWith("400 invalid_option async: came too late.", await service.RefusedAsync(
            Jobs.Collections, [.. pictures, ("async", "true")]), StringComparison.Ordinal);
        Assert.StartsWith("400 invalid_option retention: belongs to jobs", await service.RefusedAsync(
            Jobs.Collections, [.. pictures, ("retention", "9")]), StringComparison.Ordinal);
        Assert.StartsWith("400 invalid_option retention: must be at most", await service.RefusedAsync(
            Jobs.Collections, [("async", "true"), .. pictures, ("retention", "90000")]), StringComparison.Ordinal);
        Assert.StartsWith("400 invalid_option format: is that of the result", await service.RefusedAsync(
            Jobs.Evaluations, ("async", "true"), EvaluationSet.Part(EvaluationSet.Files()), ("format", "sse")),
            StringComparison.Ordinal);
        Assert.StartsWith("400 invalid_option pictures:", await service.RefusedAsync(
            Jobs.Evaluations, ("async", "true"), EvaluationSet.Part(EvaluationSet.Files()), ("pictures", "true")),
            StringComparison.Ordinal);
        Assert.Empty(_folder.Objects());
        Assert.Empty((await service.JobsAsync())["jobs"]!.AsArray());
    }

    [Fact]
    public async Task Without_a_folder_there_are_no_jobs_and_the_rest_is_as_it_was()
    {
        await using var service = ServiceFixture.With();

        Assert.Equal("503 jobs_off", await AccessKeys.OutcomeAsync(service.SendJobAsync(Jobs.Collections, Small())));
        Assert.Equal("503 jobs_off", await service.OutcomeAsync(HttpMethod.Get, Jobs.Path));
        Assert.Equal(3, Collection.Unzip(await service.CollectAsync(Small())).Count);
    }

    [Fact]
    public async Task An_evaluation_comes_in_the_form_that_was_asked_for_with_its_report()
    {
        await using var service = _folder.Start();
        var id = await service.CreateJobAsync(
            Jobs.Evaluations, ("format", "html"), EvaluationSet.Part(EvaluationSet.Files()));

        var done = await service.JobUntilAsync(id, "done");

        Assert.Equal("evaluation", (string)done["kind"]!);
        using var page = await service.Client.GetAsync(new Uri((string)done["links"]!["result"]!, UriKind.Relative));
        Assert.Equal("text/html", page.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment", page.Content.Headers.ContentDisposition!.DispositionType); // no page of this origin
        Assert.Contains("<html", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        var report = await service.Client.GetStringAsync(new Uri((string)done["links"]!["report"]!, UriKind.Relative));
        Assert.Equal("not enough data", (string)JsonNode.Parse(report)!["verdict"]!);
        EvaluationSet.AssertUnmarked(report);
        Assert.Empty(_folder.FilesWith(EvaluationSet.Marker));
    }

    [Fact]
    public async Task What_is_wrong_with_a_dataset_stands_in_the_job_by_row()
    {
        await using var service = _folder.Start();
        var files = EvaluationSet.Files()
            .Where(file => !file.Name.Contains($"deidentified/{EvaluationSet.Marker}0", StringComparison.Ordinal));

        var failed = await service.JobUntilAsync(
            await service.CreateJobAsync(Jobs.Evaluations, EvaluationSet.Part(files)), "failed");

        Assert.Equal("bad_dataset", (string)failed["error"]!["code"]!);
        Assert.NotEmpty(failed["error"]!["errors"]!.AsObject());
        EvaluationSet.AssertUnmarked(failed.ToJsonString());
    }

    [Fact]
    public async Task What_is_sent_again_with_its_key_is_the_same_job_and_something_else_is_refused()
    {
        await using var service = _folder.Start();

        using var first = await service.SendJobAsync(Jobs.Collections, "one", Small());
        using var again = await service.SendJobAsync(Jobs.Collections, "one", Small());
        Assert.Equal((HttpStatusCode.Accepted, HttpStatusCode.OK), (first.StatusCode, again.StatusCode));
        Assert.Equal((string)(await first.JsonAsync())["id"]!, (string)(await again.JsonAsync())["id"]!);
        Assert.Equal("409 idempotency_conflict", await AccessKeys.OutcomeAsync(
            service.SendJobAsync(Jobs.Collections, "one", [.. Small(), ("multipleFaces", "all")])));
        Assert.Single((await service.JobsAsync())["jobs"]!.AsArray());
    }

    [Fact]
    public async Task A_job_is_there_for_who_sent_it_and_is_no_recording()
    {
        await using var service = _folder.Start(
            AccessKeys.Known("one", "key-one"), AccessKeys.Known("two", "key-two"), AccessKeys.Scope("two", "videos"));
        service.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "key-one");
        var id = await service.CreateJobAsync(Jobs.Collections, Small());
        await service.JobUntilAsync(id, "done");
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{VideoCalls.Path}/{id}"));

        service.Client.DefaultRequestHeaders.Remove(AccessKeys.Header);
        service.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "key-two");
        foreach (var what in new[] { "", "/result", "/report", "/events" })
            Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Get, $"{Jobs.Path}/{id}{what}"));
        Assert.Equal("404 not_found", await service.OutcomeAsync(HttpMethod.Delete, $"{Jobs.Path}/{id}"));
        Assert.Empty((await service.JobsAsync())["jobs"]!.AsArray());

        service.Client.DefaultRequestHeaders.Remove(AccessKeys.Header);
        service.Client.DefaultRequestHeaders.Add(AccessKeys.Header, "key-one");
        Assert.Equal("204", await service.OutcomeAsync(HttpMethod.Delete, $"{Jobs.Path}/{id}"));
        Assert.Empty(_folder.Objects());
    }

    public void Dispose() => _folder.Dispose();

    private static FormPart[] Small() => [("k", "2"), .. Collection.Parts(Collection.Pictures(2, 1))];
}
