using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.Evaluation.Datasets;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What a table or a certificate says of a dataset's files.</summary>
public sealed class DatasetTableTests
{
    private const string Plain = "originals/1.jpg originals/2.jpg deidentified/1.png deidentified/2.png";

    [Theory]
    [InlineData("subject,original,deidentified\nAnn,1.jpg,2.png\nBob,2.jpg,1.png\n", "2 Ann 1.jpg>2.png, 3 Bob 2.jpg>1.png")]
    [InlineData(
        "subject;original;deidentified\r\nAnn;2.jpg;1.png\r\n\r\nBob;1.jpg;2.png", "2 Ann 2.jpg>1.png, 4 Bob 1.jpg>2.png")]
    [InlineData(
        "Deidentified, ORIGINAL ,subject\ndeidentified/1.png,Originals/1.jpg,\" A, B \"\nDEIDENTIFIED/2.png,originals\\2.jpg,Bob",
        "2 A, B 1.jpg>1.png, 3 Bob 2.jpg>2.png")]
    [InlineData("subject,file\nAnn,2.jpg\nBob,1.jpg\n", "3 Bob 1.jpg>1.png, 2 Ann 2.jpg>2.png")]
    [InlineData("file,subject\noriginals/1.jpg,Ann\ndeidentified/1.png,Ann\n2.jpg,Bob\n", "2 Ann 1.jpg>1.png, 4 Bob 2.jpg>2.png")]
    public async Task A_table_says_who_is_who(string table, string rows)
    {
        Assert.Equal(rows, DatasetReaderTests.Rows(await Dataset.ReadAsync(Dataset.Files(Plain), table)));
        DatasetFile[] withTable = [.. Dataset.Files(Plain), Dataset.File("Subjects.csv", "\uFEFF" + table)];
        Assert.Equal(rows, DatasetReaderTests.Rows(await Dataset.ReadAsync(withTable)));
    }

    [Fact]
    public async Task The_field_wins_over_the_datasets_own_table()
    {
        DatasetFile[] files = [.. Dataset.Files(Plain), Dataset.File("subjects.csv", "no table")];

        Assert.Equal(
            "2 A 1.jpg>1.png, 3 B 2.jpg>2.png",
            DatasetReaderTests.Rows(await Dataset.ReadAsync(files, "subject,file\nA,1.jpg\nB,2.jpg")));
        Assert.Equal("bad_dataset subjects.csv/1", await Dataset.RefusedAsync(files));
    }

    [Fact]
    public async Task Whole_paths_may_begin_with_the_folder_around_everything() => Assert.Equal(
        "2 A a>a, 3 B b>b",
        DatasetReaderTests.Rows(await Dataset.ReadAsync(
            Dataset.Files("x/originals/a x/originals/b x/deidentified/a x/deidentified/b"),
            "subject,original,deidentified\nA,x/originals/a,x/deidentified/a\nB,originals/b,b")));

    [Fact]
    public async Task A_table_of_pairs_names_gallery_pictures_too()
    {
        var files = Dataset.Files(
            Plain + " gallery/7.jpg gallery/8.jpg gallery/9.jpg gallery-deidentified/8.png gallery-deidentified/Zoe/1.png");
        var dataset = await Dataset.ReadAsync(
            files,
            "subject,original,deidentified,gallery\nAnn,1.jpg,1.png,gallery/9.jpg\nBob,2.jpg,2.png,\nBob,,,8.jpg\n"
            + "Ann,,,9.jpg\nCid,,,7.jpg");

        Assert.Equal("2 Ann 1.jpg>1.png, 3 Bob 2.jpg>2.png", DatasetReaderTests.Rows(dataset));
        Assert.Equal("6 Cid 7.jpg, 4 Bob 8.jpg, 2 Ann 9.jpg", DatasetReaderTests.Gallery(dataset.Gallery));
        Assert.Equal("1 Bob 8.png, 2 Zoe Zoe/1.png", DatasetReaderTests.Gallery(dataset.TreatedGallery));
    }

