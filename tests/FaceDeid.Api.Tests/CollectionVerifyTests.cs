using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// <c>POST /v1/collections/verify</c>: what is whole is valid, what was changed is not, and what is no collection is told so.
/// </summary>
public sealed class CollectionVerifyTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Path = "/v1/collections/verify";

    [Fact]
    public async Task What_came_from_the_service_is_valid_packed_in_any_way()
    {
        var archive = await CollectAsync(service);
        var files = Collection.Unzip(archive);
        var repacked = Collection.Zip([("folder/", []), .. files.Reverse().Select(file => (file.Key, file.Value))]);

        foreach (var zip in new[] { archive, repacked })
        {
            var verdict = await VerifyAsync(service, zip);
            Assert.True((bool)verdict["valid"]!, verdict.ToJsonString());
            Assert.Contains("0.5", (string)verdict["statement"]!, StringComparison.Ordinal);
            Assert.Equal(
                "schema signature partition group_sizes files shared_faces bound",
                string.Join(' ', verdict["checks"]!.AsArray().Select(check => (string)check!["name"]!)));
        }
    }

    [Fact]
    public async Task A_chip_that_was_changed_exchanged_added_or_left_out_is_found()
    {
        var files = Collection.Unzip(await CollectAsync(service)).ToDictionary(StringComparer.Ordinal);
        var chip = files.Keys.First(name => name is not "certificate.json");

        Assert.Equal("files", await FailedAsync(chip, [.. files[chip], 0]));
        Assert.Equal("files", await FailedAsync(chip, content: null));
        Assert.Equal("files", await FailedAsync("other.png", files[chip]));

        async Task<string> FailedAsync(string name, byte[]? content)
        {
            var changed = new Dictionary<string, byte[]>(files, StringComparer.Ordinal);
            changed.Remove(name);
            if (content is not null)
                changed.Add(name, content);
            var verdict = await VerifyAsync(service, Collection.Zip(changed.Select(file => (file.Key, file.Value))));
            Assert.False((bool)verdict["valid"]!);
            return string.Join(' ', verdict["checks"]!.AsArray().Where(check => check!["passed"] is { } passed && !(bool)passed)
                .Select(check => (string)check!["name"]!));
        }
    }

    [Fact]
    public async Task What_nobody_sees_in_the_archive_is_found()
    {
        var archive = await CollectAsync(service);
        var files = Collection.Unzip(archive);
        Assert.Equal("unsigned ", await VerdictAsync(archive));
        foreach (var name in new[] { "chips/0000.png/", "hidden/", "hidden\\" })
        {
            Assert.Equal(
                "invalid files",
                await VerdictAsync(Collection.Zip([.. files.Select(file => (file.Key, file.Value)), (name, Pictures.Face)])));
        }

        byte[] comment = [.. Pictures.Face.Take(1000)];
        byte[] commented = [.. archive[..^2], (byte)(comment.Length & 0xFF), (byte)(comment.Length >> 8), .. comment];
        Assert.Equal("invalid files", await VerdictAsync(commented));
        Assert.Equal("invalid files", await VerdictAsync(ZipFiles.WithGap(archive, Pictures.Face)));
        Assert.Equal("invalid files", await VerdictAsync(ZipFiles.WithExtra(archive, [.. Pictures.Face.Take(1000)])));
        Assert.Equal("invalid files", await VerdictAsync(ZipFiles.WithLocalName(archive, "chips/1234.png")));

        async Task<string> VerdictAsync(byte[] zip)
        {
            var verdict = await VerifyAsync(service, zip);
            Assert.Equal((string)verdict["verdict"]! is not "invalid", (bool)verdict["valid"]!);
            var failed = verdict["checks"]!.AsArray().Where(check => check!["passed"] is { } passed && !(bool)passed);
            return $"{verdict["verdict"]} {string.Join(' ', failed.Select(check => (string)check!["name"]!))}";
        }
    }

    [Fact]
    public async Task What_no_check_can_find_out_is_said_first()
    {
        var verdict = (await VerifyAsync(service, await CollectAsync(service))).AsObject();

        Assert.Equal("notChecked", verdict.First().Key);
        Assert.Contains(verdict["notChecked"]!.AsArray(), sentence =>
            ((string)sentence!).Contains("untouched photo", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_certificate_that_is_none_is_not_valid()
    {
        var verdict = await VerifyAsync(service, Collection.Zip([("certificate.json", "{}"u8.ToArray())]));
        Assert.False((bool)verdict["valid"]!);
    }

    [Fact]
    public async Task A_certificate_is_signed_by_the_configured_key()
    {
        var file = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"{Guid.NewGuid():N}.pem");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(file, key.ExportPkcs8PrivateKeyPem());
        await using var signing = ServiceFixture.With(("FaceDeid:Certificates:SigningKeyFile", file));

        var archive = await CollectAsync(signing);
        File.Delete(file);
        var shown = JsonNode.Parse(
            await signing.Client.GetStringAsync(new Uri("/v1/capabilities", UriKind.Relative)))!["certificateKey"]!;
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo())), (string)shown["keyId"]!);
        Assert.Equal(key.ExportSubjectPublicKeyInfoPem(), (string)shown["publicKey"]!);
        var files = Collection.Unzip(archive);
        Assert.True(key.VerifyData(
            files["certificate.json"], files["certificate.json.sig"],
            HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        Assert.True(Signature(await VerifyAsync(signing, archive)));
        Assert.Null(Signature(await VerifyAsync(service, archive)));
        Assert.Equal("valid True", Word(await VerifyAsync(signing, archive)));
        Assert.Equal("unsigned True", Word(await VerifyAsync(service, archive))); // has no key to tell by
        Assert.Equal("unsigned False", Word(await VerifyAsync(signing, await CollectAsync(service))));

        var text = System.Text.Encoding.UTF8.GetString(files["certificate.json"])
            .Replace("\"pictures\": 4", "\"pictures\":  4", StringComparison.Ordinal);
        Assert.NotEqual(files["certificate.json"].Length, text.Length);
        var forged = Collection.Zip(
        [
            .. files.Where(f => f.Key is not "certificate.json").Select(f => (f.Key, f.Value)),
            ("certificate.json", System.Text.Encoding.UTF8.GetBytes(text)),
        ]);
        Assert.False(Signature(await VerifyAsync(signing, forged)));

        static string Word(JsonNode verdict) => $"{verdict["verdict"]} {(bool)verdict["valid"]!}";

        static bool? Signature(JsonNode verdict) =>
            (bool?)verdict["checks"]!.AsArray().Single(check => (string)check!["name"]! is "signature")!["passed"];
    }

    [Fact]
    public async Task What_is_no_collection_is_told_why()
    {
        var certificate = ("certificate.json", "{}"u8.ToArray());
        Assert.Contains("no ZIP file", await CorruptAsync(Pictures.Face), StringComparison.Ordinal);
        Assert.Contains("no certificate.json", await CorruptAsync(Collection.Zip([("a.png", [1])])), StringComparison.Ordinal);
        Assert.Contains(
            "no certificate.json", await CorruptAsync(Collection.Zip([("folder/certificate.json", [1])])),
            StringComparison.Ordinal);
        Assert.Contains("same name", await CorruptAsync(Collection.Zip([certificate, certificate])), StringComparison.Ordinal);
        Assert.Contains(
            "same name", await CorruptAsync(Collection.Zip([certificate, ("a.png", [1]), ("a.png", [2])])),
            StringComparison.Ordinal);

        async Task<string> CorruptAsync(byte[] zip)
        {
            using var answer = await service.PostAsync(Path, ("archive", zip, "a.zip"));
            Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
            var problem = await answer.JsonAsync();
            Assert.Equal("corrupt_archive", (string)problem["code"]!);
            return (string)problem["detail"]!;
        }
    }

    [Fact]
    public async Task Forms_are_read_strictly_here_too()
    {
        var zip = Collection.Zip([("certificate.json", [])]);
        Assert.Equal("400 missing_part", await service.RefusedAsync(Path, ("archive", "text")));
        Assert.Equal("400 unknown_field", await service.RefusedAsync(Path, ("archive", zip, "a"), ("k", "2")));
        Assert.Equal("400 unknown_field", await service.RefusedAsync(Path, ("images", zip, "a")));
        Assert.Equal("400 duplicate_part", await service.RefusedAsync(Path, ("archive", zip, "a"), ("archive", zip, "a")));
        using var picture = await service.PostAsync(Path, "image/png", ("archive", zip, "a"));
        Assert.Equal("not_acceptable", (string)(await picture.JsonAsync())["code"]!);
    }

    [Fact]
    public async Task An_archive_that_unpacks_to_many_times_the_limit_is_refused()
    {
        await using var small = ServiceFixture.With(("FaceDeid:Limits:MaxCollectionMegabytes", "1"));
        var bomb = Collection.Zip([("certificate.json", "{}"u8.ToArray()), ("a.png", new byte[8_000_001])]);

        Assert.Equal("413 upload_too_large", await small.RefusedAsync(Path, ("archive", bomb, "a.zip")));
    }

    [Fact]
    public async Task Entries_in_one_place_and_certificates_of_more_faces_than_a_collection_has_are_refused()
    {
        var files = Enumerable.Range(0, 50).Select(i => ($"chips/{i:D4}.png", new byte[100_000])).ToList();
        var bomb = ZipFiles.InOnePlace(Collection.Zip([("certificate.json", "{}"u8.ToArray()), .. files]));
        Assert.Equal("422 corrupt_archive", await service.RefusedAsync(Path, ("archive", bomb, "a.zip")));

        var large = new byte[6_000_000];
        Random.Shared.NextBytes(large);
        Assert.Equal("413 upload_too_large", await service.RefusedAsync(
            Path, ("archive", Collection.Zip([("certificate.json", large)]), "a.zip")));
        var grown = Collection.Zip(
            [("certificate.json", [.. "{"u8, .. Enumerable.Repeat((byte)' ', 4_000_000), .. "}"u8])],
            CompressionLevel.SmallestSize);
        Assert.Equal("413 upload_too_large", await service.RefusedAsync(Path, ("archive", grown, "a.zip")));
    }

    private static Task<byte[]> CollectAsync(ServiceFixture service) =>
        service.CollectAsync(Collection.Parts(Collection.Pictures(2, 2), ("subjectPattern", "{subject}/*"), ("k", "2")));

    private static async Task<JsonNode> VerifyAsync(ServiceFixture service, byte[] archive)
    {
        using var answer = await service.PostAsync(Path, ("archive", archive, "a.zip"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }
}
