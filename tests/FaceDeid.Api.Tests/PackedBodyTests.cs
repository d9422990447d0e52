using System.IO.Compression;
using System.Net;
using System.Text;
using FaceDeid.Api.Admission;
using FaceDeid.Api.Settings;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Bodies that were packed with gzip on their way: unpacked under the limits that hold for all bodies.</summary>
public sealed class PackedBodyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const int Gigabyte = 1 << 30;

    private static readonly byte[] Upload = RawUpload.Body(Pictures.Face);
    private static readonly byte[] End = "\r\n--b--\r\n"u8.ToArray();

    [Theory]
    [InlineData("gzip")]
    [InlineData("GZIP")]
    [InlineData("x-gzip")]
    [InlineData("identity, gzip")]
    public async Task A_packed_upload_is_what_it_was(string encoding)
    {
        using var plain = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face));
        using var packed = await SendAsync(service, "/v1/detect", encoding, Packed(Upload));

        Assert.Equal(HttpStatusCode.OK, packed.StatusCode);
        Assert.Equal(await plain.Content.ReadAsStringAsync(), await packed.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task Collections_come_packed_too()
    {
        var archive = Collection.Zip([("a", Pictures.Face), ("b", Pictures.OtherFace)]);
        using var form = Requests.Form(("archive", archive, "a.zip"), ("k", "2"));
        using var content = Content("gzip", Packed(await form.ReadAsByteArrayAsync()), form.Headers.ContentType!.ToString());
        using var answer = await service.Client.PostAsync(new Uri("/v1/collections", UriKind.Relative), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("identity")]
    [InlineData("Identity")]
    [InlineData("")]
    public async Task A_body_that_is_not_packed_may_say_so(string encoding)
    {
        using var answer = await SendAsync(service, "/v1/detect", encoding, Upload);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Theory]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("zstd")]
    [InlineData("compress")]
    [InlineData("gzip, gzip")]
    [InlineData("gzip, br")]
    [InlineData("nonsense")]
    public async Task Any_other_packing_is_refused_by_every_call_with_the_one_that_is_read(string encoding)
    {
        foreach (var path in new[] { "/v1/detect", "/v1/seal", "/v1/collections", "/v1/collections/verify", "/v1/evaluate" })
        {
            using var answer = await SendAsync(service, path, encoding, Upload);
            Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
            Assert.Equal("gzip", Assert.Single(answer.Headers.GetValues("Accept-Encoding")));
            var problem = await answer.JsonAsync();
            Assert.Equal("unsupported_encoding", (string)problem["code"]!);
            Assert.Contains("gzip", (string)problem["detail"]!, StringComparison.Ordinal);
        }
    }

    public static TheoryData<string> Damages => ["not packed", "flipped", "checksum", "length", "cut", "empty", "header only"];

    [Theory]
    [MemberData(nameof(Damages))]
    public async Task Damaged_gzip_is_a_malformed_form_in_both_kinds_of_calls(string damage)
    {
        foreach (var (path, part) in new[] { ("/v1/detect", "image"), ("/v1/collections", "archive") })
        {
            var packed = Packed([.. RawUpload.Start(part), .. Pictures.Face, .. End]);
            var sent = damage switch
            {
                "not packed" => Upload,
                "flipped" => Flipped(packed, packed.Length / 2),
                "checksum" => Flipped(packed, packed.Length - 6),
                "length" => Flipped(packed, packed.Length - 2),
                "cut" => packed[..^200],
                "empty" => [],
                _ => packed[..6],
            };
            using var answer = await SendAsync(service, path, "gzip", sent);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Equal("malformed_form", (string)(await answer.JsonAsync())["code"]!);
        }
    }

    public static TheoryData<string> Bombs => ["file", "text", "preamble", "headers", "epilogue"];

    [Theory]
    [MemberData(nameof(Bombs))]
    public async Task A_bomb_is_too_large_long_before_it_is_unpacked(string where)
    {
        await using var small = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MaxUploadMegabytes", "1"), ("FaceDeid:Limits:MaxCollectionMegabytes", "2"),
            ("FaceDeid:Limits:MaxClientPercent", "100"));
        var room = small.Services.GetRequiredService<UploadRoom>();
        (string, string)[] calls =
        [
            ("/v1/detect", "image"), ("/v1/collections", "images"), ("/v1/collections/verify", "archive"),
            ("/v1/evaluate", "dataset"),
        ];
        foreach (var (path, part) in calls)
        {
            var bomb = Bomb(where switch
            {
                "file" => RawUpload.Start(part),
                "text" => Encoding.ASCII.GetBytes("--b\r\nContent-Disposition: form-data; name=\"subjects\"\r\n\r\n"),
                "preamble" => [],
                "headers" => "--b\r\nX-A: "u8.ToArray(),
                _ => [.. RawUpload.Start(part), .. Pictures.Face, .. End],
            });
            Assert.InRange(bomb.Length, 1000, 1_999_000); // else the server itself refuses what arrives

            using var answer = await SendAsync(small, path, "gzip", bomb);

            var expected = (where, path) switch
            {
                ("text", "/v1/collections/verify") => "unknown_field", // refused unread
                ("file" or "text", _) => "upload_too_large",
                _ => "malformed_form", // a few kB at most, whatever the body may have
            };
            Assert.Equal((where, path, expected), (where, path, (string)(await answer.JsonAsync())["code"]!));
        }

        using var all = room.TryBegin("another", isCollection: false);
        all!.Take(FreeRoom(small)); // else what a bomb took was not given back
    }

    [Fact]
    public async Task Unpacked_bytes_take_the_room()
    {
        // Of a megabyte there is room for one request of the largest size, 3 MB, and no more.
        await using var small = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MaxUploadMegabytes", "1"), ("FaceDeid:Limits:MaxHeldMegabytes", "1"));
        var room = small.Services.GetRequiredService<UploadRoom>();
        var packed = Packed([.. RawUpload.Start(), .. new byte[900_000], .. End]);
        Assert.True(packed.Length < 10_000);
        using (var other = room.TryBegin("another", isCollection: false)!)
        {
            other.Take(FreeRoom(small) - 500_000);
            using var refused = await SendAsync(small, "/v1/detect", "gzip", packed);
            Assert.Equal("service_full", (string)(await refused.JsonAsync())["code"]!);
        }

        using var fits = await SendAsync(small, "/v1/detect", "gzip", packed);
        Assert.Equal("unsupported_format", (string)(await fits.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task A_packed_upload_that_pauses_is_told_so()
    {
        await using var impatient = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxUploadPauseSeconds", "1"));
        foreach (var (path, part) in new[] { ("/v1/detect", "image"), ("/v1/collections", "images") })
        {
            using var paused = await BeginAsync(path, part);
            Assert.Contains("upload_too_slow", await paused.ReceiveAnswerAsync(), StringComparison.Ordinal);
        }

        async Task<RawConnection> BeginAsync(string path, string part)
        {
            var connection = await RawConnection.OpenAsync(impatient.ClientOptions.BaseAddress);
            await connection.SendHeadAsync(path, "Content-Encoding: gzip", "Content-Length: 100000");
            await connection.SendAsync(Packed([.. RawUpload.Start(part), .. Pictures.Face]).AsMemory(0, 1000));
            return connection;
        }
    }

    private static int FreeRoom(ServiceFixture small) =>
        (int)small.Services.GetRequiredService<IOptions<FaceDeidOptions>>().Value.Limits.MaxHeldBytes;

    private static async Task<HttpResponseMessage> SendAsync(ServiceFixture service, string path, string encoding, byte[] body)
    {
        using var content = Content(encoding, body, "multipart/form-data; boundary=b");
        return await service.Client.PostAsync(new Uri(path, UriKind.Relative), content);
    }

    private static ByteArrayContent Content(string encoding, byte[] body, string contentType)
    {
        var content = new ByteArrayContent(body);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
        return content;
    }

    private static byte[] Packed(byte[] body) => Packed(body, zeros: 0);

    /// <summary>A gigabyte of zeros behind a beginning.</summary>
    private static byte[] Bomb(byte[] start) => Packed(start, Gigabyte);

    private static byte[] Packed(byte[] start, int zeros)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(start);
            var block = new byte[1 << 20];
            for (; zeros > 0; zeros -= block.Length)
                gzip.Write(block);
        }

        return packed.ToArray();
    }

    private static byte[] Flipped(byte[] packed, int index)
    {
        packed[index] ^= 1;
        return packed;
    }
}
