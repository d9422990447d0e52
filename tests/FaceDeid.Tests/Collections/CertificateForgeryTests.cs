using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Certificates that somebody wrote, not the service: whatever they say, only what the files bear out passes.</summary>
public sealed class CertificateForgeryTests
{
    [Theory]
    [InlineData("pictures", "-1")]
    [InlineData("groups", "[null]")]
    [InlineData("skipped", "[null]")]
    [InlineData("warnings", "[null]")]
    public async Task What_is_missing_in_a_list_or_negative_makes_it_no_certificate(string name, string value)
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2 });
        var json = JsonNode.Parse(made.FileOf(Certificate.FileName))!;
        json[name] = JsonNode.Parse(value);
        var verdict = CertificateVerifier.Verify(
            Encoding.UTF8.GetBytes(json.ToJsonString()), null, new CollectionContent(made.Hashes()), null);
        Assert.False(verdict.Valid);
    }

    [Fact]
    public async Task A_member_that_is_null_makes_it_no_certificate()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2 });
        var json = JsonNode.Parse(made.FileOf(Certificate.FileName))!;
        json["groups"]![0]!["members"]!.AsArray().Add(null);
        var verdict = CertificateVerifier.Verify(
            Encoding.UTF8.GetBytes(json.ToJsonString()), null, new CollectionContent(made.Hashes()), null);
        Assert.False(verdict.Valid);
    }

    [Fact]
    public async Task A_photo_without_a_hash_does_not_vouch_for_another()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2, Chips = false, Photos = true });
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        foreach (var m in json["groups"]!.AsArray().SelectMany(g => g!["members"]!.AsArray()).Where(m => (int)m!["index"]! == 0))
            m!.AsObject().Remove("photoSha256");
        files.Remove("photos/0000.jpg");
        files.Add("photos/original.jpg", Collected.Sha256([1]));
        var verdict = CertificateVerifier.Verify(
            Encoding.UTF8.GetBytes(json.ToJsonString()), null, new CollectionContent(files), null);
        Assert.False(verdict.Valid);
    }

    [Fact]
    public async Task A_bound_without_chips_is_found()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2, Chips = false, Photos = true });
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        foreach (var group in json["groups"]!.AsArray())
        {
            foreach (var m in group!["members"]!.AsArray())
                m!["chipSha256"] = Collected.Sha256([1]);
        }

        json["bound"] = JsonNode.Parse("""{"value":0.5,"kind":"identical","restsOn":[]}""");
        var verdict = CertificateVerifier.Verify(
            Encoding.UTF8.GetBytes(json.ToJsonString()), null, new CollectionContent(files), null);
        Assert.False(verdict.Valid, verdict.Statement);
    }

    [Fact]
    public async Task A_lot_is_claimed_for_k_diff_only()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2 });
        var json = JsonNode.Parse(made.FileOf(Certificate.FileName))!;
        json["bound"]!["kind"] = "shuffled";
        Assert.False(CertificateVerifier.Verify(
            Encoding.UTF8.GetBytes(json.ToJsonString()), null, new CollectionContent(made.Hashes()), null).Valid);
    }

    [Fact]
    public async Task Doubled_and_further_properties_and_numbers_that_are_none_are_refused()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2 });
        var json = JsonNode.Parse(made.FileOf(Certificate.FileName))!;
        var text = json.ToJsonString().Replace("\"people\":5", "\"People\":5,\"people\":5", StringComparison.Ordinal);
        Assert.False(
            CertificateVerifier.Verify(Encoding.UTF8.GetBytes(text), null, new CollectionContent(made.Hashes()), null).Valid);
        text = json.ToJsonString().Replace("\"people\":5", "\"extra\":5,\"people\":5", StringComparison.Ordinal);
        Assert.False(
            CertificateVerifier.Verify(Encoding.UTF8.GetBytes(text), null, new CollectionContent(made.Hashes()), null).Valid);
        text = json.ToJsonString().Replace("\"value\":0.5", "\"value\":\"NaN\"", StringComparison.Ordinal);
        Assert.False(
            CertificateVerifier.Verify(Encoding.UTF8.GetBytes(text), null, new CollectionContent(made.Hashes()), null).Valid);
    }

    [Fact]
    public async Task Names_of_files_say_nothing_else()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2 });
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        var member = json["groups"]![0]!["members"]![0]!;
        files.Remove((string)member["chip"]!);
        member["chip"] = "chips/0000 is Anna.png";
        files.Add("chips/0000 is Anna.png", (string)member["chipSha256"]!);

        Assert.Equal("files", Verdicts.Failed(json, files));
    }

    [Fact]
    public async Task A_picture_does_not_count_as_one_face_and_as_several()
    {
        var made = await Collected.JohnsAsync(new CollectionOptions { K = 2 });
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        var members = json["groups"]![0]!["members"]!.AsArray();
        var copy = members[0]!.DeepClone();
        copy["face"] = 1;
        copy["chip"] = "chips/x.png";
        files["chips/x.png"] = (string)copy["chipSha256"]!;
        members.Add(copy);
        Assert.False(CertificateVerifier.Verify(
            Encoding.UTF8.GetBytes(json.ToJsonString()), null, new CollectionContent(files), null).Valid);
    }
}
