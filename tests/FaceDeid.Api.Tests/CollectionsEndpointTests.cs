using System.IO.Compression;
using System.Net;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>POST /v1/collections</c> over real pictures of five people.</summary>
public sealed class CollectionsEndpointTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Pattern = "{subject}/*";

    [Fact]
    public async Task A_collection_comes_back_as_an_archive_of_chips_with_a_certificate()
    {
        var pictures = Collection.Pictures(people: 5, each: 2);
        using var answer = await service.PostAsync(
            "/v1/collections", Collection.Parts(pictures, ("subjectPattern", Pattern), ("k", "2")));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/zip", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal("attachment; filename=\"collection.zip\"", answer.Content.Headers.ContentDisposition!.ToString());
        Assert.Equal("no-store", answer.Headers.CacheControl!.ToString());
        Assert.Equal("k-same-m", Assert.Single(answer.Headers.GetValues("X-FaceDeid-Method")));
        Assert.Equal("10", Assert.Single(answer.Headers.GetValues("X-FaceDeid-Faces")));
        var archive = await answer.BytesAsync();
        var certificate = Collection.Certificate(archive);
        Assert.Equal(5, (int)certificate["people"]!);
        Assert.Equal("given", (string)certificate["parameters"]!["subjects"]!);
        Assert.Equal("k-same-m", (string)certificate["parameters"]!["algorithm"]!);
        var members = certificate["groups"]!.AsArray().SelectMany(group => group!["members"]!.AsArray()).ToList();
        Assert.Equal(Enumerable.Range(0, 10), members.Select(member => (int)member!["index"]!).Order());
        Assert.Equal(
            [.. members.Select(member => (string)member!["chip"]!).Order(StringComparer.Ordinal), "certificate.json"],
            Collection.Unzip(archive).Keys.OrderBy(name => name is "certificate.json")
                .ThenBy(name => name, StringComparer.Ordinal),
            StringComparer.Ordinal);
    }

    [Fact]
    public async Task Entries_are_stored_with_a_fixed_time()
    {
        var archive = await service.CollectAsync(Collection.Parts(Collection.Pictures(2, 1), ("k", "2")));
        using var bytes = new MemoryStream(archive);
        using var zip = new ZipArchive(bytes);

        Assert.Equal(3, zip.Entries.Count);
        Assert.All(zip.Entries, entry => Assert.Equal(entry.Length, entry.CompressedLength));
        Assert.All(zip.Entries, entry => Assert.Equal(new DateTime(1980, 1, 1), entry.LastWriteTime.DateTime));
    }

    [Fact]
    public async Task Options_may_come_before_between_or_after_the_pictures()
    {
        FormPart[] options =
        [
            ("k", "2"), ("algorithm", "k-same-pixel"), ("output", "chips,photos"), ("multipleFaces", "largest"),
            ("subjectPattern", Pattern),
        ];
        var pictures = Collection.Parts(Collection.Pictures(3, 2));

        var after = await service.CollectAsync([.. pictures, .. options]);
        var before = await service.CollectAsync([.. options, .. pictures]);
        var between = await service.CollectAsync([.. options[..2], .. pictures[..3], .. options[2..], .. pictures[3..]]);

        Assert.Equal(Collection.Groups(before), Collection.Groups(after));
        Assert.Equal(Collection.Groups(before), Collection.Groups(between));
        Assert.Equal(13, Collection.Unzip(after).Count); // a chip and a photo each, and the certificate
    }

    [Fact]
    public async Task Every_face_counts_when_all_are_asked_for()
    {
        var archive = await service.CollectAsync(("multipleFaces", "all"), ("images", Pictures.Group, "group.jpg"), ("k", "2"));
        var late = await service.CollectAsync(("images", Pictures.Group, "group.jpg"), ("k", "2"), ("multipleFaces", "all"));
        var zipped = await service.CollectAsync(
            ("archive", Collection.Zip([("group.jpg", Pictures.Group)]), "group.zip"), ("k", "2"), ("multipleFaces", "all"));
        var largest = await service.RefusedAsync("/v1/collections", ("images", Pictures.Group, "group.jpg"), ("k", "2"));

        Assert.Equal(7, (int)Collection.Certificate(archive)["people"]!);
        Assert.Equal(7, (int)Collection.Certificate(zipped)["people"]!);
        Assert.Equal(7, (int)Collection.Certificate(late)["people"]!);
        Assert.Equal("422 too_few_people", largest);
    }

    [Fact]
    public async Task Chips_photos_or_both_are_asked_for_in_one_field_or_several()
    {
        var pictures = Collection.Pictures(2, 1);
        var photos = await service.CollectAsync(
            Collection.Parts(pictures, ("k", "2"), ("algorithm", "k-same-m"), ("output", "photos")));
        var both = await service.CollectAsync(
            Collection.Parts(pictures, ("k", "2"), ("algorithm", "k-same-m"), ("output", "Photos"), ("output", "chips")));

        Assert.Equal(3, Collection.Unzip(photos).Count);
        Assert.Equal(5, Collection.Unzip(both).Count);
        Assert.Null(Collection.Certificate(photos)["groups"]![0]!["members"]![0]!["chip"]);
    }

    [Fact]
    public async Task Photos_get_the_face_of_another_group_where_there_are_two()
    {
        var pictures = Collection.Pictures(4, 1);
        var chips = await service.CollectAsync(Collection.Parts(pictures, ("k", "2")));
        var photos = await service.CollectAsync(Collection.Parts(pictures, ("k", "2"), ("output", "photos")));
        var ofThree = await service.CollectAsync(Collection.Parts(Collection.Pictures(3, 1), ("k", "2"), ("output", "photos")));

        Assert.Equal("k-same-m", Algorithm(chips));
        Assert.Equal("k-same-furthest", Algorithm(photos));
        Assert.Equal("k-same-m", Algorithm(ofThree));

        static string Algorithm(byte[] archive) => (string)Collection.Certificate(archive)["parameters"]!["algorithm"]!;
    }

    [Theory]
    [InlineData("k-same-pixel")]
    [InlineData("k-same-eigen")]
    [InlineData("K-Same-M")]
    [InlineData("k-same-select")]
    [InlineData("k-same-furthest")]
    [InlineData("k-diff-furthest")]
    public async Task Every_algorithm_is_known_by_its_name(string algorithm)
    {
        using var answer = await service.PostAsync(
            "/v1/collections", Collection.Parts(Collection.Pictures(4, 1), ("algorithm", algorithm), ("k", "2")));

        Assert.True(answer.StatusCode == HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        Assert.Equal(algorithm, Assert.Single(answer.Headers.GetValues("X-FaceDeid-Method")), ignoreCase: true);
    }

    [Theory]
    [InlineData("77")]
    [InlineData("2")]
    [InlineData("kSameM")]
    [InlineData("k-same-m,k-same-pixel")]
    public async Task Anything_else_is_no_algorithm(string algorithm) => Assert.Equal(
        "400 invalid_option algorithm: must be one of k-same-pixel, k-same-eigen, k-same-m, k-same-select, k-same-furthest, "
        + "k-diff-furthest.",
        await service.RefusedAsync("/v1/collections", Collection.Parts(Collection.Pictures(2, 1), ("algorithm", algorithm))));

    [Fact]
    public async Task All_mistakes_are_listed_at_once() => Assert.Equal(
        "400 invalid_option components: must be between 1 and 128. k: must be between 2 and 100. output: must be one of chips, "
        + "photos, or several of them separated by commas.",
        await service.RefusedAsync("/v1/collections", Collection.Parts(
            Collection.Pictures(2, 1), ("k", "1"), ("components", "129"), ("output", "chips,faces"))));

    [Fact]
    public async Task An_archive_gives_what_its_pictures_give_one_by_one()
    {
        var pictures = Collection.Pictures(3, 2);
        FormPart[] options = [("k", "2"), ("subjectPattern", Pattern), ("output", "chips"), ("output", "photos")];
        var oneByOne = await service.CollectAsync(Collection.Parts(pictures, options));
        (string, byte[])[] others =
            [("Johns/", []), ("__MACOSX/._x.jpg", [1]), (".DS_Store", [1]), ("John_Simm/.hidden.jpg", [1])];
        var archived = await service.CollectAsync([("archive", Collection.Zip([.. others, .. pictures]), "a.zip"), .. options]);

        Assert.Equal(Collection.Groups(oneByOne), Collection.Groups(archived));
    }

    [Fact]
    public async Task Who_is_who_is_read_from_a_text_or_a_file()
    {
        var pictures = Collection.Pictures(3, 2);
        var csv = "\uFEFFsubject,file\r\n"
            + string.Join("\r\n", pictures.Select(picture => $"{picture.Name.Split('/')[0]},{picture.Name}"));
        var byFile = await service.CollectAsync(
            Collection.Parts(pictures, ("k", "2"), ("subjects", System.Text.Encoding.UTF8.GetBytes(csv), "who.csv")));
        var byText = await service.CollectAsync(
            Collection.Parts(pictures, ("k", "2"), ("subjects", """["a","a","b","b","c","c"]""")));
        var unknown = await service.CollectAsync(Collection.Parts(pictures, ("k", "2")));

        Assert.Equal(Collection.Groups(byFile), Collection.Groups(byText));
        Assert.Equal(3, (int)Collection.Certificate(byText)["people"]!);
        Assert.Equal(6, (int)Collection.Certificate(unknown)["people"]!);
        Assert.Equal("422 too_few_people", await service.RefusedAsync(
            "/v1/collections", Collection.Parts(pictures, ("k", "4"), ("subjects", """["a","a","b","b","c","c"]"""))));
    }

    [Fact]
    public async Task Bad_pictures_are_listed_by_index_or_left_out()
    {
        FormPart[] parts =
        [
            .. Collection.Parts(Collection.Pictures(2, 1)), ("images", Pictures.Faceless, "a"),
            ("images", Pictures.Truncated, "b"), ("images", Array.Empty<byte>(), "c"), ("k", "2"),
        ];
        var refusal = await service.RefusedAsync("/v1/collections", parts);
        var left = Collection.Certificate(await service.CollectAsync([.. parts, ("onBadImage", "skip")]));

        Assert.Matches("^422 bad_pictures 2: .* 3: .* 4: .*$", refusal);
        Assert.Equal(
            "2 no_face, 3 corrupt_image, 4 unsupported_format",
            string.Join(", ", left["skipped"]!.AsArray().Select(s => $"{s!["index"]} {s["reason"]}")));
    }

    [Theory]
    [InlineData("jsonl")]
    [InlineData("sse")]
    public async Task Events_are_those_of_a_job_and_who_asks_for_them_elsewhere_is_told_so(string format)
    {
        var refusal = await service.RefusedAsync(
            "/v1/collections", Collection.Parts(Collection.Pictures(2, 1), ("k", "2"), ("format", format)));

        Assert.StartsWith("400 invalid_option format: must be one of zip.", refusal, StringComparison.Ordinal);
        Assert.Contains("Prefer: respond-async", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_can_be_seen_before_the_work_is_a_problem_document_in_every_form()
    {
        Assert.Equal("400 invalid_option k: must be a whole number.", await service.RefusedAsync(
            "/v1/collections", Collection.Parts(Collection.Pictures(2, 1), ("k", "x"), ("format", "zip"))));
        using var answer = await service.PostAsync(
            "/v1/collections", "text/event-stream", Collection.Parts(Collection.Pictures(2, 1), ("k", "2")));
        Assert.Equal("not_acceptable", (string)(await answer.JsonAsync())["code"]!);
        Assert.Contains(
            "This answer comes as application/zip. Change the Accept header, or the field 'format'. How far the work is is told",
            (string)(await answer.JsonAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_one_collection_is_worked_on_others_and_checks_are_refused_at_once()
    {
        await using var busy = BusyService.Start();
        var first = UntilTakenAsync(busy.Service);
        await UntilRefusedAsync(busy.Service);

        using var check = await busy.Service.PostAsync("/v1/collections/verify", ("archive", Collection.Zip([]), "a.zip"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, check.StatusCode);
        Assert.Equal("service_full", (string)(await check.JsonAsync())["code"]!);
        Assert.Equal(TimeSpan.FromSeconds(10), check.Headers.RetryAfter!.Delta);

        busy.Release();
        Assert.Equal(3, Collection.Unzip(await first).Count);
        Assert.Equal(
            3, Collection.Unzip(await busy.Service.CollectAsync(Collection.Parts(Collection.Pictures(2, 1), ("k", "2")))).Count);
    }

    [Fact]
    public async Task A_collection_has_a_time_limit_of_its_own()
    {
        await using var busy = BusyService.Start(
            ("FaceDeid:Limits:CollectionTimeoutSeconds", "8"), ("FaceDeid:Limits:RequestTimeoutSeconds", "1"));
        var parts = Collection.Parts(Collection.Pictures(2, 1), ("k", "2"));
        var started = System.Diagnostics.Stopwatch.StartNew();

        Assert.Equal("504 timeout", await busy.Service.RefusedAsync("/v1/collections", parts));
        Assert.InRange(started.Elapsed.TotalSeconds, 7.5, double.PositiveInfinity);
    }

    // What asks whether the place is taken takes it for a moment.
    private static async Task<byte[]> UntilTakenAsync(ServiceFixture service)
    {
        while (true)
        {
            using var answer = await service.PostAsync(
                "/v1/collections", Collection.Parts(Collection.Pictures(2, 1), ("k", "2")));
            if (answer.StatusCode != HttpStatusCode.ServiceUnavailable)
                return await answer.BytesAsync();
        }
    }

    private static async Task UntilRefusedAsync(ServiceFixture service)
    {
        await Patience.UntilAsync(async () => string.Equals(
            await service.RefusedAsync("/v1/collections", ("k", "2")), "503 service_full", StringComparison.Ordinal));
    }
}
