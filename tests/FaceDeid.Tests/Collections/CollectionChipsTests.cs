using FaceDeid.Collections;
using FaceDeid.Faces.Detection;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Chips of real people, and what the certificate says of them.</summary>
public sealed class CollectionChipsTests
{
    public static TheoryData<KSameAlgorithm> Algorithms => [.. Enum.GetValues<KSameAlgorithm>()];

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task Every_picture_has_a_chip_and_those_who_share_a_face_have_the_same_bytes(KSameAlgorithm algorithm)
    {
        var result = await Collected.JohnsAsync(new CollectionOptions { K = 2, Algorithm = algorithm });

        Collected.AssertValid(result);
        Assert.Equal(
            $"{string.Join(' ', Enumerable.Range(0, 15).Select(i => $"chips/{i:D4}.png"))} certificate.json",
            Collected.Names(result.Files));
        foreach (var file in result.Files.SkipLast(1))
        {
            Assert.Equal<byte>([0x89, 0x50, 0x4E, 0x47], file.Content.Take(4));
            var picture = Picture.Raw(file.Content);
            Assert.Equal((256, 256, 3), (picture.Width, picture.Height, picture.Bands));
        }

        var own = algorithm == KSameAlgorithm.KDiffFurthest;
        var shared = result.Certificate.Groups.SelectMany(group => group.Members.Select(member =>
            (Owner: own ? member.Person : group.Id, Chip: Collected.Sha256(result.FileOf(member.Chip!))))).Distinct().ToList();
        Assert.Equal(own ? 5 : result.Certificate.Groups.Count, shared.Count);
        Assert.Equal(shared.Count, shared.DistinctBy(pair => pair.Owner).Count());
        Assert.Equal(shared.Count, shared.DistinctBy(pair => pair.Chip, StringComparer.Ordinal).Count());
    }

    [Theory]
    [MemberData(nameof(Algorithms))]
    public async Task The_certificate_says_what_was_done(KSameAlgorithm algorithm)
    {
        var result = await Collected.JohnsAsync(new CollectionOptions { K = 2, Algorithm = algorithm });
        var certificate = result.Certificate;

        Assert.Equal((5, 15), (certificate.People, certificate.Pictures));
        Assert.Equal(
            (algorithm, 2, SubjectSource.Given),
            (certificate.Parameters.Algorithm, certificate.Parameters.K, certificate.Parameters.Subjects));
        Assert.Equal(
            algorithm == KSameAlgorithm.KSamePixel ? NeighbourSpace.Pixel : NeighbourSpace.Pca,
            certificate.Parameters.Neighbours);
        Assert.Equal(algorithm == KSameAlgorithm.KSamePixel, certificate.Parameters.Components is null);
        Assert.Equal(1.0 / certificate.Groups.Min(group => group.People), certificate.Bound!.Value, 1e-12);
        Assert.Equal(
            algorithm == KSameAlgorithm.KDiffFurthest ? GuaranteeKind.Shuffled : GuaranteeKind.Identical, certificate.Bound.Kind);
        Assert.NotEmpty(certificate.Bound.RestsOn);
        Assert.Null(certificate.Photos);
        Assert.Null(certificate.Signature);
        Assert.Empty(certificate.Skipped);
        Assert.Equal(result.FileOf(Certificate.FileName), certificate.ToJson());
        Assert.Equal(certificate.ToJson(), Certificate.Parse(certificate.ToJson()).ToJson());
        foreach (var member in certificate.Members())
        {
            var (person, file) = Collected.Johns[member.Index];
            Assert.Equal(Collected.Sha256(file), member.InputSha256);
            Assert.Equal(
                Collected.Johns.Select(john => john.Person).Distinct(StringComparer.Ordinal).ToList().IndexOf(person) + 1,
                member.Person);
            Assert.Null(member.Face);
        }
    }

    [Fact]
    public async Task The_smallest_group_decides_the_bound()
    {
        var result = await Collected.JohnsAsync(new CollectionOptions { K = 3 });

        Assert.Equal(5, Assert.Single(result.Certificate.Groups).People);
        Assert.Equal(0.2, result.Certificate.Bound!.Value);
    }

    [Fact]
    public async Task Hashes_of_the_inputs_can_be_left_out()
    {
        var result = await Collected.JohnsAsync(new CollectionOptions { K = 2, InputHashes = false });

        Collected.AssertValid(result);
        Assert.All(result.Certificate.Members(), member => Assert.Null(member.InputSha256));
        Assert.DoesNotContain(
            "inputSha256", System.Text.Encoding.UTF8.GetString(result.FileOf(Certificate.FileName)),
            StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(NeighbourSpace.Pixel)]
    [InlineData(NeighbourSpace.Pca)]
    [InlineData(NeighbourSpace.Embedding)]
    public async Task Sent_in_reverse_the_same_people_share_a_face(NeighbourSpace neighbours)
    {
        var options = new CollectionOptions { K = 2, Neighbours = neighbours };
        var forwards = await Collected.JohnsAsync(options);

        var backwards = await Collected.OfAsync(
            Collected.Johns.Reverse().Select(john => john.File), options, [.. Collected.Subjects.Reverse()]);

        Collected.AssertValid(backwards);
        Assert.Equal(neighbours, backwards.Certificate.Parameters.Neighbours);
        Assert.Equal(Groups(forwards, i => i), Groups(backwards, i => Collected.Johns.Count - 1 - i));

        static string Groups(CollectionResult result, Func<int, int> john) => string.Join(" | ", result.Certificate.Groups.Select(
            group => string.Join(' ', group.Members.Select(member => Collected.Johns[john(member.Index)].Person)
                .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_detector_finds_a_face_in_every_chip()
    {
        // Every picture is a person of its own: 27 groups.
        var result = await Collected.OfAsync(
            Collected.Pictures(11).Select(john => john.File),
            new CollectionOptions { K = 2, Neighbours = NeighbourSpace.Embedding });

        Collected.AssertValid(result);
        Assert.Equal(SubjectSource.Assumed, result.Certificate.Parameters.Subjects);
        Assert.Contains(result.Certificate.Warnings, warning => warning.Code is "same_person");
        var chips = result.Certificate.Groups.Select(group => group.Members[0].Chip!).ToList();
        Assert.Equal(27, chips.Count);
        Assert.All(chips, chip =>
        {
            using var picture = Engine.Decoder.Decode(result.FileOf(chip));
            using var search = SearchImage.Create(picture);
            Assert.Single(Engine.Detector(DetectorKind.Hog).Detect(search, new DetectionOptions { Detector = DetectorKind.Hog }));
        });
    }
}
