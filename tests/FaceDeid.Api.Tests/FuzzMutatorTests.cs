using FaceDeid.Fuzz.Mutating.Containers;
using FaceDeid.Fuzz.Recipes;
using FaceDeid.Fuzz.Running;
using FaceDeid.Fuzz.Seeds;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>The fuzzer can be trusted: it makes the same of the same recipe, and sees what must not be.</summary>
public sealed class FuzzMutatorTests
{
    private static readonly Cost Nothing = new(0, 0, string.Empty, []);

    [Fact]
    public void A_recipe_makes_the_same_request_every_time()
    {
        var (first, second) = (new UploadBuilder([.. PictureSeeds.All()]), new UploadBuilder([.. PictureSeeds.All()]));
        var others = first.Seeds.Zip(second.Seeds).Where(pair => !pair.First.File.AsSpan().SequenceEqual(pair.Second.File))
            .Select(pair => pair.First.Name);
        Assert.Equal(string.Empty, string.Join(' ', others));
        for (var i = 1u; i < 300; i++)
        {
            var recipe = new Recipe(
                Target.All[(int)(i % 4)], first.Seeds[(int)(i % first.Seeds.Count)].Name, i, i % 3 == 0 ? i : 0, [i, i + 1]);
            Assert.Equal(recipe.ToString(), Recipe.Parse(recipe.ToString()).ToString());
            Assert.Equal(first.Make(recipe).Body, second.Make(recipe).Body);
        }
    }

    [Fact]
    public void Every_seed_of_a_picture_is_another_file() => Assert.Equal(
        PictureSeeds.All().Count(),
        PictureSeeds.All().Select(seed => Convert.ToHexString(seed.File)).Distinct(StringComparer.Ordinal).Count());

    public static TheoryData<string, int, string, string?, string> Violations => new()
    {
        { "problem: 500 internal_error", 500, "application/problem+json", null, "{\"code\":\"internal_error\"}" },
        { "problem: unknown code 'oops'", 422, "application/problem+json", null, "{\"code\":\"oops\"}" },
        { "problem: corrupt_image with 400", 400, "application/problem+json", null, "{\"code\":\"corrupt_image\"}" },
        { "problem: 400 as 'text/html'", 400, "text/html", null, "<html>" },
        { "picture: an answer of image/png that is none", 200, "image/png", "1", "no picture" },
        {
            "privacy: metadata of the upload in the answer", 200, "application/json", null,
            "{\"x\":\"" + PictureSeeds.Canary + "\"}"
        },
    };

    [Theory]
    [MemberData(nameof(Violations))]
    public void The_oracle_sees_what_must_not_be(string expected, int status, string mediaType, string? faces, string body) =>
        Assert.Equal(
            expected,
            Oracle.Judge(Request(), new Answer(status, mediaType, faces, System.Text.Encoding.UTF8.GetBytes(body)), Nothing));

    [Fact]
    public void The_oracle_sees_the_upload_in_the_answer()
    {
        Assert.Equal("privacy: the upload in the answer", Judge(PictureSeeds.Face, Nothing));
        Assert.Equal("privacy: a picture with no treated faces", Judge(PictureSeeds.OtherFace, Nothing));
    }

    [Fact]
    public void The_oracle_sees_what_an_answer_costs()
    {
        Assert.StartsWith("time: ", Judge(PictureSeeds.OtherFace, Nothing with { Seconds = 21 }), StringComparison.Ordinal);
        Assert.StartsWith(
            "memory: ", Judge(PictureSeeds.OtherFace, Nothing with { Growth = 401_000_000 }), StringComparison.Ordinal);
        Assert.StartsWith(
            "complaint: ", Judge(PictureSeeds.OtherFace, Nothing with { Complaints = "stderr: free(): invalid pointer" }),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "temporary files: ", Judge(PictureSeeds.OtherFace, Nothing with { TemporaryFiles = ["/tmp/upload"] }),
            StringComparison.Ordinal);
    }

    /// <summary>
    /// Found by the fuzzer: a sealed picture without its seal and without faces is, byte for byte, what the service writes of it.
    /// </summary>
    [Fact]
    public void A_picture_of_nothing_but_pixels_may_come_back_where_no_face_is_allowed()
    {
        var told = SealSeeds.Picture;
        var png = new PngContainer();
        var picture = png.Join(png.Split(told)!.Where(chunk => chunk.Type is not "fdSe"));
        Assert.Null(Judge(picture, "0", "pass"));
        Assert.NotNull(Judge(picture, "0", "error"));
        Assert.NotNull(Judge(picture, "1", "pass"));
        Assert.NotNull(Judge(told, "0", "pass"));

        static string? Judge(byte[] picture, string faces, string onNoFace) => Oracle.Judge(
            new FuzzRequest(
                Target.Find("deidentify"), [new UploadPart("image", picture, "x"), UploadPart.Text("onNoFace", onNoFace)]),
            new Answer(200, "image/png", faces, picture), Nothing);
    }

    private static string? Judge(byte[] answer, Cost cost) =>
        Oracle.Judge(Request(), new Answer(200, "image/jpeg", Faces: null, answer), cost);

    private static FuzzRequest Request() =>
        new(Target.Find("deidentify"), [new UploadPart("image", PictureSeeds.Face, "face.jpg")]);
}
