using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.KSame;
using Xunit;

namespace FaceDeid.Tests.KSame;

/// <summary>What was changed after it was made is found, by the check that is there for it.</summary>
public sealed class CertificateVerifierTests
{
    private static readonly Lazy<Task<CollectionResult>> Made = new(() => Collected.JohnsAsync(new CollectionOptions { K = 2, Neighbours = NeighbourSpace.Embedding }));
    private static readonly Lazy<Task<CollectionResult>> Shuffled = new(() => Collected.JohnsAsync(new CollectionOptions { K = 2, Algorithm = KSameAlgorithm.KDiffFurthest }));
    private static readonly Lazy<Task<CollectionResult>> Photos = new(() => Collected.JohnsAsync(new CollectionOptions { K = 2, Chips = false, Photos = true }));

    /// <summary>What is done to the certificate and the hashes of the files, and which checks fail.</summary>
    public static TheoryData<string, string> Tamperings => new()
    {
        { "byte of a chip", "files" },
        { "missing chip", "files" },
        { "extra file", "files" },
        { "chips exchanged between groups", "files" },
        { "hash of a chip left out", "files shared_faces" },
        { "chip left out of the certificate", "files" },
        { "two members with one chip", "files" },
        { "chip of a member changed in both places", "shared_faces" },
        { "chips of a group changed and called shuffled", "shared_faces" },
        { "member moved to another group", "partition group_sizes shared_faces" },
        { "person in two groups", "partition" },
        { "k lowered", "group_sizes" },
        { "k raised", "group_sizes" },
        { "k below two", "group_sizes" },
        { "people of a group miscounted", "group_sizes" },
        { "people miscounted", "partition" },
        { "pictures miscounted", "partition" },
        { "no groups", "partition group_sizes files bound" },
        { "bound lowered", "bound" },
        { "bound raised", "bound" },
        { "bound taken away", "shared_faces" },
        { "member doubled", "partition files" },
        { "member's index changed", "partition" },
        { "skipped picture also a member", "partition" },
        { "two groups of one number", "partition" },
        { "schema changed", "schema" },
        { "property left out", "schema" },
        { "unknown algorithm", "schema" },
    };

    [Theory]
    [MemberData(nameof(Tamperings))]
    public async Task A_change_is_found(string what, string checks)
    {
        var made = await Made.Value;
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        JsonNode Group(int i) => json["groups"]![i]!;
        JsonArray Members(int i) => Group(i)["members"]!.AsArray();
        JsonNode Member(int i) => Members(0)[i]!;
        var chip = (string)Member(0)["chip"]!;
        var other = (string)Members(1)[0]!["chip"]!;
        Action tamper = what switch
        {
            "byte of a chip" => () => files[chip] = Collected.Sha256([.. made.FileOf(chip).Take(999), 1]),
            "missing chip" => () => files.Remove(chip),
            "extra file" => () => files.Add("chips/original.png", files[chip]),
            "chips exchanged between groups" => () => (files[chip], files[other]) = (files[other], files[chip]),
            "hash of a chip left out" => () => Member(0).AsObject().Remove("chipSha256"),
            "chip left out of the certificate" => () => Member(0).AsObject().Remove("chip"),
            "two members with one chip" => () => Member(0)["chip"] = (string)Member(1)["chip"]!,
            "chip of a member changed in both places" => () => Member(0)["chipSha256"] = files[chip] = Collected.Sha256([1]),
            "chips of a group changed and called shuffled" => () =>
            {
                Member(0)["chipSha256"] = files[chip] = Collected.Sha256([1]);
                json["bound"]!["kind"] = "shuffled";
            },
            "member moved to another group" => () => Members(1).Add(Taken(Members(0))),
            "person in two groups" => () =>
            {
                var person = (int)Members(1)[0]!["person"]!;
                foreach (var member in Members(0).Where(member => (int)member!["person"]! == (int)Member(0)["person"]!).ToList())
                    member!["person"] = person;
            },
            "k lowered" => () => json["parameters"]!["k"] = 1,
            "k raised" => () => json["parameters"]!["k"] = 3,
            "k below two" => () => json["parameters"]!["k"] = -2,
            "people of a group miscounted" => () => Group(1)["people"] = 3 - ((int)Group(1)["people"]! - 2),
            "people miscounted" => () => json["people"] = 6,
            "pictures miscounted" => () => json["pictures"] = 16,
            "no groups" => () => json["groups"] = new JsonArray(),
            "bound lowered" => () => json["bound"]!["value"] = 0.2,
            "bound raised" => () => json["bound"]!["value"] = 0.51,
            "bound taken away" => () => json.AsObject().Remove("bound"),
            "member doubled" => () => Members(0).Add(Member(0).DeepClone()),
            "member's index changed" => () => Member(0)["index"] = 15,
            "skipped picture also a member" => () => json["skipped"]!.AsArray().Add(new JsonObject { ["index"] = 0, ["reason"] = "no_face", ["detail"] = "None." }),
            "two groups of one number" => () => Group(1)["id"] = (int)Group(0)["id"]!,
            "schema changed" => () => json["schema"] = "facedeid-certificate-2",
            "property left out" => () => json.AsObject().Remove("groups"),
            "unknown algorithm" => () => json["parameters"]!["algorithm"] = "k-other",
            _ => throw new InvalidOperationException(what),
        };
        Assert.Equal(string.Empty, Failed(json, files));

        tamper();

        var failed = Failed(json, files);
        Assert.Equal(checks, failed);

        static JsonNode Taken(JsonArray members)
        {
            var member = members[0]!;
            members.Remove(member);
            return member;
        }
    }

