using System.IO.Compression;
using FaceDeid.Fuzz.Mutating;
using FaceDeid.Fuzz.Recipes;
using FaceDeid.Fuzz.Running;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>
/// What only the service itself can make: sealed and scrambled faces of a usual size, and a collection with its certificate.
/// </summary>
internal static class LiveSeeds
{
    private static readonly string[] Formats = ["png", "jpeg", "webp"];

    public static async Task<IReadOnlyList<Seed>> MakeAsync(Runner runner)
    {
        var image = new UploadPart("image", PictureSeeds.Face, "face.jpg");
        UploadPart[] quick = [UploadPart.Text("detector", "hog"), UploadPart.Text("verify", "false")];
        return
        [
            .. await Task.WhenAll(Formats.Select(async format => new Seed(
                $"live-sealed-{format}", SeedKind.Sealed,
                await AskAsync("seal", [image, .. quick, UploadPart.Text("method", "mask"), UploadPart.Text("format", format)]),
                GivesPieces: false))),
            new Seed(
                "live-scrambled", SeedKind.Sealed,
                await AskAsync("deidentify", [image, .. quick, UploadPart.Text("method", "scramble")]), GivesPieces: false),
            new Seed(
                "live-collection", SeedKind.Collection, Undated(await AskAsync(
                    "collections",
                    [
                        .. ArchiveSeeds.People.Select(person => new UploadPart("images", person.File, person.Name)),
                        UploadPart.Text("k", "2"),
                    ])), GivesPieces: false),
        ];

        // A fraction of a second is written with as many digits as it needs: it would move all that follows.
        static byte[] Undated(byte[] collection) => ArchiveMutations.Zip(
            ArchiveMutations.Unzip(collection)!.Select(entry => entry.Name is Certificate.FileName
                ? (entry.Name, (Certificate.Parse(entry.Content) with { Created = DateTimeOffset.UnixEpoch }).ToJson())
                : entry),
            CompressionLevel.NoCompression);

        async Task<byte[]> AskAsync(string target, UploadPart[] parts)
        {
            var isKeyed = target is not "collections";
            var (answer, failure) =
                await runner.SendAsync(new FuzzRequest(Target.Find(target), parts) { Key = isKeyed ? SealSeeds.Key : null });
            return answer is { Status: 200 } ? answer.Body : throw new InvalidOperationException(
                $"The service did not make a seed: {target} {answer?.Status} {answer?.Code} {failure}");
        }
    }
}
