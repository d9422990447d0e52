using System.Security.Cryptography;
using FaceDeid.Collections;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Real collections. The johns are examined once for all tests: a run may be completed any number of times.</summary>
internal static class Collected
{
    public static readonly PictureUse Everything = new(File: true, EveryFace: true);

    private const int Each = 3;

    /// <summary>Five people with three pictures each, in turns.</summary>
    public static IReadOnlyList<(string Person, byte[] File)> Johns { get; } = [.. Pictures(Each)];

    public static IReadOnlyList<PictureSubject?> Subjects { get; } = [.. Johns.Select(john => new PictureSubject(john.Person))];

    private static readonly Lazy<Task<CollectionRun>> Run = new(() => ExamineAsync(Johns.Select(john => john.File)));

    /// <summary>A gray picture without a face.</summary>
    public static byte[] Nobody { get; } = Picture.Of(64, 64, 3, (x, y, _) => 100 + ((x + y) % 3)).Png();

    public static byte[] Photo(string name) => File.ReadAllBytes(TestFiles.Example(name));

    /// <summary>Every picture of the johns, so many of each.</summary>
    public static IEnumerable<(string Person, byte[] File)> Pictures(int each)
    {
        var johns = Directory.GetDirectories(Path.Combine(TestFiles.Root, "tests", "data", "cache", "johns"))
            .Order(StringComparer.Ordinal).ToArray();
        return Enumerable.Range(0, each).SelectMany(i => johns.Select(
            john => (Path.GetFileName(john),
                File.ReadAllBytes(Directory.GetFiles(john, "*.jpg").Order(StringComparer.Ordinal).ElementAt(i)))));
    }

    public static byte[] Shrunk(byte[] file, double scale)
    {
        using var picture = Engine.Decoder.Decode(file);
        using var small = picture.Bgr.Resize(default, scale, scale, InterpolationFlags.Area);
        Cv2.ImEncode(".png", small, out var png);
        return png;
    }

    /// <summary>The johns, with their names.</summary>
    public static Task<CollectionResult> JohnsAsync(CollectionOptions options) => JohnsAsync(options, Subjects);

    public static async Task<CollectionResult> JohnsAsync(
        CollectionOptions options, IReadOnlyList<PictureSubject?>? subjects, CancellationToken cancellationToken = default) =>
        await (await Run.Value).CompleteAsync(options, subjects, progress: null, cancellationToken);

    public static async Task<CollectionResult> OfAsync(
        IEnumerable<byte[]> files, CollectionOptions options,
        IReadOnlyList<PictureSubject?>? subjects = null, CollectionParts? parts = null) =>
        await (await ExamineAsync(files, parts)).CompleteAsync(options, subjects, progress: null, CancellationToken.None);

    public static async Task<CollectionRun> ExamineAsync(IEnumerable<byte[]> files, CollectionParts? parts = null)
    {
        var run = new CollectionPipeline(parts ?? Engine.CollectionParts, Engine.Gate).Begin();
        await Task.WhenAll(files.Select(file => run.AddAsync(file, Everything, CancellationToken.None)));
        return run;
    }

    /// <summary>Names of files, with spaces between them.</summary>
    public static string Names(IEnumerable<CollectionFile> files) => string.Join(' ', files.Select(file => file.Name));

    public static byte[] FileOf(this CollectionResult result, string name) =>
        result.Files.Single(file => string.Equals(file.Name, name, StringComparison.Ordinal)).Content;

    public static IReadOnlyList<CertificateMember> Members(this Certificate certificate) =>
        [.. certificate.Groups.SelectMany(group => group.Members).OrderBy(member => member.Index).ThenBy(member => member.Face)];

    /// <summary>The hashes of chips and photos, as the verifier takes them.</summary>
    public static Dictionary<string, string> Hashes(this CollectionResult result) => result.Files
        .Where(file => file.Name is not (Certificate.FileName or Certificate.SignatureFileName))
        .ToDictionary(file => file.Name, file => Sha256(file.Content), StringComparer.Ordinal);

    public static string Sha256(byte[] file) => Convert.ToHexStringLower(SHA256.HashData(file));

    public static void AssertValid(CollectionResult result)
    {
        var verdict = CertificateVerifier.Verify(
            result.FileOf(Certificate.FileName), signature: null, new CollectionContent(result.Hashes()), key: null);
        Assert.All(verdict.Checks, check => Assert.True(check.Passed != false, check.Name));
        Assert.True(verdict.Valid);
    }

    /// <summary>The refusal with this code, whose text is fit for the caller.</summary>
    public static async Task<FaceDeidException> RefusedAsync(FaceDeidError code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(call);
        Assert.Equal(code, refusal.Code);
        Refusal.Checked(refusal.Message);
        Assert.All(refusal.Options?.Values ?? [], text => Refusal.Checked(text));
        return refusal;
    }
}
