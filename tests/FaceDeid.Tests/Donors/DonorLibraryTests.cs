using FaceDeid.Donors;
using FaceDeid.Tests.Protection;
using Xunit;

namespace FaceDeid.Tests.Donors;

public sealed class DonorLibraryTests
{
    [Fact]
    public void What_was_saved_is_loaded()
    {
        using var folder = new TemporaryFolder();
        var (first, second) = (folder.File("first.bin"), folder.File("second.bin"));
        Engine.Donors.Save(first);

        using var loaded = DonorLibrary.Load(first);
        loaded.Save(second);

        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        Assert.Equal(2, Directory.GetFiles(folder.Path).Length);
        Assert.Equal(Engine.Donors.Shapes.Mean, loaded.Shapes.Mean);
        Assert.Equal(Engine.Donors.Shapes.Expression, loaded.Shapes.Expression);
        Assert.Equal(Engine.Donors.Expression.Limits, loaded.Expression.Limits);
        foreach (var (expected, actual) in Engine.Donors.Expression.Changes.Zip(loaded.Expression.Changes))
            Scene.AssertSame(expected, actual);
        Assert.True(loaded.Donors.Count >= Donor.MinPeople);
        Assert.Equal(Engine.Donors.Donors.Count, loaded.Donors.Count);
        foreach (var (expected, actual) in Engine.Donors.Donors.Zip(loaded.Donors))
        {
            Assert.Equal(expected.Shape, actual.Shape);
            Assert.Equal(expected.Embedding.Values.ToArray(), actual.Embedding.Values.ToArray());
            Scene.AssertSame(expected.Texture, actual.Texture);
        }
    }

    [Fact]
    public void A_damaged_file_is_refused_wherever_the_damage_is()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("donors.bin");
        Engine.Donors.Save(file);
        var whole = File.ReadAllBytes(file);

        foreach (var at in new[] { 0, 16, 17, 1200, whole.Length / 2, whole.Length - 33, whole.Length - 1 })
        {
            var flipped = whole.ToArray();
            flipped[at] ^= 1;
            AssertRefused(flipped);
        }

        foreach (var length in new[] { 0, 1, 17, 31, 32, 60, whole.Length / 2, whole.Length - 1 })
            AssertRefused(whole[..length]);
        AssertRefused([.. whole, 0]);

        void AssertRefused(byte[] bytes)
        {
            File.WriteAllBytes(file, bytes);
            Refusal.Of(FaceDeidError.ModelUnavailable, "cannot be read", () => DonorLibrary.Load(file).Dispose());
        }
    }

    [Fact]
    public void A_missing_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        Refusal.Of(FaceDeidError.ModelUnavailable, "make donors", () => DonorLibrary.Load(folder.File("donors.bin")).Dispose());
        Refusal.Of(FaceDeidError.ModelUnavailable, "make donors", () => DonorLibrary.Load(folder.Path).Dispose());
    }
}
