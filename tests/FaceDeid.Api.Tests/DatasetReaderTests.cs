using System.Text;
using FaceDeid.Api.Errors;
using FaceDeid.Evaluation.Datasets;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What becomes of a dataset's files without a table: folders, names, limits, and faults by folder and number.</summary>
public sealed class DatasetReaderTests
{
    [Theory]
    [InlineData("originals/a.jpg originals/b.jpg deidentified/b.png deidentified/a.png", "1 a a.jpg>a.png, 2 b b.jpg>b.png")]
    [InlineData(
        "originals/Ann/2.jpg originals/Ann/1.jpg originals/Bob/1.jpg deidentified/Ann/1.jpg deidentified/Ann/2.jpg "
        + "deidentified/Bob/1.jpg",
        "1 Ann Ann/1.jpg>Ann/1.jpg, 2 Ann Ann/2.jpg>Ann/2.jpg, 3 Bob Bob/1.jpg>Bob/1.jpg")]
    [InlineData(
        "Originals/a/x/1.jpg ORIGINALS/b.c.jpg deIdentified/b.c.jpg Deidentified/a/x/1.webp",
        "1 a a/x/1.jpg>a/x/1.webp, 2 b.c b.c.jpg>b.c.jpg")]
    [InlineData(
        "set 1/originals/a.jpg|set 1/originals/B.jpg|set 1/deidentified/a.jpg|set 1/deidentified/B.jpg",
        "1 B B.jpg>B.jpg, 2 a a.jpg>a.jpg")]
    [InlineData(
        @"x\originals\a.jpg x\originals\b.jpg x\deidentified\a.jpg x\deidentified\b.jpg", "1 a a.jpg>a.jpg, 2 b b.jpg>b.jpg")]
    [InlineData(
        "./originals/a.jpg ./originals/b.jpg ./deidentified/a.jpg ./deidentified/b.jpg", "1 a a.jpg>a.jpg, 2 b b.jpg>b.jpg")]
    [InlineData(
        "x/originals/a x/originals/b x/deidentified/a x/deidentified/b __MACOSX/x/originals/._a .DS_Store", "1 a a>a, 2 b b>b")]
    [InlineData(
        "originals/a originals/b deidentified/a deidentified/b originals/.c deidentified/.d/e readme.txt notes/f "
        + "certificate.json.sig deidentified/certificate.json.sig",
        "1 a a>a, 2 b b>b")]
    public async Task Pictures_belong_together_by_their_names_and_people_are_their_folders(string files, string rows) =>
        Assert.Equal(rows, Rows(await Dataset.ReadAsync(Dataset.Files(files))));

    [Fact]
    public async Task A_top_folder_beside_other_files_is_no_top_folder() =>
        Assert.Equal(
            "bad_dataset originals, deidentified",
            await Dataset.RefusedAsync(Dataset.Files("x/originals/a x/originals/b x/deidentified/a x/deidentified/b y.txt")));

    [Fact]
    public async Task Galleries_are_numbered_by_themselves_and_may_have_further_people()
    {
        var dataset = await Dataset.ReadAsync(Dataset.Files(
            "originals/a/1 originals/b deidentified/a/1 deidentified/b gallery/a/2 gallery/b.png gallery/c/9 gallery/a/1 "
            + "Gallery-DeIdentified/b.png gallery-deidentified/a.jpg"));

        Assert.Equal("1 a a/1, 2 a a/2, 3 b b.png, 4 c c/9", Gallery(dataset.Gallery));
        Assert.Equal("1 a a.jpg, 2 b b.png", Gallery(dataset.TreatedGallery));
        Assert.Null(dataset.Certificate);
    }

    [Theory]
    [InlineData("originals/Ann/1 originals/Bob/1 deidentified/Ann/1 deidentified/Bob/1 gallery/ANN/2")]
    [InlineData("originals/Jos\u00E9/1 originals/Bob/1 deidentified/Jos\u00E9/1 deidentified/Bob/1 gallery/Jose\u0301/2")]
    [InlineData("originals/Ann/1 originals/A\u200Bnn/1 deidentified/Ann/1 deidentified/A\u200Bnn/1")]
    public async Task Names_that_look_the_same_are_not_two_people(string files) =>
        Assert.StartsWith("bad_dataset ", await Dataset.RefusedAsync(Dataset.Files(files)), StringComparison.Ordinal);

    [Fact]
    public async Task What_the_service_de_identifies_needs_originals_only()
    {
        var dataset = await Dataset.ReadAsync(Dataset.Files("originals/a originals/b gallery/a"), madeBy: "method");

        Assert.Equal("1 a a>-, 2 b b>-", Rows(dataset));
        Assert.Equal("1 a a", Gallery(dataset.Gallery));
    }