    [Fact]
    public async Task A_face_of_ones_own_called_shared_is_found()
    {
        var made = await Shuffled.Value;
        var json = JsonNode.Parse(made.FileOf(Certificate.FileName))!;
        Assert.Equal(string.Empty, Failed(json, made.Hashes()));

        json["bound"]!["kind"] = "identical";

        Assert.Equal("shared_faces", Failed(json, made.Hashes()));
    }

    [Fact]
    public async Task A_person_with_two_faces_of_their_own_is_found()
    {
        var made = await Shuffled.Value;
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        var member = json["groups"]![0]!["members"]![0]!;

        member["chipSha256"] = files[(string)member["chip"]!] = Collected.Sha256([1]);

        Assert.Equal("shared_faces", Failed(json, files));
    }

    [Fact]
    public async Task A_photo_that_was_changed_exchanged_or_left_out_is_found()
    {
        var made = await Photos.Value;
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        Assert.Equal(string.Empty, Failed(json, files));

        Assert.Equal("files", Failed(json, new(files, StringComparer.Ordinal) { ["photos/0000.jpg"] = Collected.Sha256([1]) }));
        Assert.Equal("files", Failed(json, new(files, StringComparer.Ordinal) { ["photos/0000.jpg"] = files["photos/0001.jpg"], ["photos/0001.jpg"] = files["photos/0000.jpg"] }));
        files.Remove("photos/0000.jpg");
        Assert.Equal("files", Failed(json, files));
    }

    [Theory]
    [InlineData("")]
    [InlineData("no JSON")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    public void What_is_no_certificate_fails_by_its_schema(string text) =>
        Assert.Equal("schema", Failed(Encoding.UTF8.GetBytes(text), new(StringComparer.Ordinal)));

    [Fact]
    public async Task A_property_that_is_said_twice_makes_it_no_certificate()
    {
        var text = Encoding.UTF8.GetString((await Made.Value).FileOf(Certificate.FileName));
        var doubled = text.Replace("\"people\": 5,", "\"people\": 5, \"people\": 5,", StringComparison.Ordinal);

        Assert.NotEqual(text.Length, doubled.Length);
        Assert.Equal("schema", Failed(Encoding.UTF8.GetBytes(doubled), (await Made.Value).Hashes()));
    }

    [Fact]
    public async Task The_statement_names_the_bound_or_that_there_is_none()
    {
        var (chips, photos) = (await Made.Value, await Photos.Value);
        string Statement(CollectionResult result, Dictionary<string, string> files) => CertificateVerifier.Verify(result.FileOf(Certificate.FileName), signature: null, files, key: null).Statement;

        Assert.Contains("above 0.5,", Statement(chips, chips.Hashes()), StringComparison.Ordinal);
        Assert.Contains("guarantees nothing", Statement(photos, photos.Hashes()), StringComparison.Ordinal);
        Assert.Contains("does not fit", Statement(chips, photos.Hashes()), StringComparison.Ordinal);
    }

    private static string Failed(JsonNode json, Dictionary<string, string> files) => Failed(Encoding.UTF8.GetBytes(json.ToJsonString()), files);

    // Names of the checks that failed, in their order.
    private static string Failed(byte[] certificate, Dictionary<string, string> files)
    {
        var verdict = CertificateVerifier.Verify(certificate, signature: null, files, key: null);
        Assert.Equal(verdict.Valid, verdict.Checks.All(check => check.Passed != false));
        Assert.All(verdict.Checks, check => Refusal.Checked(check.Detail));
        return string.Join(' ', verdict.Checks.Where(check => check.Passed == false).Select(check => check.Name));
    }
}
