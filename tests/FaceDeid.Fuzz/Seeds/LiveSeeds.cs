using FaceDeid.Fuzz.Recipes;
using FaceDeid.Fuzz.Running;

namespace FaceDeid.Fuzz.Seeds;

/// <summary>What only the service itself can make: sealed and scrambled faces of a usual size, and a collection with its certificate.</summary>
internal static class LiveSeeds
{
    private static readonly string[] Formats = ["png", "jpeg", "webp"];

    public static async Task<IReadOnlyList<Seed>> MakeAsync(Runner runner)
    {
        var image = new UploadPart("image", PictureSeeds.Face, "face.jpg");
        UploadPart[] quick = [UploadPart.Text("detector", "hog"), UploadPart.Text("verify", "false")];
        return
        [
            .. await Task.WhenAll(Formats.Select(async format =>
                new Seed($"live-sealed-{format}", SeedKind.Sealed, await AskAsync("seal", [image, .. quick, UploadPart.Text("method", "mask"), UploadPart.Text("format", format)]), IsLive: true))),
            new Seed("live-scrambled", SeedKind.Sealed, await AskAsync("deidentify", [image, .. quick, UploadPart.Text("method", "scramble")]), IsLive: true),
            new Seed("live-collection", SeedKind.Collection, await AskAsync("collections", [.. ArchiveSeeds.People.Select(person => new UploadPart("images", person.File, person.Name)), UploadPart.Text("k", "2")]), IsLive: true),
        ];

        async Task<byte[]> AskAsync(string target, UploadPart[] parts)
        {
            var isKeyed = target is not "collections";
            var (answer, failure) = await runner.SendAsync(new FuzzRequest(Target.Find(target), parts) { Key = isKeyed ? SealSeeds.Key : null });
            return answer is { Status: 200 } ? answer.Body : throw new InvalidOperationException($"The service did not make a seed: {target} {answer?.Status} {answer?.Code} {failure}");
        }
    }
}
