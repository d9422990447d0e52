using System.Text.Json.Nodes;
using FaceDeid.Fuzz.Mutating;
using FaceDeid.Fuzz.Mutating.Containers;
using FaceDeid.Sealing.Carriers;
using FaceDeid.TestData;
using NetVips;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>
/// The seals of <c>docs/sealing-vectors.json</c>: a seal that the service makes is another one each time, and these open each
/// time.
/// </summary>
internal static class SealSeeds
{
    private static readonly JsonNode Vectors =
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(TestFiles.Root, "docs", "sealing-vectors.json")))!;

    /// <summary>The key <c>archive</c> of the vectors.</summary>
    public static string Key { get; } = (string)Vectors["keys"]!["archive"]!["base64"]!;

    public static string Passphrase { get; } = (string)Vectors["keys"]!["passphrase"]!["text"]!;

    public static string PrivateKey { get; } = (string)Vectors["keys"]!["pair"]!["testOnlyPrivateKey"]!;

    /// <summary>The picture that the seals are of, with the seal <c>twoFaces</c>.</summary>
    public static byte[] Picture { get; } = Base64(Vectors["file"]!["png"]!);

    public static IEnumerable<Seed> All()
    {
        using var shown = Image.NewFromBuffer(Picture);
        var jpeg = shown.JpegsaveBuffer();
        var webp = shown.WebpsaveBuffer(lossless: true);
        yield return new Seed("sealed-png", SeedKind.Sealed, Picture);
        foreach (var seal in Vectors["seals"]!.AsArray())
        {
            var (name, bytes) = ((string)seal!["name"]!, Base64(seal["seal"]!));
            yield return new Seed($"sidecar-{name}", SeedKind.Sidecar, bytes);
            yield return new Seed($"sealed-webp-{name}", SeedKind.Sealed, Carrying(new RiffContainer(), webp, bytes));
            yield return new Seed($"sealed-jpeg-{name}", SeedKind.Sealed, Carrying(new JpegContainer(), jpeg, bytes));
        }
    }

    private static byte[] Base64(JsonNode text) => Convert.FromBase64String((string)text!);

    private static byte[] Carrying(IContainer container, byte[] file, byte[] seal) =>
        SealCarrier.Embed(container.Join(container.Split(file)!), seal);
}