    [Fact]
    public async Task A_table_of_files_holds_in_every_folder()
    {
        var files = Dataset.Files(
            Plain + " gallery/1.jpg gallery/x/3.jpg gallery-deidentified/x/3.png gallery-deidentified/4.png");
        var dataset = await Dataset.ReadAsync(
            files, "subject,file\nAnn,1.jpg\nBob,2.jpg\nCid,x/3.jpg\nDan,gallery-deidentified/4.png");

        Assert.Equal("2 Ann 1.jpg, 4 Cid x/3.jpg", DatasetReaderTests.Gallery(dataset.Gallery));
        Assert.Equal("5 Dan 4.png, 2 Cid x/3.png", DatasetReaderTests.Gallery(dataset.TreatedGallery));
    }

    [Theory]
    [InlineData("subject,original\nAnn,1.jpg\nBob,2.jpg", "2 Ann 1.jpg>-, 3 Bob 2.jpg>-")]
    [InlineData("subject,file\nAnn,1.jpg\nBob,2.jpg", "2 Ann 1.jpg>-, 3 Bob 2.jpg>-")]
    public async Task There_is_no_column_of_what_the_service_makes(string table, string rows)
    {
        var files = Dataset.Files("originals/1.jpg originals/2.jpg");
        Assert.Equal(rows, DatasetReaderTests.Rows(await Dataset.ReadAsync(files, table, madeBy: "algorithm")));
        Assert.Equal("bad_dataset subjects.csv/1", await Dataset.RefusedAsync(
            files, "subject,original,deidentified\nAnn,1.jpg,\nBob,2.jpg,", madeBy: "algorithm"));
    }

    [Fact]
    public async Task People_of_a_group_may_share_a_file() => Assert.Equal(
        "2 A a>g, 3 B b>g",
        DatasetReaderTests.Rows(await Dataset.ReadAsync(
            Dataset.Files("originals/a originals/b deidentified/g"), "subject,original,deidentified\nA,a,g\nB,b,g")));

    [Theory]
    [InlineData("", "subjects.csv/1")]
    [InlineData("marker", "subjects.csv/1")]
    [InlineData("subject,original\nmarker,1.jpg", "subjects.csv/1")]
    [InlineData("subject,original,deidentified,marker\n", "subjects.csv/1")]
    [InlineData("subject,file,gallery\nA,1.jpg,x", "subjects.csv/1")]
    [InlineData("subject,subject,file\nA,A,1.jpg", "subjects.csv/1")]
    [InlineData("original,deidentified\n1.jpg,1.png", "subjects.csv/1")]
    [InlineData("subject,original,deidentified\nA,1.jpg,1.png\nmarker,2.jpg", "subjects.csv/3")]
    [InlineData("subject,file\n,1.jpg\nA,2.jpg", "subjects.csv/2")]
    [InlineData("subject,file\nA,1.jpg\nB,\"marker", "subjects.csv/3")]
    [InlineData(
        "subject,original,deidentified\nA,1.jpg,marker.png\nB,marker.jpg,2.png\nC,,",
        "subjects.csv/2, subjects.csv/3, subjects.csv/4, originals/2, deidentified/1")]
    [InlineData("subject,original,deidentified\nA,1.jpg,1.png\nB,1.jpg,2.png\nmarker,2.jpg,1.png", "subjects.csv/3")]
    [InlineData("subject,original,deidentified\nA,1.JPG,1.png\nB,2.jpg,2.png", "subjects.csv/2, originals/1")]
    [InlineData("subject,original,deidentified,gallery\nA,1.jpg,1.png,marker\nB,2.jpg,2.png,", "subjects.csv/2")]
    [InlineData("subject,file\nA,1.jpg", "originals/2")]
    [InlineData("subject,file\nA,1.jpg\nB,2.jpg\nmarker,3.jpg\nmarker,2.jpg", "subjects.csv/4, subjects.csv/5")]
    [InlineData("subject,file\nA,1.jpg\nB,2.jpg\nmarker,2.png", "subjects.csv/4")]
    public async Task A_wrong_table_is_told_by_its_lines(string table, string faults) =>
        Assert.Equal($"bad_dataset {faults}", await Dataset.RefusedAsync(Dataset.Files(Plain), table));

