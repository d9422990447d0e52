using System.Security.Cryptography;
using System.Text.Json.Nodes;
using FaceDeid.Imaging;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Sealing;
using FaceDeid.Sealing.Carriers;
using FaceDeid.Sealing.Keys;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Sealing;

/// <summary>
/// The seals of docs/sealing-vectors.json, by which other implementations are checked: this one opens and refuses them as it is
/// written there.
/// </summary>
public sealed class SealVectorTests
{
    private static readonly JsonNode Vectors =
        JsonNode.Parse(File.ReadAllText(Path.Combine(TestFiles.Root, "docs", "sealing-vectors.json")))!;

    public static TheoryData<string> Seals => Names("seals");

    public static TheoryData<string> Refused => Names("refused");

    [Theory]
    [MemberData(nameof(Seals))]
    public void A_seal_opens_for_its_keys_with_the_data_key_and_content_that_are_written_there(string name)
    {
        var vector = Find("seals", name);
        var seal = SealFormat.Read(Bytes(vector["seal"]!));
        Assert.NotNull(seal);
        Assert.Equal(SealKind.Pixels, seal.Kind);
        Assert.Equal(Shown()["shownHash"]!.GetValue<string>(), Convert.ToHexStringLower(seal.PixelHash));
        var door = new FaceLock(seal);
        var faces = vector["faces"]!.AsArray();
        Assert.Equal(faces.Select(face => (int)face!["id"]!), seal.Faces.Select(face => face.Id));
        Assert.Equal(faces.Select(face => Box(face!["region"]!)), seal.Faces.Select(face => face.Region));

        var opens = vector["opens"]!.AsObject();
        Assert.Contains(opens, key => key.Value!.AsArray().Count > 0);
        foreach (var (keyName, ids) in opens)
        {
            using var key = Key(keyName);
            foreach (var (index, face) in faces.Index())
            {
                var dataKey = door.UnwrapDataKey(index, [key]);
                Assert.Equal(ids!.AsArray().Any(id => (int)id! == (int)face!["id"]!), dataKey is not null);
                if (dataKey is null)
                    continue;
                var content = door.Open(index, dataKey);
                Assert.NotNull(content);
                Assert.Equal(
                    (Text(face!, "dataKey"), Text(face!, "nonce"), Text(face!, "contentSha256")),
                    (Convert.ToHexStringLower(dataKey), Convert.ToHexStringLower(seal.Faces[index].Nonce),
                        Convert.ToHexStringLower(SHA256.HashData(content))));
                Assert.Equal(Bytes(face!["content"]!), content);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Refused))]
    public void A_seal_that_was_altered_is_refused(string name)
    {
        var vector = Find("refused", name);
        using var key = Key(Text(vector, "key"));

        var refused = Assert.Throws<FaceDeidException>(() =>
        {
            using var opened = OpenedFaces.Open(SealFile.Parse(Bytes(vector["seal"]!)), new OpenOptions([key]));
        });

        Assert.Equal(FaceDeidError.SealTampered, refused.Code);
    }

    [Fact]
    public void The_file_carries_its_seal_and_shows_the_picture_and_all_its_faces_are_the_original()
    {
        var file = Bytes(Vectors["file"]!["png"]!);
        var seal = Bytes(Find("seals", Text(Vectors["file"]!, "seal"))["seal"]!);
        using var key = Key("archive");

        Assert.Equal(seal, SealCarrier.Extract(file));
        using var picture = Engine.Decoder.Decode(file);
        using var painted = Painted(Shown(), Shown()["regions"]!.AsArray());
        Assert.Equal(0, Cv2.Norm(painted.Bgr, picture.Bgr, NormTypes.INF));
        Assert.Equal(Text(Shown(), "shownHash"), Convert.ToHexStringLower(PixelHash.Compute(picture)));
        var sealFile = SealFile.Read(file, sidecar: null);
        sealFile.CheckAgainst(picture);
        using var opened = OpenedFaces.Open(sealFile.Seal, new OpenOptions([key]));
        foreach (var face in opened.Faces)
            new FaceRestorer(Engine.Decoder).Restore(picture, opened, face, sealFile);
        using var original = Painted(Shown(), []);
        Assert.Equal(0, Cv2.Norm(original.Bgr, picture.Bgr, NormTypes.INF));
        Assert.Equal(Text(Shown(), "originalHash"), Convert.ToHexStringLower(PixelHash.Compute(picture)));
    }

