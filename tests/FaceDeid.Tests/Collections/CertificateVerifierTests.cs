using System.Text.Json.Nodes;
using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>What was changed after it was made is found, by the check that is there for it.</summary>
public sealed class CertificateVerifierTests
{
    private static readonly Lazy<Task<CollectionResult>> Made =
        new(() => Collected.JohnsAsync(new CollectionOptions { K = 2, Neighbours = NeighbourSpace.Embedding }));
    private static readonly Lazy<Task<CollectionResult>> Shuffled =
        new(() => Collected.JohnsAsync(new CollectionOptions { K = 2, Algorithm = KSameAlgorithm.KDiffFurthest }));

    /// <summary>What is done to the certificate and the hashes of the files, and which checks fail.</summary>
    public static TheoryData<string, string> Tamperings => new()
    {
        { "byte of a chip", "files" },
        { "missing chip", "files" },
        { "extra file", "files" },
        { "chips exchanged between groups", "files" },
        { "hash of a chip left out", "files shared_faces" },
        { "chip left out of the certificate", "files shared_faces" },
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
        { "skipped picture also a member with one of its faces", "partition" },
        { "two groups of one number", "partition" },
        { "two groups put together", "group_sizes" },
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
            "chips of a group changed and called shuffled" => CallShuffled,
            "member moved to another group" => () => Members(1).Add(Taken(Members(0))),
            "person in two groups" => PutIntoBoth,
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
            "skipped picture also a member" => () => json["skipped"]!.AsArray().Add(Skipped((int)Member(0)["index"]!)),
            "skipped picture also a member with one of its faces" => SkipWhatIsUsed,
            "two groups put together" => PutTogether,
            "two groups of one number" => () => Group(1)["id"] = (int)Group(0)["id"]!,
            "schema changed" => () => json["schema"] = "facedeid-certificate-2",
            "property left out" => () => json.AsObject().Remove("groups"),
            "unknown algorithm" => () => json["parameters"]!["algorithm"] = "k-other",
            _ => throw new InvalidOperationException(what),
        };
        Assert.Equal(string.Empty, Verdicts.Failed(json, files));

        tamper();

        var failed = Verdicts.Failed(json, files);
        Assert.Equal(checks, failed);

        void CallShuffled()
        {
            Member(0)["chipSha256"] = files[chip] = Collected.Sha256([1]);
            json["bound"]!["kind"] = "shuffled";
        }

        void PutIntoBoth()
        {
            var (person, another) = ((int)Member(0)["person"]!, (int)Members(1)[0]!["person"]!);
            foreach (var member in Members(0).Where(member => (int)member!["person"]! == person))
                member!["person"] = another;
        }

        void SkipWhatIsUsed()
        {
            Member(0)["face"] = 1;
            json["skipped"]!.AsArray().Add(Skipped((int)Member(0)["index"]!));
        }

        // With one face and the right bound for all of them.
        void PutTogether()
        {
            while (Members(1).Count > 0)
                Members(0).Add(Taken(Members(1)));
            json["groups"]!.AsArray().RemoveAt(1);
            foreach (var member in Members(0))
                member!["chipSha256"] = files[(string)member["chip"]!] = files[chip];
            (Group(0)["people"], json["bound"]!["value"]) = (5, 0.2);
        }

        static JsonObject Skipped(int index) => new() { ["index"] = index, ["reason"] = "no_face", ["detail"] = "None." };

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
        Assert.Equal(string.Empty, Verdicts.Failed(json, made.Hashes()));

        json["bound"]!["kind"] = "identical";

        Assert.Equal("shared_faces", Verdicts.Failed(json, made.Hashes()));
    }

    [Fact]
    public async Task A_person_with_two_faces_of_their_own_is_found()
    {
        var made = await Shuffled.Value;
        var (json, files) = (JsonNode.Parse(made.FileOf(Certificate.FileName))!, made.Hashes());
        var member = json["groups"]![0]!["members"]![0]!;

        member["chipSha256"] = files[(string)member["chip"]!] = Collected.Sha256([1]);

        Assert.Equal("shared_faces", Verdicts.Failed(json, files));
    }
}
