using System.Security.Cryptography;
using FaceDeid.Donors;
using FaceDeid.Faces.Recognition;
using FaceDeid.Tests.Protection;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class DonorLibraryTests
{
    private static readonly string Shipped = Path.Combine(Engine.ModelsDirectory, DonorLibrary.FileName);

    [Fact]
    public void What_was_saved_is_loaded()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (folder.File("first.bin"), folder.File("second.bin"));
        var random = new Random(1);
        var library = new DonorLibrary(Engine.Donors.Shapes, [Made(7, isAverage: false), Made(9, isAverage: true)]);
        library.Save(first);

        var loaded = DonorLibrary.Load(first);
        loaded.Save(second);

        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
        Assert.Equal(library.Sha256(), loaded.Sha256());
        Assert.Equal(library.Shapes.Mean, loaded.Shapes.Mean);
        Assert.Equal(library.Shapes.Expression, loaded.Shapes.Expression);
        Assert.Equal(library.Shapes.Deviations, loaded.Shapes.Deviations);
        Assert.Equal(2, loaded.Made.Count);
        foreach (var (expected, actual) in library.Made.Zip(loaded.Made))
        {
            Assert.Equal(expected.Picture, actual.Picture);
            Assert.Equal(expected.Points, actual.Points);
            Assert.Equal(expected.Measures, actual.Measures);
            Assert.Equal(expected.Expression.Shares, actual.Expression.Shares);
            Assert.Equal((expected.Who, expected.Seed, expected.IsAverage), (actual.Who, actual.Seed, actual.IsAverage));
            Assert.InRange(expected.Embedding.SimilarityTo(actual.Embedding), 0.9999, 1.0001); // numbers of 16 bits
        }

        // Every number another one, so that none can be taken for its neighbour.
        Donor Made(int seed, bool isAverage) => new(
            Engine.Donors.Made[seed].Picture, Engine.Donors.Made[seed].Points, Engine.Donors.Made[seed].Embedding,
            new FaceMeasures(
                new SkinColours(Vector(), Vector(), random.NextSingle(), random.NextSingle(), SkinColours.Enough), Next(), Next(),
                Next(), Next(), Next(), Next(), Next(), Next(), Next()),
            new AgeAndSex(Next(), Next()),
            new FacialExpression([Next(), Next(), Next(), Next(), Next(), Next(), Next()]), seed)
        {
            IsAverage = isAverage,
        };

        Vec3f Vector() => new(random.NextSingle(), random.NextSingle(), random.NextSingle());
        double Next() => random.NextDouble();
    }

    [Fact]
    public void A_damaged_file_is_refused_wherever_the_damage_is()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("donors.bin");
        var whole = File.ReadAllBytes(Shipped);

        foreach (var at in new[] { 0, 16, 17, 1200, whole.Length / 2, whole.Length - 33, whole.Length - 1 })
        {
            var flipped = whole.ToArray();
            flipped[at] ^= 1;
            AssertRefused(flipped);
        }

        foreach (var length in new[] { 0, 1, 17, 31, 32, 60, whole.Length / 2, whole.Length - 1 })
            AssertRefused(whole[..length]);
        AssertRefused([.. whole, 0]);

        // Another version, and a file that ends too early: whole, by their hashes.
        AssertRefused(Hashed([.. "FaceDeid donors 4"u8, .. whole[17..^32]]));
        AssertRefused(Hashed(whole[..(whole.Length / 2)]));
        AssertRefused(Hashed(whole[..17]));

        void AssertRefused(byte[] bytes)
        {
            File.WriteAllBytes(file, bytes);
            Refusal.Of(FaceDeidError.ModelUnavailable, "cannot be read", () => DonorLibrary.Load(file));
        }

        static byte[] Hashed(byte[] bytes) => [.. bytes, .. SHA256.HashData(bytes)];
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        Refusal.Of(
            FaceDeidError.ModelUnavailable, "belongs to the repository", () => DonorLibrary.Load(folder.File("donors.bin")));
        Refusal.Of(FaceDeidError.ModelUnavailable, "belongs to the repository", () => DonorLibrary.Load(folder.Path));
    }

    [Fact]
    public void The_shipped_file_has_people_of_all_kinds_and_is_small()
    {
        var library = DonorLibrary.Load(Shipped);

        Assert.InRange(new FileInfo(Shipped).Length, 1, 15_000_000);
        var made = library.Made.Where(donor => !donor.IsAverage).ToList();
        Assert.True(made.DistinctBy(donor => donor.Seed).Count() >= 100);
        var (children, adults) = (made.FindAll(donor => donor.Who.Age < 13), made.FindAll(donor => donor.Who.Age >= 13));
        Assert.True(children.Count >= 10, $"{children.Count} children");
        List<Donor>[] sexes = [adults.FindAll(donor => donor.Who.Male < 0.5), adults.FindAll(donor => donor.Who.Male > 0.5)];
        foreach (var sex in sexes)
        {
            Assert.True(sex.Count >= 40, $"{sex.Count} of one sex");
            Assert.True(sex.Count(donor => donor.Measures.Skin.Tone.Item0 < 50) >= 5, "dark skin");
            Assert.True(sex.Count(donor => donor.Measures.Skin.Tone.Item0 > 70) >= 5, "light skin");
            Assert.True(sex.Count(donor => donor.Who.Age > 50) >= 5, "old people");
        }
    }

    [Fact]
    public void Each_shipped_donor_is_a_face_that_is_seen_as_its_kind()
    {
        Assert.All(Engine.Donors.Made, donor =>
        {
            using var texture = donor.Texture();
            Assert.Equal(MatType.CV_8UC3, texture.Type());
            Assert.All(FaceMesh.WithForehead(donor.Points), p =>
                Assert.True(p.Real >= 0 && p.Real < texture.Width && p.Imaginary >= 0 && p.Imaginary < texture.Height));
            Assert.Equal(1, donor.Embedding.SimilarityTo(donor.Embedding), 1e-3);
            Assert.InRange(donor.Who.Male, 0, 1);
            Assert.Equal(1, donor.Expression.Shares.Sum(), 1e-6);
            // Its measures are those of its texture.
            using var lab = texture.ToLab();
            var measured = FaceMeasures.Of(lab, FaceMesh.WithForehead(donor.Points));
            Assert.Equal(measured.Skin.Tone.Item0, donor.Measures.Skin.Tone.Item0, 1.5f);
            Assert.Equal(measured.Yaw, donor.Measures.Yaw, 1e-6);
            Assert.Equal(measured.Light, donor.Measures.Light, 1.0);
        });
    }

    [Fact]
    public void No_two_shipped_donors_are_one_face()
    {
        var made = Engine.Donors.Made.Where(donor => !donor.IsAverage).ToList();
        Assert.Equal(made.Count, made.DistinctBy(donor => donor.Seed).Count());
        Assert.Equal(
            made.Count,
            made.DistinctBy(donor => Convert.ToHexString(SHA256.HashData(donor.Picture)), StringComparer.Ordinal).Count());
    }

    [Fact]
    public void In_a_mirror_a_donor_is_mirrored()
    {
        Assert.Equal(2 * Engine.Donors.Made.Count, Engine.Donors.Donors.Count + Engine.Donors.Averages.Count);
        foreach (var pair in Engine.Donors.Donors.Chunk(2).Take(3))
        {
            using var texture = pair[0].Texture();
            using var mirrored = pair[1].Texture();
            using var back = mirrored.Flip(FlipMode.Y);
            Scene.AssertSame(texture, back);
            Assert.Equal(texture.Width - 1 - pair[0].Points[16].Real, pair[1].Points[0].Real, 1e-9);
            using var lab = mirrored.ToLab();
            var measured = FaceMeasures.Of(lab, FaceMesh.WithForehead(pair[1].Points));
            Assert.Equal(pair[1].Measures.Yaw, measured.Yaw, 1e-6);
            Assert.Equal(pair[1].Measures.Light, measured.Light, 1.5);
        }
    }
}
