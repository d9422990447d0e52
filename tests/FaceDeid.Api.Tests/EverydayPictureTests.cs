using System.Net;
using FaceDeid.TestData;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Pictures as phones, cameras and sensors write them, in every call that takes pictures.</summary>
public sealed class EverydayPictureTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string NotesHeader = "X-FaceDeid-Notes";

    private static readonly byte[] UltraHdr = WithGainMap(Pictures.WholeFace);

    /// <summary>A face in 10 of 16 bits, as a thermal camera writes it.</summary>
    private static readonly byte[] Faint = TenBits(Pictures.WholeFace);

    public static TheoryData<string> PictureCalls => ["/v1/detect", "/v1/landmarks", "/v1/merge", "/v1/deidentify", "/v1/seal"];

    [Theory]
    [MemberData(nameof(PictureCalls))]
    public async Task A_photo_with_a_gain_map_a_second_picture_and_a_trailer_is_read(string path)
    {
        using var answer = await service.PostAsync(path, Parts(path, UltraHdr));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var body = await answer.BytesAsync();
        Assert.Equal(0, MarkedPicture.CountIn(body));
        Assert.Equal(-1, body.AsSpan().IndexOf("hdrgm"u8));
        Assert.Equal(-1, body.AsSpan().IndexOf("MPF\0"u8));
        Assert.False(answer.Headers.Contains(NotesHeader));
    }

    [Fact]
    public async Task The_answer_to_a_photo_with_a_gain_map_is_its_base_picture_with_another_face()
    {
        var treated = await Deidentified.ByAsync(service, UltraHdr, ("method", "mask"));

        Assert.Equal("image/jpeg", treated.PictureType);
        Assert.Single(treated.Faces);
        using var before = Pictures.Decode(UltraHdr);
        using var after = Pictures.Decode(treated.Picture);
        Assert.InRange(Pictures.Distances(before, after).Count(distance => distance <= 12) / (double)before.Total(), 0.1, 0.7);
    }

    [Theory]
    [InlineData("keep", false)]
    [InlineData("only", true)]
    public async Task A_reference_photo_may_have_a_gain_map(string part, bool isTreated)
    {
        using var answer = await service.PostAsync(
            Deidentified.Path, Requests.Image(Pictures.WholeFace), (part, UltraHdr, "a.jpg"), ("format", "json"),
            ("onNoFace", "pass"));

        Assert.Equal(isTreated, (bool)(await answer.JsonAsync())["faces"]![0]!["treated"]!);
    }

    [Theory]
    [MemberData(nameof(PictureCalls))]
    public async Task A_damaged_picture_is_an_error_and_what_is_shown_of_it_an_answer_by_choice(string path)
    {
        var damaged = Pictures.WholeFace[..^150];
        using (var refused = await service.PostAsync(path, Parts(path, damaged)))
        {
            Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
            Assert.Equal("corrupt_image", (string?)(await refused.JsonAsync())["code"]);
        }

        using var answer = await service.PostAsync(path, [.. Parts(path, damaged), ("onDamage", "accept")]);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var isJson = answer.Content.Headers.ContentType!.MediaType is "application/json";
        var notes = isJson ? (string?)(await answer.JsonAsync())["notes"]![0] : answer.Headers.GetValues(NotesHeader).Single();
        Assert.Equal("damaged", notes);
    }

    [Fact]
    public async Task The_pixels_that_a_damaged_picture_shows_are_those_that_are_treated()
    {
        var damaged = Pictures.Group[..(Pictures.Group.Length / 2)];
        using var all = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Group));
        var before = (await all.JsonAsync())["faces"]!.AsArray().Count;

        var treated = await Deidentified.ByAsync(service, damaged, ("onDamage", "accept"), ("method", "mask"));

        Assert.InRange(treated.Faces.Count(), 1, before - 1); // the lower half is gray
        Assert.Equal("damaged", (string?)treated.Report["notes"]![0]);
        using var answer = Pictures.Decode(treated.Picture);
        using var lowest = answer.Row(answer.Height - 1);
        Assert.InRange(Cv2.Mean(lowest).Val0, 120, 136);
    }

    [Fact]
    public async Task A_damaged_reference_photo_is_accepted_by_the_same_choice()
    {
        FormPart[] parts =
            [Requests.Image(Pictures.WholeFace), ("only", Pictures.WholeFace[..^150], "a.jpg"), ("format", "json")];
        using var refused = await service.PostAsync(Deidentified.Path, parts);
        using var answer = await service.PostAsync(Deidentified.Path, [.. parts, ("onDamage", "accept")]);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, refused.StatusCode);
        Assert.True((bool)(await answer.JsonAsync())["faces"]![0]!["treated"]!);
    }

    [Fact]
    public async Task Colours_told_by_code_points_are_converted_and_the_report_says_so()
    {
        var wide = WithCodePoints(Pictures.WholeFace, [12, 13, 0, 1]);
        var bright = WithCodePoints(Pictures.WholeFace, [9, 16, 0, 1]);

        Assert.Equal("colorConverted", (string?)(await Deidentified.ByAsync(service, wide)).Report["notes"]![0]);
        using var answer = await service.PostAsync(
            Deidentified.Path, Requests.Image(bright), ("detector", "hog"), ("onNoFace", "pass"));
        Assert.Equal("toneMapped", answer.Headers.GetValues(NotesHeader).Single());
    }

    [Fact]
    public async Task A_face_in_ten_of_sixteen_bits_is_found_and_answered_in_its_own_brightness()
    {
        using var found = await service.PostAsync("/v1/detect", Requests.Image(Faint));
        var json = await found.JsonAsync();
        Assert.Single(json["faces"]!.AsArray());
        Assert.Equal("contrastStretched", (string?)json["notes"]![0]);

        foreach (var method in new[] { "blur", "mask", "replace", "pixelate" })
        {
            var treated = await Deidentified.ByAsync(service, Faint, ("method", method), ("color", "#010101"));
            var face = Assert.Single(treated.Faces);
            using var answer = Pictures.Decode(treated.Picture);
            Cv2.MinMaxLoc(answer.Reshape(1), out double _, out double brightest);
            Assert.InRange(brightest, 1, 9); // four levels came in
            if (method is not "mask") // which leaves nothing to look at
                Assert.InRange((double)face["similarityAfter"]!, -1, 0.3);
        }
    }

    [Theory]
    [InlineData(8160, 6144)]
    [InlineData(8192, 6144)]
    [InlineData(11_968, 5984)]
    public async Task Pictures_of_the_sizes_of_todays_phones_and_panoramas_are_read(int width, int height)
    {
        using var face = Image.NewFromBuffer(Pictures.WholeFace);
        using var page = face.Embed(400, 300, width, height, extend: Enums.Extend.White);

        using var answer = await service.PostAsync(
            "/v1/detect", Requests.Image(page.JpegsaveBuffer(q: 40)), ("detector", "hog"), ("minFaceSize", "1"));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(width, (int)(await answer.JsonAsync())["image"]!["width"]!);
    }

    [Fact]
    public async Task A_picture_beyond_the_limit_is_told_it()
    {
        using var answer = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Black(9000, 9000)));

        Assert.Equal("too_many_pixels", (string?)(await answer.JsonAsync())["code"]);
        Assert.Contains("80 megapixels", (string?)(await answer.JsonAsync())["detail"], StringComparison.Ordinal);
    }

    private static FormPart[] Parts(string path, byte[] picture) => path switch
    {
        "/v1/merge" => [("first", picture, "a"), ("second", Pictures.OtherFace, "b")],
        "/v1/seal" => [Requests.Image(picture), ("passphrase", "correct horse battery")],
        _ => [Requests.Image(picture)],
    };

    /// <summary>
    /// A JPEG with a gain map (Ultra HDR), which other loaders take for another format, and behind it a video's beginning and a
    /// text.
    /// </summary>
    private static byte[] WithGainMap(byte[] jpeg)
    {
        using var image = Image.NewFromBuffer(jpeg);
        byte[] file =
        [
            .. UltraHdrFile.Of(image, quality: 95), .. "\0\0\0\x18ftypmp42"u8,
            .. System.Text.Encoding.UTF8.GetBytes(MarkedPicture.Marker),
        ];
        Assert.Equal("VipsForeignLoadUhdrBuffer", Image.FindLoadBuffer(file));
        return file;
    }

    private static byte[] WithCodePoints(byte[] picture, byte[] cicp)
    {
        var png = Pictures.Rewritten(picture, ".png");
        byte[] chunk = [.. "cICP"u8, .. cicp];
        var checksum = System.IO.Hashing.Crc32.Hash(chunk).AsEnumerable().Reverse();
        const int afterHeader = 8 + 25;
        return [.. png[..afterHeader], 0, 0, 0, (byte)cicp.Length, .. chunk, .. checksum, .. png[afterHeader..]];
    }

    private static byte[] TenBits(byte[] picture)
    {
        using var image = Image.NewFromBuffer(picture);
        using var gray = image.Colourspace(Enums.Interpretation.Bw);
        using var faint = (gray * 4).Cast(Enums.BandFormat.Ushort).Copy(interpretation: Enums.Interpretation.Grey16);
        return faint.PngsaveBuffer(keep: Enums.ForeignKeep.None);
    }
}