    [Theory]
    [InlineData("method", "originals/a originals/b deidentified/a")]
    [InlineData("algorithm", "originals/a originals/b certificate.json")]
    [InlineData("algorithm", "originals/a originals/b deidentified/certificate.json")]
    public async Task What_is_de_identified_twice_is_a_contradiction(string madeBy, string files)
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => Dataset.ReadAsync(Dataset.Files(files), madeBy: madeBy));

        Assert.Equal(FaceDeidError.InvalidOption, refusal.Code);
        Assert.Equal(madeBy, Assert.Single(refusal.Options!).Key);
        Assert.Contains("Leave one of the two out.", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bytes_are_read_when_they_are_asked_for()
    {
        var reads = 0;
        DatasetFile[] files = [.. "originals/a originals/b deidentified/a deidentified/b".Split(' ')
            .Select(path => new DatasetFile(path, _ =>
            {
                reads++;
                return Task.FromResult(Encoding.UTF8.GetBytes(path));
            }))];

        var dataset = await Dataset.ReadAsync(files);
        Assert.Equal(0, reads);
        Assert.Equal(
            "deidentified/b", Encoding.UTF8.GetString(await dataset.Rows[1].Deidentified!.ReadAsync(CancellationToken.None)));
        Assert.Equal(1, reads);
    }

    [Theory]
    [InlineData("", "originals, deidentified")]
    [InlineData("originals/a originals/b", "deidentified")]
    [InlineData("deidentified/a", "originals")]
    [InlineData(
        "originals/a originals/b originals/c deidentified/a deidentified/d deidentified/A",
        "originals/2, originals/3, deidentified/1, deidentified/3")]
    [InlineData(
        "originals/a.jpg originals/a.png originals/b deidentified/a.jpg deidentified/b.jpg deidentified/b.png",
        "originals/2, deidentified/3")]
    [InlineData("originals/a Originals/a originals/b deidentified/a deidentified/b", "originals/2")]
    [InlineData(
        "originals/a originals/b deidentified/a deidentified/b gallery/a.jpg gallery/a.png gallery-deidentified/x.jpg "
        + "gallery-deidentified/x.png",
        "gallery/2, gallery-deidentified/2")]
    [InlineData("originals/a originals/b deidentified/a deidentified/b certificate.json", "certificate.json")]
    [InlineData(
        "originals/a originals/b deidentified/c deidentified/b deidentified/certificate.json",
        "certificate.json, originals/1, deidentified/2")]
    public async Task Every_fault_is_told_by_folder_and_number(string files, string faults) =>
        Assert.Equal($"bad_dataset {faults}", await Dataset.RefusedAsync(Dataset.Files(files)));

    [Fact]
    public async Task Names_that_could_not_be_told_apart_are_refused_where_the_service_de_identifies_too() => Assert.Equal(
        "bad_dataset originals/2",
        await Dataset.RefusedAsync(Dataset.Files("originals/a.jpg originals/a.png originals/b"), madeBy: "method"));

    [Fact]
    public async Task A_refusal_says_what_to_change_and_how_rows_are_counted()
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() =>
            Dataset.ReadAsync(Dataset.Files("originals/marker1 originals/b deidentified/b")));

        Assert.Equal(
            "has no de-identified picture: put a file of the same name into deidentified/.", refusal.Options!["originals/2"]);
        Assert.Equal(
            "The dataset has 1 fault(s): originals/2; 'errors' has the reason. Pictures of a folder are counted by path from 1, "
            + "and lines of subjects.csv from 1, its header.",
            refusal.Message);
    }

    [Fact]
    public async Task A_hundred_faults_are_listed_and_the_others_counted()
    {
        var files = string.Join(' ', Enumerable.Range(0, 130).Select(i => $"originals/{i:000}")) + " deidentified/x";
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => Dataset.ReadAsync(Dataset.Files(files)));

        Assert.Equal(Enumerable.Range(1, 100).Select(i => $"originals/{i}"), refusal.Options!.Keys, StringComparer.Ordinal);
        Assert.StartsWith(
            "The dataset has 131 fault(s): originals/1, originals/2, originals/3, originals/4, originals/5 and 126 more; "
            + "'errors' has the reason of the first 100.",
            refusal.Message, StringComparison.Ordinal);
    }

    internal static string Rows(EvaluationDataset dataset) => string.Join(", ", dataset.Rows.Select(row =>
        $"{row.Number} {row.Subject} {Inside(row.Original)}>{(row.Deidentified is null ? "-" : Inside(row.Deidentified))}"));

    internal static string Gallery(IEnumerable<GalleryPicture> pictures) =>
        string.Join(", ", pictures.Select(picture => $"{picture.Number} {picture.Subject} {Inside(picture.File)}"));

    private static string Inside(DatasetFile file)
    {
        var path = file.Path.Replace('\\', '/').Split('/').ToList();
        return string.Join('/', path.Skip(1 + path.FindIndex(segment =>
            segment.ToLowerInvariant() is "originals" or "deidentified" or "gallery" or "gallery-deidentified")));
    }
}

/// <summary>Datasets for the tests of their reader: files that hold nothing but their own path, unless they are given.</summary>
internal static class Dataset
{
    /// <summary>Files of these paths, separated by spaces, or by bars where paths have spaces.</summary>
    public static DatasetFile[] Files(string paths) =>
        [.. paths.Split(paths.Contains('|') ? '|' : ' ', StringSplitOptions.RemoveEmptyEntries).Select(path => File(path, path))];

    public static DatasetFile File(string path, string content) => File(path, Encoding.UTF8.GetBytes(content));

    public static DatasetFile File(string path, byte[] content) => new(path, _ => Task.FromResult(content));

    public static Task<EvaluationDataset> ReadAsync(
        IReadOnlyList<DatasetFile> files, string? table = null, string? madeBy = null) =>
        DatasetReader.ReadAsync(files, table, madeBy, CancellationToken.None);

    /// <summary>Code and places of the faults, whose texts must quote no name that begins with <c>marker</c>.</summary>
    public static async Task<string> RefusedAsync(IReadOnlyList<DatasetFile> files, string? table = null, string? madeBy = null)
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => ReadAsync(files, table, madeBy));
        Assert.DoesNotContain(
            "marker", refusal.Message + string.Concat(refusal.Options!.Values), StringComparison.OrdinalIgnoreCase);
        Assert.All(refusal.Options.Values, reason => Assert.Matches("^[a-z].{15,}[.]$", reason));
        return $"{ProblemMiddleware.KindOf(refusal.Code).Code} {string.Join(", ", refusal.Options.Keys)}";
    }
}