    [Fact]
    public async Task Gallery_pictures_need_a_line_and_one_subject()
    {
        var files = Dataset.Files(Plain + " gallery/markerx gallery/y gallery-deidentified/z");
        Assert.Equal(
            "bad_dataset subjects.csv/3, gallery/1",
            await Dataset.RefusedAsync(files, "subject,original,deidentified,gallery\nA,1.jpg,1.png,y\nB,2.jpg,2.png,y"));
        Assert.Equal(
            "bad_dataset gallery/1, gallery/2, gallery-deidentified/1",
            await Dataset.RefusedAsync(files, "subject,file\nA,1.jpg\nB,2.jpg"));
    }

    [Fact]
    public async Task A_table_that_is_no_text_is_refused()
    {
        Assert.Equal(
            "bad_dataset subjects.csv",
            await Dataset.RefusedAsync([.. Dataset.Files(Plain), Dataset.File("subjects.csv", [0xFF, 0xFE, 0x41])]));
        Assert.Equal(
            "bad_dataset subjects.csv",
            await Dataset.RefusedAsync([.. Dataset.Files(Plain), Dataset.File("subjects.csv", new byte[4_000_001])]));
    }

    [Theory]
    [InlineData("deidentified/certificate.json")]
    [InlineData("certificate.json")]
    public async Task A_collection_is_paired_by_the_hashes_of_its_certificate(string place)
    {
        var certificate = Certificate(
            ("originals/Ann/b.jpg", "chips/1.png", null), ("originals/Bob/a.jpg", "chips/2.png", "photos/2.jpg"),
            ("originals/c", null, "photos/3.jpg"));
        DatasetFile[] files =
        [
            .. Dataset.Files(
                "originals/Ann/b.jpg originals/Bob/a.jpg originals/c deidentified/chips/1.png deidentified/chips/2.png "
                + "deidentified/photos/2.jpg deidentified/photos/3.jpg"),
            Dataset.File(place, certificate), Dataset.File(place + ".sig", "x"),
        ];

        var dataset = await Dataset.ReadAsync(files);
        Assert.Equal(
            "1 Ann Ann/b.jpg>chips/1.png, 2 Bob Bob/a.jpg>chips/2.png, 3 c c>photos/3.jpg", DatasetReaderTests.Rows(dataset));
        Assert.Equal(certificate, dataset.Certificate);
        Assert.StartsWith(
            "3 X Ann/b.jpg>chips/1.png, 2 Y ",
            DatasetReaderTests.Rows(await Dataset.ReadAsync(files, "subject,file\nY,Bob/a.jpg\nX,Ann/b.jpg\nZ,c")),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_certificate_does_not_name_is_a_fault()
    {
        var certificate = Certificate(
            ("originals/a", "1.png", null), ("originals/b", "2.png", null),
            ("markergone", "3.png", "3.jpg"), ("originals/d", "markerlost", null));
        DatasetFile[] files =
        [
            .. Dataset.Files(
                "originals/a originals/b originals/c originals/d deidentified/1.png deidentified/2.png deidentified/3.png "
                + "deidentified/3.jpg deidentified/4.png"),
            Dataset.File("certificate.json", certificate),
        ];

        Assert.Equal("bad_dataset originals/3, originals/4, deidentified/4, deidentified/5", await Dataset.RefusedAsync(files));
    }

    [Fact]
    public async Task Pictures_sent_twice_each_have_their_own_and_several_faces_of_one_are_refused()
    {
        var same = Encoding.UTF8.GetBytes("same");
        DatasetFile[] twice =
        [
            Dataset.File("originals/a", same),
            Dataset.File("originals/b", same),
            .. Dataset.Files("deidentified/1.png deidentified/2.png"),
        ];
        var own = Dataset.File("certificate.json", Certificate(("same", "1.png", null), ("same", "2.png", null)));
        var faces = Dataset.File("certificate.json", Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(
            Certificate(
                ("same", "1.png", null),
                ("same", "2.png", null))).Replace("\"index\":1", "\"index\":0", StringComparison.Ordinal)));

        Assert.Equal("1 a a>1.png, 2 b b>2.png", DatasetReaderTests.Rows(await Dataset.ReadAsync([.. twice, own])));
        Assert.Equal("bad_dataset originals/1, originals/2", await Dataset.RefusedAsync([.. twice, faces]));
    }

    [Fact]
    public async Task Without_hashes_or_with_a_table_of_pairs_names_count()
    {
        DatasetFile[] hashless =
            [.. Dataset.Files(Plain), Dataset.File("certificate.json", Certificate(("", "1.png", null), ("", "2.png", null)))];
        DatasetFile[] hashed = [.. Dataset.Files(Plain), Dataset.File("certificate.json", Certificate(("x", "1.png", null)))];

        var dataset = await Dataset.ReadAsync(hashless);
        Assert.Equal("1 1 1.jpg>1.png, 2 2 2.jpg>2.png", DatasetReaderTests.Rows(dataset));
        Assert.NotNull(dataset.Certificate);
        Assert.Equal(
            "2 A 1.jpg>2.png, 3 B 2.jpg>1.png",
            DatasetReaderTests.Rows(
                await Dataset.ReadAsync(hashed, "subject,original,deidentified\nA,1.jpg,2.png\nB,2.jpg,1.png")));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("marker")]
    [InlineData("null")]
    public async Task A_certificate_that_is_none_is_a_fault(string certificate) => Assert.Equal(
        "bad_dataset certificate.json",
        await Dataset.RefusedAsync([.. Dataset.Files(Plain), Dataset.File("certificate.json", certificate)]));

    [Theory]
    [InlineData("groups")]
    [InlineData("members")]
    public async Task A_certificate_with_holes_is_a_fault(string list)
    {
        var certificate = JsonNode.Parse(Certificate(("", "1.png", null), ("", "2.png", null)))!;
        (list is "groups" ? certificate["groups"]! : certificate["groups"]![0]!["members"]!).AsArray().Add(null);

        Assert.Equal(
            "bad_dataset certificate.json",
            await Dataset.RefusedAsync([.. Dataset.Files(Plain), Dataset.File("certificate.json", certificate.ToJsonString())]));
    }

    /// <summary>A certificate whose members are the pictures with these contents; an empty one has no hash.</summary>
    private static byte[] Certificate(
        params (string Content, string? Chip, string? Photo)[] members) => Encoding.UTF8.GetBytes(new JsonObject
        {
            ["schema"] = Contracts.Certificate.CurrentSchema,
            ["created"] = "2026-01-01T00:00:00+00:00",
            ["software"] = new JsonObject { ["name"] = "x", ["version"] = "1", ["models"] = new JsonArray() },
            ["parameters"] = new JsonObject
            {
                ["algorithm"] = "k-same-m",
                ["k"] = 2,
                ["neighbours"] = "pca",
                ["subjects"] = "assumed",
                ["multipleFaces"] = "largest",
                ["onBadImage"] = "fail",
            },
            ["people"] = members.Length,
            ["pictures"] = members.Length,
            ["groups"] = new JsonArray(new JsonObject
            {
                ["id"] = 1,
                ["people"] = members.Length,
                ["members"] = new JsonArray([.. members.Select((member, i) => new JsonObject
                {
                    ["index"] = i,
                    ["person"] = i + 1,
                    ["inputSha256"] = member.Content.Length == 0
                        ? null
                        : Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(member.Content))),
                    ["chip"] = member.Chip,
                    ["photo"] = member.Photo,
                })]),
            }),
            ["skipped"] = new JsonArray(),
            ["warnings"] = new JsonArray(),
        }.ToJsonString());
}
