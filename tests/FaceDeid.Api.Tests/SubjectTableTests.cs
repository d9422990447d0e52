using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Who is in which picture: tables and patterns, and that their mistakes are told by row and never by name.</summary>
public sealed class SubjectTableTests
{
    private const string Marker = "marker4711";

    private static readonly string[] Files = ["a.jpg", "b/c d.jpg", "e.jpg", "same.jpg", "same.jpg"];

    [Theory]
    [InlineData("subject,index\nAnn,0\nBob,2\n", "Ann - Bob - -")]
    [InlineData("index,subject\r\n4,Ann\r\n1,Bob\r\n", "- Bob - - Ann")]
    [InlineData("file,subject,label\na.jpg,Ann,smile\nb/c d.jpg,Bob,\n", "Ann/smile Bob - - -")]
    [InlineData("Subject , LABEL, File\n\" Ann, Lee \",  x ,\"e.jpg\"\n", "- - Ann, Lee/x - -")]
    [InlineData("subject;index\nAnn;0\n", "Ann - - - -")]
    [InlineData("subject,index\n\nAnn,0\n\n", "Ann - - - -")]
    [InlineData("subject,index\n\"Ann \"\"A\"\"\",0", "Ann \"A\" - - - -")]
    [InlineData("subject,index\n", "- - - - -")]
    [InlineData("""["Ann", null, "Bob"]""", "Ann - Bob - -")]
    [InlineData("""  [null, "Ann"] """, "- Ann - - -")]
    [InlineData(
        """[{"index":4,"subject":"Ann","label":"x"},{"file":"a.jpg","subject":" Bob "},{"index":1,"subject":"Cid","label":null}]""",
        "Bob Cid - - Ann/x")]
    [InlineData("""{"e.jpg":"Ann","b/c d.jpg":"Bob"}""", "- Bob Ann - -")]
    [InlineData("[]", "- - - - -")]
    public void A_table_is_read_by_index(string table, string expected) =>
        Assert.Equal(expected, Text(table, pattern: null, Files));