    [Fact]
    public void Scrambled_blocks_are_where_they_are_said_to_be_and_come_back()
    {
        var vector = Vectors["scramble"]!;
        var faces = vector["faces"]!.AsArray().Select(face => face!).ToList();
        var regions = faces.Select(face => Box(face["region"]!)).ToList();
        using var picture = Painted(vector, []);
        Assert.Equal(Text(vector, "originalHash"), Convert.ToHexStringLower(PixelHash.Compute(picture)));

        foreach (var (index, face) in faces.Index())
        {
            BlockScrambler.Scramble(
                picture.Bgr, OwnBlocks.Divide(picture.Bgr.Size(), regions)[index],
                Convert.FromHexString(Text(face, "dataKey")), Convert.FromHexString(Text(face, "nonce")));
            Assert.Equal(Text(face, "scrambledHash"), Convert.ToHexStringLower(PixelHash.Compute(picture)));
            Assert.Equal(
                Text(face, "blockMeans"),
                Convert.ToHexStringLower(BlockMeans.Compute(picture.Bgr, OwnBlocks.Divide(picture.Bgr.Size(), regions)[index])));
        }

        foreach (var (index, face) in faces.Index())
        {
            BlockScrambler.Restore(
                picture.Bgr, OwnBlocks.Divide(picture.Bgr.Size(), regions)[index],
                Convert.FromHexString(Text(face, "dataKey")), Convert.FromHexString(Text(face, "nonce")));
        }

        Assert.Equal(Text(vector, "originalHash"), Convert.ToHexStringLower(PixelHash.Compute(picture)));
    }

    // By the formula of the vectors, black in the regions.
    private static UprightImage Painted(JsonNode picture, JsonArray regions)
    {
        var (width, height) = ((int)picture["width"]!, (int)picture["height"]!);
        using var pixels = new Mat(height, width, MatType.CV_8UC3);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                pixels.Set(y, x, new Vec3b((byte)((9 * x) + (2 * y)), (byte)((5 * x) + (11 * y) + 1), (byte)((7 * x) + (3 * y))));
        }

        foreach (var region in regions.Select(region => Box(region!)))
            pixels.Rectangle(new Rect(region.X, region.Y, region.Width, region.Height), Scalar.Black, thickness: -1);
        return new UprightImage(pixels.Clone(), alpha: null);
    }

    private static SealingKey Key(string name)
    {
        var key = Vectors["keys"]![name]!;
        switch (Text(key, "kind"))
        {
            case "passphrase":
                return new Passphrase(Text(key, "text"));
            case "publicKey":
                var pair = EllipticCurveKey.FromPem(Text(key, "testOnlyPrivateKey"));
                Assert.Equal(Text(key, "id"), pair.Id);
                return pair;
            default:
                var id = Text(key, "id");
                var symmetric = new SymmetricKey(
                    Bytes(key["base64"]!), string.Equals(id, name, StringComparison.Ordinal) ? id : null);
                Assert.Equal(id, symmetric.Id); // of a key without a name: its fingerprint
                return symmetric;
        }
    }

    private static JsonNode Shown() => Vectors["picture"]!;

    private static JsonNode Find(string list, string name) =>
        Assert.Single(Vectors[list]!.AsArray(), vector => string.Equals(Text(vector!, "name"), name, StringComparison.Ordinal))!;

    private static TheoryData<string> Names(string list) => [.. Vectors[list]!.AsArray().Select(vector => Text(vector!, "name"))];

    private static string Text(JsonNode node, string field) => node[field]!.GetValue<string>();

    private static byte[] Bytes(JsonNode base64) => Convert.FromBase64String(base64.GetValue<string>());

    private static Box Box(JsonNode region) => new((int)region[0]!, (int)region[1]!, (int)region[2]!, (int)region[3]!);
}
