using System.Buffers.Binary;
using System.IO.Compression;
using System.Net.Sockets;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Uploads of collections that are incomplete, contradictory, too large, too slow, or archives that nobody should open.
/// </summary>
public sealed class CollectionUploadTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Path = "/v1/collections";
    private const string Marker = "marker4711";

    private static readonly byte[] Two = Collection.Zip([("a.jpg", Pictures.Face), ("b.jpg", Pictures.OtherFace)]);

    public static TheoryData<string> Refusals => [.. Refused.Keys];

    private static readonly Dictionary<string, (FormPart[] Parts, string Answer)> Refused = new(StringComparer.Ordinal)
    {
        ["nothing"] = ([("k", "2")], "400 missing_part"),
        ["a picture as text"] = ([("images", Marker)], "400 missing_part"),
        ["an archive as text"] = ([("archive", Marker)], "400 missing_part"),
        ["a picture and an archive"] = ([Face(), ("archive", Two, Marker)],
            "400 invalid_option archive: may not be sent together with 'images'. Send the pictures either way."),
        ["an archive and a picture"] = ([("archive", Two, Marker), Face()],
            "400 invalid_option archive: may not be sent together with 'images'. Send the pictures either way."),
        ["two archives"] = ([("archive", Two, Marker), ("Archive", Two, Marker)], "400 duplicate_part"),
        ["an unknown field"] = ([Face(), (Marker, Marker)], "400 unknown_field"),
        ["an unknown file"] = ([(Marker, Pictures.Face, Marker)], "400 unknown_field"),
        ["a repeated option"] = ([("k", "2"), Face(), ("K", "2")], "400 duplicate_part"),
        ["an option as a file"] =
            ([("k", "2"u8.ToArray(), Marker), Face()], "400 invalid_option k: must be a text field, not a file."),
        ["subjects twice"] = ([Face(), ("subjects", "[]"), ("subjects", "[]"u8.ToArray(), Marker)], "400 duplicate_part"),
        ["three outputs"] =
            ([Face(), ("output", "chips,chips"), ("output", "photos")], "400 invalid_option output: may have 2 values at most."),
        ["a text that is not UTF-8"] = ([Face(), ("subjects", [0xFF, 0xFE, 0xFD], "a.csv")], "400 malformed_form"),
        ["a long option"] = ([Face(), ("algorithm", new string('a', 70_000))], "413 upload_too_large"),
        ["a long pattern"] = ([Face(), ("subjectPattern", "{subject}" + new string('*', 192))],
            "400 invalid_option subjectPattern: must be at most 200 characters long."),
        ["subjects of somebody else"] = ([Face(), ("subjects", $"subject,file\n{Marker},{Marker}.jpg")],
            "400 invalid_option subjects: are wrong: row 2 is about a file that was not sent; names in an archive are paths, and "
            + "letters count as they stand."),
        ["no ZIP"] = ([("archive", Pictures.Face, Marker)], "422 corrupt_archive"),
        ["an empty file"] = ([("archive", Array.Empty<byte>(), Marker)], "422 corrupt_archive"),
        ["a ZIP cut off"] = ([("archive", Two[..^30], Marker)], "422 corrupt_archive"),
        ["a ZIP without its start"] = ([("archive", Two[2000..], Marker)], "422 corrupt_archive"),
        ["a ZIP without pictures"] = (
            [("archive", Collection.Zip([("__MACOSX/a.jpg", [1]), ("b/.c.jpg", [1]), ("d/", [])]), Marker)],
            "422 corrupt_archive"),
        ["a ZIP with a picture called a folder"] =
            ([("archive", Collection.Zip([("a.jpg", Pictures.Face), ("b.jpg/", Pictures.Face)]), Marker)], "422 corrupt_archive"),
        ["a ZIP with entries in one place"] = (
            [("archive",
                ZipFiles.InOnePlace(
                    Collection.Zip([("a.jpg", Pictures.Face), ("b.jpg", Pictures.Face), ("c.jpg", Pictures.Face)])), Marker)],
            "422 corrupt_archive"),
        ["a ZIP with a damaged entry"] = ([("archive", Damaged(), Marker)], "422 corrupt_archive"),
        ["an encrypted ZIP"] = ([("archive", Patched(flags: 1, method: null), Marker)], "422 corrupt_archive"),
        ["a ZIP of another method"] = ([("archive", Patched(flags: null, method: 14), Marker)], "422 corrupt_archive"),
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task What_cannot_be_used_is_refused_and_never_quoted(string cause)
    {
        var (parts, answer) = Refused[cause];

        Assert.Equal(answer, await service.RefusedAsync(Path, parts));
        using var response = await service.PostAsync(Path, parts);
        Assert.DoesNotContain(Marker, await response.Content.ReadAsStringAsync(), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task An_encrypted_archive_is_told_so()
    {
        using var answer = await service.PostAsync(Path, Refused["an encrypted ZIP"].Parts);
        Assert.Contains("encrypted", (string)(await answer.JsonAsync())["detail"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_picture_may_be_as_large_as_the_limit_packed_or_not()
    {
        await using var small = ServiceFixture.With(("FaceDeid:Limits:MaxUploadMegabytes", "1"));
        var largest = new byte[1_000_000];
        Pictures.Face.CopyTo(largest, 0);
        byte[] over = [.. largest, 0];

        await small.CollectAsync(("images", largest, "a"), ("images", Pictures.OtherFace, "b"), ("k", "2"));
        await small.CollectAsync(("archive", Collection.Zip([("a", largest), ("b", Pictures.OtherFace)]), "a.zip"), ("k", "2"));
        Assert.Equal("413 upload_too_large", await small.RefusedAsync(
            Path, ("images", over, "a"), ("images", Pictures.OtherFace, "b"), ("k", "2")));
        Assert.Equal("413 upload_too_large", await small.RefusedAsync(
            Path, ("archive", Collection.Zip([("a", over)]), "a.zip"), ("k", "2")));
        Assert.Equal("422 corrupt_archive", await small.RefusedAsync(
            Path, ("archive", WithSize(Collection.Zip([("a", over)]), 10), "a.zip"), ("k", "2")));
    }

    [Fact]
    public async Task An_archive_that_unpacks_to_many_times_the_limit_is_refused()
    {
        await using var small = ServiceFixture.With(("FaceDeid:Limits:MaxCollectionMegabytes", "1"));
        var bomb = Collection.Zip(Enumerable.Range(0, 9).Select(i => ($"{i}.jpg", new byte[1_000_000])));

        Assert.True(bomb.Length < 100_000);
        Assert.Equal("413 upload_too_large", await small.RefusedAsync(Path, ("archive", bomb, "a.zip"), ("onBadImage", "skip")));
    }

    [Fact]
    public async Task Too_many_pictures_are_refused_before_they_are_unpacked()
    {
        await using var small = ServiceFixture.With(("FaceDeid:Limits:MaxCollectionFaces", "2"));
        var three = Collection.Zip([("a", [1]), ("b", [1]), ("c", [1])]);
        var many = Collection.Zip(Enumerable.Range(0, 1009).Select(i => ($".{i}", Array.Empty<byte>())));

        Assert.Equal("422 too_many_pictures", await small.RefusedAsync(Path, ("archive", three, "a.zip")));
        Assert.Equal("422 too_many_pictures", await small.RefusedAsync(Path, ("archive", many, "a.zip")));
        Assert.Equal("422 too_many_pictures", await small.RefusedAsync(Path, Face(), Face(), Face()));
    }

    [Fact]
    public async Task Many_more_pictures_than_may_wait_are_all_examined_in_their_order()
    {
        byte[][] kinds = [Pictures.Truncated, Pictures.Animated, "no picture"u8.ToArray()];
        FormPart[] bad = [.. Enumerable.Range(0, 150).Select(i => (FormPart)("images", kinds[i % 3], $"{i}"))];
        using var answer = await service.PostAsync(
            Path, [.. bad, ("k", "2"), Face(), ("images", Pictures.OtherFace, "x"), ("onBadImage", "skip")]);

        var skipped = Collection.Certificate(await answer.BytesAsync())["skipped"]!.AsArray();
        Assert.Equal(Enumerable.Range(0, 150), skipped.Select(picture => (int)picture!["index"]!));
        Assert.Equal(
            "corrupt_image animated_image unsupported_format",
            string.Join(' ', skipped.TakeLast(3).Select(picture => (string)picture!["reason"]!)));
    }

    [Theory]
    [InlineData("multipart/form-data", "--b\r\n")]
    [InlineData("multipart/form-data; boundary=other", "--b\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n2\r\n--b--\r\n")]
    [InlineData(
        "multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"images\"; filename=\"a\"\r\n\r\nxyz")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\nxyz\r\n--b--\r\n")]
    [InlineData("multipart/form-data; boundary=b", "")]
    public async Task A_body_that_is_not_well_formed_is_named_so(string contentType, string body)
    {
        foreach (var path in new[] { Path, "/v1/collections/verify" })
        {
            using var content = new StringContent(body.Replace(
                "images", path.EndsWith("verify", StringComparison.Ordinal) ? "archive" : "images", StringComparison.Ordinal));
            content.Headers.ContentType = System.Net.Http.Headers.MediaTypeHeaderValue.Parse(contentType);
            using var answer = await service.Client.PostAsync(new Uri(path, UriKind.Relative), content);
            Assert.Equal("malformed_form", (string)(await answer.JsonAsync())["code"]!);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/zip")]
    [InlineData("multipart/mixed; boundary=b")]
    public async Task A_body_that_is_no_form_is_named_so(string? contentType)
    {
        using var content = new ByteArrayContent(Two);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var answer = await service.Client.PostAsync(new Uri(Path, UriKind.Relative), content);
        Assert.Equal("unsupported_media_type", (string)(await answer.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task A_whole_upload_beyond_its_limit_is_refused_unread_and_other_calls_keep_theirs()
    {
        await using var small = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MaxCollectionMegabytes", "4"), ("FaceDeid:Limits:MaxUploadMegabytes", "1"));
        FormPart[] fits = [.. Enumerable.Range(0, 4).Select(_ => (FormPart)("images", new byte[900_000], "a"))];

        // 3.6 MB: more than other calls take.
        Assert.StartsWith("422 bad_pictures", await small.RefusedAsync(Path, fits), StringComparison.Ordinal);
        foreach (var path in new[] { Path, "/v1/collections/verify" })
        {
            using var announced = await RawConnection.OpenAsync(small.ClientOptions.BaseAddress);
            await announced.SendHeadAsync(path, "Expect: 100-continue", "Content-Length: 4000001");
            AssertProblem(413, "upload_too_large", await announced.ReceiveAnswerAsync());
        }

        using var other = await RawConnection.OpenAsync(small.ClientOptions.BaseAddress);
        await other.SendHeadAsync("/v1/merge", "Expect: 100-continue", "Content-Length: 3000001");
        AssertProblem(413, "upload_too_large", await other.ReceiveAnswerAsync());
    }

    [Fact]
    public async Task A_mistake_before_the_pictures_is_answered_while_they_are_still_to_come()
    {
        await using var kestrel = ServiceFixture.OnKestrel();
        using var connection = await RawConnection.OpenAsync(kestrel.ClientOptions.BaseAddress);
        await connection.SendHeadAsync(Path, "Content-Length: 100000000");
        await connection.SendAsync(
            "--b\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n1\r\n--b\r\n"
            + "Content-Disposition: form-data; name=\"images\"; filename=\"a\"\r\n\r\n");

        AssertProblem(400, "invalid_option", await connection.ReceiveAnswerAsync());
    }

    [Theory]
    [InlineData("FaceDeid:Limits:CollectionTimeoutSeconds", "2", "FaceDeid:Limits:MinUploadBytesPerSecond", "0")]
    [InlineData("FaceDeid:Limits:MinUploadBytesPerSecond", "100000", "FaceDeid:Limits:MaxCollections", "1")]
    public async Task An_upload_that_is_too_slow_is_answered_408(
        string setting, string value, string otherSetting, string otherValue)
    {
        await using var kestrel = ServiceFixture.OnKestrel((setting, value), (otherSetting, otherValue));
        using var connection = await RawConnection.OpenAsync(kestrel.ClientOptions.BaseAddress);
        await connection.SendHeadAsync(Path, "Content-Length: 100000");
        await connection.SendAsync("--b\r\nContent-Disposition: form-data; name=\"images\"; filename=\"a\"\r\n\r\n");
        var answer = connection.ReceiveAnswerAsync();
        try
        {
            while (!answer.IsCompleted)
            {
                await connection.SendAsync("x");
                await Task.WhenAny(answer, Task.Delay(50));
            }
        }
        catch (SocketException)
        {
            // The server does not wait for the rest.
        }

        AssertProblem(408, "upload_too_slow", await answer);
    }

    private static FormPart Face() => ("images", Pictures.Face, Marker);

    /// <summary>An archive whose first picture has another byte than when its checksum was taken.</summary>
    private static byte[] Damaged()
    {
        var zip = Collection.Zip([("a.jpg", Pictures.Face), ("b.jpg", Pictures.OtherFace)], CompressionLevel.NoCompression);
        zip[zip.AsSpan().IndexOf(Pictures.Face) + (Pictures.Face.Length / 2)] ^= 0x55;
        return zip;
    }

    /// <summary>An archive of one picture with other flags or another method in its headers.</summary>
    private static byte[] Patched(ushort? flags, ushort? method)
    {
        var zip = Collection.Zip([("a.jpg", Pictures.Face)]);
        foreach (var header in new[] { 0, zip.AsSpan().IndexOf("PK\x01\x02"u8) + 2 })
        {
            if (flags is not null)
                BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(header + 6), flags.Value);
            if (method is not null)
                BinaryPrimitives.WriteUInt16LittleEndian(zip.AsSpan(header + 8), method.Value);
        }

        return zip;
    }

    /// <summary>An archive whose table of contents lies about the size of its only entry.</summary>
    private static byte[] WithSize(byte[] zip, uint size)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(zip.AsSpan().IndexOf("PK\x01\x02"u8) + 24), size);
        return zip;
    }

    private static void AssertProblem(int status, string code, string answer)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }
}