    [Theory]
    [InlineData("subject,index\nmarker4711,5", "row 2")]
    [InlineData("subject,index\nmarker4711,0\nx,-1", "row 3")]
    [InlineData("subject,index\nmarker4711,0x", "row 2")]
    [InlineData("subject,index\nmarker4711,0\nmarker4711,0", "row 3")]
    [InlineData("subject,index\n  ,0", "row 2")]
    [InlineData("subject,index\na,0\n\nmarker4711", "row 4")]
    [InlineData("subject,index\nmarker4711,0,b", "row 2")]
    [InlineData("subject,index\na\"marker4711,0", "row 2")]
    [InlineData("subject,index\n\"marker4711,0", "row 2")]
    [InlineData("subject,file\na,marker4711.jpg", "row 2")]
    [InlineData("subject,file\na,A.JPG", "row 2")]
    [InlineData("subject,file\na,a.jpg\nmarker4711,same.jpg", "row 3")]
    [InlineData("""["a","b","c","d","e","marker4711"]""", "entry 6")]
    [InlineData("""["a","b","c","d","e",null]""", "entry 6")]
    [InlineData("""["a"," "]""", "entry 2")]
    [InlineData("""{"a.jpg":"a","marker4711":"b"}""", "entry 2")]
    [InlineData("""{"a.jpg":null}""", "entry 1")]
    [InlineData("""[{"index":0,"subject":"a"},{"index":0,"subject":"marker4711"}]""", "entry 2")]
    [InlineData("""[{"index":0}]""", "entry 1")]
    [InlineData("""[{"index":1.5,"subject":"a"}]""", "entry 1")]
    [InlineData("""[{"index":0,"file":"a.jpg","subject":"a"}]""", "entry 1")]
    [InlineData("""[{"subject":"marker4711"}]""", "entry 1")]
    [InlineData("""[{"index":0,"subject":"a","marker4711":1}]""", "entry 1")]
    [InlineData("""[{"index":0,"subject":"a","label":3}]""", "entry 1")]
    public void A_mistake_is_told_by_its_row_and_never_quoted(string table, string row)
    {
        var mistake = Mistake("subjects", table, pattern: null);

        Assert.Contains($" {row} ", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, mistake, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("marker4711")]
    [InlineData("subject,marker4711\na,0")]
    [InlineData("subject\na")]
    [InlineData("index,label\n0,a")]
    [InlineData("subject,index,file\na,0,a.jpg")]
    [InlineData("subject,index,marker4711\na,0,b")]
    [InlineData("subject,index,index\na,0,0")]
    [InlineData("subject,index,label,marker4711\na,0,b,c")]
    [InlineData("""["marker4711" """)]
    [InlineData("""[1]""")]
    [InlineData("""[["marker4711"]]""")]
    [InlineData("""["a"],""")]
    [InlineData("""[{"index":0,"index":1,"subject":"marker4711"}]""")]
    [InlineData("[[[[[[[[[[[[")]
    public void What_is_no_table_is_told_what_one_is(string table)
    {
        var mistake = Mistake("subjects", table, pattern: null);

        Assert.StartsWith("must be CSV with the columns subject, file or index", mistake, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, mistake, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("{subject}_*", "ann_1.jpg ann_bob_2.jpg x.jpg", "ann ann_bob -")]
    [InlineData("{label}/{subject}_*.jpg", "smile/ann_1.jpg smile/ann_1.png ann_1.jpg", "ann/smile - -")]
    [InlineData("{subject}/*", "ann/1/2.jpg bob/3.jpg x.jpg", "ann bob -")]
    [InlineData("*/{subject}-*", "a/b/ann-1.jpg ann-1.jpg", "ann -")]
    [InlineData("id(+.{subject}).[x]", "id(+.7).[x] id(+.7).x", "7 -")]
    [InlineData("{subject}*", "ann ünal", "ann ünal")]
    [InlineData("{subject}{other}", "ann{other} ann", "ann -")]
    public void A_pattern_finds_the_subject_in_the_whole_name(string pattern, string files, string expected) =>
        Assert.Equal(expected, Text(table: null, pattern, files.Split(' ')));

    [Theory]
    [InlineData("marker4711*")]
    [InlineData("{subject}_{subject}")]
    [InlineData("{label}{label}{subject}")]
    [InlineData("{Subject}")]
    [InlineData("marker4711{subject}")]
    public void A_pattern_without_one_subject_or_a_match_is_refused(string pattern)
    {
        var mistake = Mistake("subjectPattern", table: null, pattern);
        Assert.DoesNotContain(Marker, mistake, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void A_hostile_pattern_takes_no_time()
    {
        var pattern = string.Concat(Enumerable.Repeat("*a", 90)) + "{subject}b";
        Assert.Equal("-", Text(table: null, pattern, [new string('a', 16_000), string.Concat(Enumerable.Repeat('a', 100)) + "xb"])
            .Split(' ')[0]);
    }

    [Fact]
    public void Table_and_pattern_exclude_each_other() => Assert.Contains(
        "together with 'subjects'", Mistake("subjectPattern", "subject,index\n", "{subject}"), StringComparison.Ordinal);

    [Fact]
    public void Without_either_nothing_is_known() => Assert.Null(SubjectTable.Read(table: null, pattern: null, Files));

    private static string Text(string? table, string? pattern, IReadOnlyList<string> files) => string.Join(
        ' ', SubjectTable.Read(table, pattern, files)!.Select(subject =>
            subject is null ? "-" : subject.Label is null ? subject.Subject : $"{subject.Subject}/{subject.Label}"));

    private static string Mistake(string field, string? table, string? pattern)
    {
        var refusal = Assert.Throws<FaceDeidException>(() => SubjectTable.Read(table, pattern, Files));
        Assert.Equal(FaceDeidError.InvalidOption, refusal.Code);
        return Assert.Single(refusal.Options!, mistake => string.Equals(mistake.Key, field, StringComparison.Ordinal)).Value;
    }
}
