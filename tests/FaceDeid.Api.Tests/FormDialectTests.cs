using System.Net;
using System.Text;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Multipart forms as clients write them: in other letters, without file names, in other encodings.</summary>
public sealed class FormDialectTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Form = "multipart/form-data; boundary=b";
    private const string Sixty = "123456789012345678901234567890123456789012345678901234567890";
    private const string Named = "Content-Disposition: form-data; name=\"{0}\"; filename=\"a\"";

    /// <summary>Every call, the part that its file is in, such a file, and the answer when it is read as one.</summary>
    private static readonly (string Path, string Part, byte[] File, string Outcome)[] Calls =
    [
        ("/v1/detect", "image", Pictures.Face, "200"),
        ("/v1/landmarks", "image", Pictures.Face, "200"),
        ("/v1/deidentify", "image", Pictures.Face, "200"),
        ("/v1/merge", "first", Pictures.Face, "400 missing_part 'second'"),
        ("/v1/seal", "image", Pictures.Face, "400 missing_key"),
        ("/v1/restore", "image", Pictures.Face, "400 missing_key"),
        ("/v1/seal/rewrap", "image", Pictures.Face, "400 invalid_option"),
        ("/v1/collections", "images", Pictures.Face, "422 too_few_people"),
        ("/v1/collections", "archive", Collection.Zip([("a", Pictures.Face)]), "422 too_few_people"),
        ("/v1/collections/verify", "archive", Collection.Zip([("a", Pictures.Face)]), "422 corrupt_archive"),
        ("/v1/evaluate", "dataset", Collection.Zip([("originals/a", Pictures.Face)]), "422 bad_dataset"),
    ];

    [Theory]
    [InlineData("Content-Disposition: Form-Data; name=\"{0}\"; filename=\"a\"")]
    [InlineData("content-disposition: FORM-DATA; Name=\"{0}\"; FileName=\"a\"")]
    [InlineData("Content-Disposition: form-data; FILENAME*=UTF-8''a; NAME={0}")]
    [InlineData("Content-Disposition: form-data; name=\"{0}\"\r\nContent-Type: application/octet-stream")]
    [InlineData("Content-Disposition: form-data; name=\"{0}\"\r\nContent-Type: Application/Octet-Stream")]
    public async Task A_file_is_a_file_in_every_call(string headers)
    {
        foreach (var (path, part, file, outcome) in Calls)
            Assert.Equal((path, part, outcome), (path, part, await OutcomeAsync(path, Form, Of(headers, part), file, outcome)));
    }

    [Theory]
    [InlineData("image/jpeg", "application/zip")]
    [InlineData("IMAGE/whatever; a=b", "Application/ZIP")]
    public async Task A_part_that_says_it_is_a_picture_or_an_archive_needs_no_file_name(string picture, string archive)
    {
        foreach (var (path, part, file, outcome) in Calls)
        {
            var type = part is "archive" or "dataset" ? archive : picture;
            foreach (var name in new[] { "", "; filename=\"\"" })
            {
                var headers = $"Content-Disposition: form-data; name={part}{name}\r\nContent-Type: {type}";
                Assert.Equal((path, part, outcome), (path, part, await OutcomeAsync(path, Form, headers, file, outcome)));
            }
        }
    }

    [Theory]
    [InlineData("multipart/Form-Data; boundary=b")]
    [InlineData("MULTIPART/FORM-DATA; Boundary=\"b\"")]
    [InlineData("multipart/form-data ; charset=utf-8; boundary=b")]
    public async Task The_type_of_the_form_is_read_in_any_letters(string contentType)
    {
        foreach (var (path, part, file, outcome) in Calls)
        {
            var actual = await OutcomeAsync(path, contentType, Of(Named, part), file, outcome);
            Assert.Equal((path, part, outcome), (path, part, actual));
        }
    }

    [Theory]
    [InlineData("multipart/form-data; boundary=a=b", "need quotes")]
    [InlineData("Multipart/Form-Data;boundary=----=_Part_1_2.3", "need quotes")]
    [InlineData("multipart/form-data; boundary=a/b", "need quotes")]
    [InlineData("multipart/form-data; boundary=a b", "need quotes")]
    [InlineData("multipart/form-data", "is missing")]
    [InlineData("multipart/form-data; boundary=\"\"", "is missing")]
    [InlineData("multipart/form-data; boundary=" + Sixty + Sixty + "123456789", "has more than 128")]
    public async Task A_boundary_that_cannot_be_used_is_told_why(string contentType, string advice)
    {
        foreach (var path in Calls.Select(call => call.Path).Distinct(StringComparer.Ordinal))
        {
            using var answer = await SendAsync(path, contentType, Of(Named, "image"), Pictures.Face);
            var problem = await answer.JsonAsync();
            Assert.Equal((path, "malformed_form"), (path, (string)problem["code"]!));
            Assert.Contains(advice, (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_quoted_boundary_may_have_what_boundaries_may_have()
    {
        const string Boundary = "a=b/c:d?e(f),g h";
        using var content = new MultipartFormDataContent(Boundary) { { new ByteArrayContent(Pictures.Face), "image", "a" } };
        using var answer = await service.Client.PostAsync(new Uri("/v1/detect", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Contains($"\"{Boundary}\"", content.Headers.ContentType!.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Disposition: form-data; name=\"detector\"\r\nContent-Type: text/plain")]
    [InlineData("Content-Disposition: form-data; name=\"detector\"\r\nContent-Type: application/json; charset=utf-8")]
    [InlineData("Content-Disposition: form-data; name=\"detector\"; filename=\"\"\r\nContent-Type: application/octet-stream")]
    public async Task Texts_stay_texts_and_files_that_were_not_chosen_stay_unsent(string headers)
    {
        var text = headers.Contains("filename", StringComparison.Ordinal) ? string.Empty : "haar";
        var body = $"--b\r\n{headers}\r\n\r\n{text}\r\n--b\r\n{Of(Named, "image")}\r\n\r\n";
        using var content = Content(Form, [.. Encoding.ASCII.GetBytes(body), .. Pictures.Face, .. "\r\n--b--"u8]);
        using var answer = await service.Client.PostAsync(new Uri("/v1/detect", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var expected = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face), ("detector", text));
        Assert.Equal(await expected.Content.ReadAsStringAsync(), await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("text/plain", "C3A4C3B6C3BC78", "200")]
    [InlineData("text/plain; charset=iso-8859-1", "E4F6FC78", "200")]
    [InlineData("text/plain; charset=\"ISO-8859-1\"", "E4F6FC78", "200")]
    [InlineData("text/plain; charset=utf-16", "FFFEE400F600FC007800", "200")]
    [InlineData("text/plain", "E4F6FC78", "400 malformed_form")]
    [InlineData("text/plain; charset=us-ascii", "C3A4C3B6C3BC78", "400 malformed_form")]
    [InlineData("text/plain; charset=utf-7", "616161616161", "400 malformed_form")]
    [InlineData("text/plain; charset=nonsense", "616161616161", "400 malformed_form")]
    public async Task A_text_is_read_as_it_is_encoded_or_not_at_all(string contentType, string text, string outcome)
    {
        // What was sealed with a passphrase in UTF-8 opens with the same letters in another encoding.
        var rest = (contentType.EndsWith("16", StringComparison.Ordinal) ? Encoding.Unicode : Encoding.ASCII)
            .GetBytes("-long-enough");
        var picture = await Sealed.SealedAsync(
            service, Sealed.Picture, key: null, ("passphrase", "\u00e4\u00f6\u00fcx-long-enough"));
        byte[] body =
        [
            .. Encoding.ASCII.GetBytes(
                $"--b\r\nContent-Disposition: form-data; name=passphrase\r\nContent-Type: {contentType}\r\n\r\n"),
            .. Convert.FromHexString(text), .. rest, .. Encoding.ASCII.GetBytes($"\r\n--b\r\n{Of(Named, "image")}\r\n\r\n"),
            .. picture, .. "\r\n--b--\r\n"u8,
        ];
        using var content = Content(Form, body);
        var answer = service.Client.PostAsync(new Uri("/v1/restore", UriKind.Relative), content);

        Assert.Equal(outcome, await AccessKeys.OutcomeAsync(answer));
    }

    [Fact]
    public async Task A_picture_sent_as_a_text_is_told_what_a_picture_needs()
    {
        using var answer = await SendAsync("/v1/detect", Form, "Content-Disposition: form-data; name=\"image\"", Pictures.Face);
        Assert.Contains("a picture needs a filename", (string)(await answer.JsonAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Content-Disposition: attachment; name=\"image\"; filename=\"a\"")]
    [InlineData("Content-Disposition: form-data2; name=\"image\"; filename=\"a\"")]
    [InlineData("Content-Disposition: ;;;")]
    [InlineData("Content-Type: image/jpeg")]
    public async Task A_part_that_is_no_form_data_is_malformed(string headers)
    {
        foreach (var (path, _, file, _) in Calls)
            Assert.Equal((path, "400 malformed_form"), (path, await OutcomeAsync(path, Form, headers, file, string.Empty)));
    }

    [Fact]
    public async Task The_headers_of_a_part_are_bounded_in_length_and_count()
    {
        string[] hostile =
        [
            string.Concat(Enumerable.Range(0, 16).Select(i => $"X-{i}: b\r\n")) + Of(Named, "image"),
            $"X-A: {new string('a', 20_000)}\r\n{Of(Named, "image")}",
        ];
        foreach (var headers in hostile)
        {
            foreach (var (path, _, file, _) in Calls)
                Assert.Equal((path, "400 malformed_form"), (path, await OutcomeAsync(path, Form, headers, file, string.Empty)));
        }
    }

    private static string Of(string headers, string part) => headers.Replace("{0}", part, StringComparison.Ordinal);

    private async Task<string> OutcomeAsync(string path, string contentType, string headers, byte[] file, string expected)
    {
        using var answer = await SendAsync(path, contentType, headers, file);
        if (answer.IsSuccessStatusCode)
            return $"{(int)answer.StatusCode}";
        var problem = await answer.JsonAsync();
        var detail = (string)problem["detail"]!;
        var named = expected.EndsWith('\'') && detail.Contains("'second'", StringComparison.Ordinal); // the first was found
        return $"{(int)answer.StatusCode} {problem["code"]}{(named ? " 'second'" : string.Empty)}";
    }

    private async Task<HttpResponseMessage> SendAsync(string path, string contentType, string headers, byte[] file)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes($"--b\r\n{headers}\r\n\r\n"), .. file, .. "\r\n--b--\r\n"u8];
        using var content = Content(contentType, body);
        return await service.Client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    private static ByteArrayContent Content(string contentType, byte[] body)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }
}
