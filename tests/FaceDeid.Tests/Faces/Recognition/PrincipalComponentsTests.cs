using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using FsCheck.Xunit;
using Xunit;

namespace FaceDeid.Tests.Faces.Recognition;

public sealed class PrincipalComponentsTests
{
    private const int Length = 300;

    [Property]
    public bool More_components_never_reconstruct_worse(short seed, byte n)
    {
        var pictures = Pictures(seed, 2 + (n % 20));

        var errors = Enumerable.Range(1, pictures.Length)
            .Select(count => Error(PrincipalComponents.Learn(pictures, count), pictures)).ToArray();

        return errors.Zip(errors.Skip(1)).All(pair => pair.Second <= pair.First + 1e-3);
    }

    [Property]
    public bool All_components_together_give_the_pictures_back(short seed, byte n)
    {
        var pictures = Pictures(seed, 1 + (n % 40));
        var all = PrincipalComponents.Learn(pictures, CollectionOptions.MaxComponents);

        return pictures.All(picture => AsNumbers(picture).Zip(all.Reconstruct(all.Project(AsNumbers(picture))))
            .All(pair => Math.Abs(pair.First - pair.Second) < 0.05f));
    }

    [Property]
    public bool There_are_as_many_as_asked_for_and_fewer_than_pictures(short seed, byte n, byte count)
    {
        var pictures = Pictures(seed, 1 + (n % 40));
        var wanted = 1 + (count % 45);

        return PrincipalComponents.Learn(pictures, wanted).Count == Math.Min(wanted, pictures.Length - 1);
    }

    [Fact]
    public void Of_more_pictures_than_the_sample_each_component_is_still_one_fewer_than_the_sample() => Assert.Equal(
        PrincipalComponents.MaxSample - 1, PrincipalComponents.Learn(Pictures(1, 2 * PrincipalComponents.MaxSample), 1000).Count);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Pictures_that_are_all_alike_have_none_and_come_back(int count)
    {
        var picture = Pictures(3, 1)[0];
        var components = PrincipalComponents.Learn([.. Enumerable.Repeat(picture, count)], 5);

        Assert.Equal(0, components.Count);
        Assert.Empty(components.Project(AsNumbers(picture)));
        Assert.All(components.Reconstruct([]).Zip(picture), pair => Assert.Equal(pair.Second, pair.First, 0.01));
    }

    [Property]
    public bool The_projection_of_a_mean_is_the_mean_of_the_projections(short seed, byte n, byte weight)
    {
        var pictures = Pictures(seed, 3 + (n % 10));
        var components = PrincipalComponents.Learn(pictures, 64);
        var share = weight / 255f;
        var (a, b) = (AsNumbers(pictures[0]), AsNumbers(pictures[1]));

        var mixed = components.Project(a.Zip(b, (x, y) => (share * x) + ((1 - share) * y)).ToArray());

        return mixed.Zip(components.Project(a).Zip(components.Project(b), (x, y) => (share * x) + ((1 - share) * y)))
            .All(pair => Math.Abs(pair.First - pair.Second) < 0.05f);
    }

    [Fact]
    public void The_first_component_is_the_direction_in_which_pictures_differ_most()
    {
        // They differ by 100 in the first half, by 10 in the second, independently.
        var pictures = new[] { (0, 0), (0, 1), (1, 0), (1, 1) }
            .Select(at => Enumerable.Range(0, Length)
                .Select(i => (byte)(i < Length / 2 ? 100 * at.Item1 : 10 * at.Item2)).ToArray()).ToArray();

        var first = PrincipalComponents.Learn(pictures, 1);

        var back = first.Reconstruct(first.Project(AsNumbers(pictures[3])));
        Assert.All(back.Take(Length / 2), value => Assert.Equal(100, value, 0.01));
        Assert.All(back.Skip(Length / 2), value => Assert.Equal(5, value, 0.01));
    }

    private static byte[][] Pictures(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ =>
        {
            var picture = new byte[Length];
            random.NextBytes(picture);
            return picture;
        })];
    }

    private static float[] AsNumbers(byte[] picture) => Array.ConvertAll(picture, b => (float)b);

    // Root of the mean square over all pictures.
    private static double Error(
        PrincipalComponents components, byte[][] pictures) => Math.Sqrt(pictures.Select(AsNumbers).Average(
            picture => picture.Zip(components.Reconstruct(components.Project(picture)), (a, b) => Math.Pow(a - b, 2)).Average()));
}
