using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// What <c>POST /v1/evaluate</c> refuses, before anything is measured, and that nothing of the upload is quoted.
/// </summary>
public sealed class EvaluateRefusalTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Path = "/v1/evaluate";
    private const string Marker = EvaluationSet.Marker;

    private static readonly FormPart Whole = EvaluationSet.Part(EvaluationSet.Files(people: 2));
    private static readonly FormPart Originals = EvaluationSet.Part(EvaluationSet.Files(people: 2, isDeidentified: false));
    private static readonly FormPart Method = ("method", "blur");
    private static readonly FormPart Algorithm = ("algorithm", "k-same-m");

    private static readonly Dictionary<string, (FormPart[] Parts, string Answer)> Refused = new(StringComparer.Ordinal)
    {
        ["nothing"] = ([("format", "json")], "400 missing_part"),
        ["a dataset as text"] = ([("dataset", Marker)], "400 missing_part"),
        ["two datasets"] = ([Whole, Whole], "400 duplicate_part"),
        ["an unknown field"] = ([Whole, (Marker, Marker)], "400 unknown_field"),
        ["an unknown file"] = ([(Marker, Pictures.Face, Marker)], "400 unknown_field"),
        ["an option as a file"] =
            ([Originals, ("method", "blur"u8.ToArray(), Marker)], "400 invalid_option method: must be a text field, not a file."),
        ["a table twice"] = ([("subjects", "a"), ("subjects", "a"u8.ToArray(), Marker), Whole], "400 duplicate_part"),
        ["a table that is not UTF-8"] = ([Whole, ("subjects", [0xFF, 0xFE, 0xFD], Marker)], "400 malformed_form"),
        ["a long option"] = ([Whole, ("method", new string('a', 70_000))], "413 upload_too_large"),
        ["no such method"] = ([Originals, ("method", Marker)],
            "400 invalid_option method: must be one of replace, average, blur, pixelate, mask, eyebar, threshold, "
            + "merge, scramble."),
        ["method and algorithm"] = ([Originals, Method, Algorithm],
            "400 invalid_option algorithm: may not be sent together with 'method'. Leave one of the two out."),
        ["options of nothing"] = (
            [Whole, ("k", "5"), ("strength", "0.5"), ("allowWeak", "false")],
            "400 invalid_option allowWeak: belongs to 'method'. Leave it out, or send both. k: belongs to 'algorithm'. Leave it "
            + "out, or send both. strength: belongs to 'method'. Leave it out, or send both."),
        ["k of a method"] =
            ([Originals, Method, ("k", "5")], "400 invalid_option k: belongs to 'algorithm'. Leave it out, or send both."),
        ["strength of an algorithm"] = ([Originals, Algorithm, ("strength", "0.5")],
            "400 invalid_option strength: belongs to 'method'. Leave it out, or send both."),
        ["k out of range"] = ([Originals, Algorithm, ("k", "1"), ("strength", "2")],
            "400 invalid_option k: must be between 2 and 100. strength: must be between 0 and 1."),
        ["pictures in JSON"] = ([Whole, ("pictures", "true")],
            "400 invalid_option pictures: belongs to the forms html and zip only. Leave it out, or ask for one of them."),
        ["pictures in events"] = ([Whole, ("pictures", "true"), ("format", "sse")],
            "400 invalid_option pictures: belongs to the forms html and zip only. Leave it out, or ask for one of them."),
        ["a method for both"] = ([Whole, Method],
            "400 invalid_option method: may not be sent with a dataset that has de-identified pictures, or their certificate. "
            + "Leave one of the two out."),
        ["an algorithm for both"] = ([Algorithm, Whole],
            "400 invalid_option algorithm: may not be sent with a dataset that has de-identified pictures, or their certificate. "
            + "Leave one of the two out."),
        ["originals only"] = ([Originals],
            "422 bad_dataset deidentified: has no picture: put the de-identified pictures into a folder of this name, or ask for "
            + "a method or an algorithm."),
        ["a missing picture, in events"] = (
            [
                EvaluationSet.Part(EvaluationSet.Files()
                    .Where(file => !file.Name.StartsWith($"deidentified/{Marker}1", StringComparison.Ordinal))),
                ("format", "sse"),
            ],
            "422 bad_dataset originals/2: has no de-identified picture: put a file of the same name into deidentified/."),
        ["a wrong table"] = (
            [Whole, ("subjects", $"subject,file\n{Marker},{Marker}")],
            "422 bad_dataset subjects.csv/2: is about a file that is not there: name it by its path, and letters count as they "
            + "stand. originals/1: is in no line of the table: say who is in it, or take it out. originals/2: is in no line of "
            + "the table: say who is in it, or take it out. gallery/1: is in no line of the table: say who is in it, or take it "
            + "out. gallery/2: is in no line of the table: say who is in it, or take it out."),
        ["one person"] = ([EvaluationSet.Part(EvaluationSet.Files(people: 1))], "422 too_few_people"),
        ["no ZIP"] = ([("dataset", Pictures.Face, Marker)], "422 corrupt_archive"),
        ["an empty file"] = ([("dataset", Array.Empty<byte>(), Marker)], "422 corrupt_archive"),
        ["a ZIP cut off"] = ([("dataset", Whole.Content[..^30], Marker)], "422 corrupt_archive"),
    };

    public static TheoryData<string> Causes => [.. Refused.Keys];

    [Theory]
    [MemberData(nameof(Causes))]
    public async Task What_cannot_be_used_is_refused_and_never_quoted(string cause)
    {
        var (parts, refusal) = Refused[cause];

        Assert.Equal(refusal, await service.RefusedAsync(Path, parts));
        using var answer = await service.PostAsync(Path, parts);
        EvaluationSet.AssertUnmarked($"{answer}{await answer.Content.ReadAsStringAsync()}");
    }

    [Fact]
    public async Task A_weak_method_needs_leave()
    {
        Assert.StartsWith(
            "400 invalid_option method: ", await service.RefusedAsync(Path, Originals, ("method", "eyebar")),
            StringComparison.Ordinal);
        using var allowed = await service.PostAsync(Path, Originals, ("method", "eyebar"), ("allowWeak", "true"));
        Assert.True(allowed.IsSuccessStatusCode, await allowed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task An_archive_is_called_what_it_is()
    {
        using var answer = await service.PostAsync(Path, ("dataset", Pictures.Face, "a"));
        Assert.StartsWith("'dataset' cannot be used.", (string)(await answer.JsonAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Limits_hold_for_rows_entries_files_and_everything_unpacked()
    {
        await using var small = ServiceFixture.With(
            ("FaceDeid:Limits:MaxEvaluationRows", "2"), ("FaceDeid:Limits:MaxUploadMegabytes", "1"),
            ("FaceDeid:Limits:MaxCollectionMegabytes", "1"));
        var large = EvaluationSet.Part([.. EvaluationSet.Files(people: 2), ("subjects.csv", new byte[1_000_001])]);
        var many = EvaluationSet.Part(Enumerable.Range(0, 1049).Select(i => ($".{i}", Array.Empty<byte>())));

        Assert.Equal("422 too_many_pictures", await small.RefusedAsync(Path, EvaluationSet.Part(EvaluationSet.Files(people: 3))));
        Assert.Equal("422 too_many_pictures", await small.RefusedAsync(Path, many));
        Assert.Equal("413 upload_too_large", await small.RefusedAsync(Path, large));
    }
}
