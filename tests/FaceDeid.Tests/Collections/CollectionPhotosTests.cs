using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Photos with the groups' faces in place.</summary>
public sealed class CollectionPhotosTests
{
    private const string Group = "faces/2008_002506.jpg"; // three faces

    // The group photo without loss, so that what was not touched is equal to the last bit.
    private static readonly Lazy<Task<CollectionRun>> Run = new(() => Collected.ExamineAsync(
        [
            Collected.Shrunk(Collected.Photo(Group), 1),
            Collected.Johns[0].File,
            Collected.Johns[1].File,
            Collected.Johns[2].File,
        ]));

    [Theory]
    [InlineData(MultipleFacesPolicy.Largest)]
    [InlineData(MultipleFacesPolicy.All)]
    public async Task Every_face_of_a_photo_is_changed_and_nothing_else(MultipleFacesPolicy policy)
    {
        var result = await (await Run.Value).CompleteAsync(
            new CollectionOptions { K = 2, Photos = true, MultipleFaces = policy, Algorithm = KSameAlgorithm.KSameFurthest },
            null, null, CancellationToken.None);

        Collected.AssertValid(result);
        using var scene = Scene.Of(Group);
        using var file = Engine.Decoder.Decode(result.FileOf("photos/0000.png"));
        var after = file.Bgr;
        Assert.Equal(3, scene.Subjects.Count);
        using var untouched = new Mat(after.Size(), MatType.CV_8UC1, Scalar.White);
        using var difference = Scene.Difference(scene.Bgr, after);
        foreach (var subject in scene.Subjects)
        {
            Assert.InRange(
                Engine.Embedder.Embed(after, subject.Landmarks).SimilarityTo(subject.Embedding!), -1, PersonMatch.Surely);
            using var inner = Scene.MaskOf(subject.Box, -0.3, after.Size());
            using var changed = inner.Clone();
            Cv2.BitwiseAnd(inner, difference, changed);
            Assert.InRange(Cv2.CountNonZero(changed) / (double)Cv2.CountNonZero(inner), 0.8, 1);
            using var around = Scene.MaskOf(subject.Box, 0.7, after.Size());
            untouched.SetTo(Scalar.Black, around);
        }

        Assert.True(Cv2.CountNonZero(untouched) > 10_000);
        Assert.Equal(0, Cv2.Norm(scene.Bgr, after, NormTypes.INF, untouched));
    }

    [Fact]
    public async Task Photos_keep_their_format_and_their_members_carry_what_was_done_and_measured()
    {
        var result = await (await Run.Value).CompleteAsync(
            new CollectionOptions { K = 2, Photos = true, MultipleFaces = MultipleFacesPolicy.All }, null,
            null, CancellationToken.None);

        Assert.Equal(
            "photos/0000.png photos/0001.jpg photos/0002.jpg photos/0003.jpg certificate.json",
            Collected.Names(result.Files.SkipWhile(file => file.Name.StartsWith("chips/", StringComparison.Ordinal))));
        Assert.Equal<byte>([0x89, 0x50, 0x4E, 0x47], result.FileOf("photos/0000.png").Take(4));
        Assert.Equal<byte>([0xFF, 0xD8, 0xFF], result.FileOf("photos/0003.jpg").Take(3));
        Assert.Equal(6, result.Certificate.Members().Count);
        Assert.All(result.Certificate.Members(), member =>
        {
            Assert.Equal($"photos/{member.Index:D4}.{(member.Index == 0 ? "png" : "jpg")}", member.Photo);
            Assert.Equal(Collected.Sha256(result.FileOf(member.Photo!)), member.PhotoSha256);
            Assert.NotNull(member.PhotoMethod);
            Assert.InRange(member.PhotoSimilarity!.Value, -1, 1);
        });
        Assert.Contains(result.Certificate.Members(), member => member.PhotoMethod is "group");
        var measured = result.Certificate.Photos!;
        Assert.Equal((false, 6, 6, 0.1667), (measured.Guaranteed, measured.Faces, measured.Gallery, measured.Chance));
        Assert.InRange(measured.Rank1, 0, 1);
    }

    [Fact]
    public async Task Photos_alone_are_not_guaranteed()
    {
        var result = await Collected.JohnsAsync(
            new CollectionOptions { K = 2, Chips = false, Photos = true, Algorithm = KSameAlgorithm.KSameFurthest });

        Collected.AssertValid(result);
        Assert.Null(result.Certificate.Bound);
        Assert.All(result.Certificate.Members(), member => Assert.Null(member.Chip));
        Assert.Equal(15, result.Certificate.Photos!.Faces);
        Assert.Equal(5, result.Certificate.Photos.Gallery);
        Assert.Equal(15 + 1, result.Files.Count);
        var similar = result.Certificate.Members().Where(member => member.PhotoSimilarity >= PersonMatch.StillRecognised)
            .Select(member => member.Index);
        Assert.Equal(
            similar, result.Certificate.Warnings.SingleOrDefault(warning => warning.Code is "still_recognised")?.Indexes ?? []);
    }

    [Fact]
    public async Task The_similarity_in_the_certificate_is_that_of_the_photo()
    {
        var result = await Collected.JohnsAsync(new CollectionOptions { K = 2, Photos = true });

        foreach (var member in result.Certificate.Members().Take(5))
        {
            using var scene = Scene.Of(Collected.Johns[member.Index].File);
            using var after = Engine.Decoder.Decode(result.FileOf(member.Photo!));

            // The certificate's was measured before the photo was written as JPEG.
            Assert.Equal(
                member.PhotoSimilarity!.Value,
                Engine.Embedder.Embed(after.Bgr, scene.Main.Landmarks).SimilarityTo(scene.Main.Embedding!), 0.05);
        }
    }
}
