using System.IO.Compression;
using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>HEIC, JPEG XL, BMP and GIF in every call that takes pictures, and a machine on which they cannot be read.</summary>
public sealed class CagedFormatTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private static readonly string[] Names = ["heic", "jpegXl", "bmp", "gif"];

    public static TheoryData<string> Formats => [.. Names];

    [Theory]
    [InlineData("jpegXl")]
    [InlineData("bmp")]
    public async Task A_lossless_copy_gives_the_same_faces(string format)
    {
        using var expected = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Group));
        using var response = await service.PostAsync("/v1/detect", Requests.Image(Pictures.In(format, Pictures.Group)));

        Assert.Equal(await expected.Content.ReadAsStringAsync(), await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task Every_call_takes_it(string format)
    {
        var face = Pictures.In(format, Pictures.WholeFace);
        var other = Pictures.In(format, Pictures.OtherFace);

        await AssertOkAsync("/v1/landmarks", Requests.Image(face), ("detector", "hog"));
        await AssertOkAsync("/v1/merge", ("first", face, "a"), ("second", other, "b"), ("align", "landmarks"),
            ("detector", "hog"));
        await AssertOkAsync("/v1/deidentify", Requests.Image(face), ("keep", other, "b"));
        await AssertOkAsync("/v1/seal", Requests.Image(face), ("passphrase", "correct horse battery staple"), ("format", "png"));
        await AssertOkAsync("/v1/collections", ("images", face, "a"), ("images", other, "b"), ("k", "2"));
        await AssertOkAsync("/v1/collections", ("archive", Zip(("a", face), ("b", other)), "people.zip"), ("k", "2"),
            ("output", "photos"));
        await AssertOkAsync("/v1/evaluate",
            ("dataset", Zip(("originals/a.png", face), ("originals/b.png", other)), "set.zip"), ("method", "mask"));
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public async Task What_is_left_of_it_is_damage(string format)
    {
        var file = Pictures.In(format, Pictures.Face);
        using var response = await service.PostAsync("/v1/detect", Requests.Image(file[..(file.Length * 2 / 3)]));

        Assert.Equal(HttpStatusCode.UnprocessableEntity, response.StatusCode);
        Assert.Equal("corrupt_image", (string?)(await response.JsonAsync())["code"]);
    }

    [Fact]
    public async Task Where_namespaces_are_forbidden_the_service_says_so_and_serves_the_rest()
    {
        await using var process = await ServiceProcess.StartByShellAsync(
            "exec unshare --user --map-root-user sh -c 'echo 0 > /proc/sys/user/max_user_namespaces; exec \"$@\"' sh \"$@\"");
        using var client = process.Connect();

        Assert.Contains("HEIC, JPEG XL, BMP and GIF are not read: ", process.Output, StringComparison.Ordinal);
        Assert.Contains("docs/operations.md", process.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("heic", await client.GetStringAsync(new Uri("/v1/capabilities", UriKind.Relative)),
            StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, (await DetectAsync(client, Pictures.Face)).Status);
        foreach (var format in Names)
        {
            var (status, answer) = await DetectAsync(client, Pictures.In(format, Pictures.Face));
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, status);
            Assert.Contains("not read by this installation. Send a JPEG, PNG, WebP, TIFF or AVIF picture.", answer,
                StringComparison.Ordinal);
        }

        Assert.Empty(process.Errors);
    }

    private static async Task<(HttpStatusCode Status, string Answer)> DetectAsync(HttpClient client, byte[] picture)
    {
        using var form = new MultipartFormDataContent();
        using var part = new ByteArrayContent(picture);
        form.Add(part, "image", "face");
        using var response = await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form);
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private async Task AssertOkAsync(string path, params FormPart[] parts)
    {
        using var response = await service.PostAsync(path, parts);
        Assert.True(response.StatusCode == HttpStatusCode.OK,
            $"{path}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
    }

    private static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var archive = new MemoryStream();
        using (var zip = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in files)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return archive.ToArray();
    }
}
