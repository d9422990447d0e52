using System.Numerics;
using FaceDeid.Collections;
using FaceDeid.Faces.Recognition;
using Xunit;

namespace FaceDeid.Tests.Collections;

/// <summary>Averages of pixels and of coefficients.</summary>
public sealed class PixelAverageTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Pixels_are_the_arithmetic_mean_to_rounding(int people)
    {
        var chips = Enumerable.Range(1, people).Select(Faces.Noise).ToArray();

        var mean = new PixelAverage().Of(FaceMixture.Create([.. chips.Select((chip, i) => Faces.PersonOf(i + 1, chip))])).Pixels;

        AssertMean(mean, chips.Select(chip => (chip, 1.0 / people)), 0.501);
    }

    [Fact]
    public void Somebody_with_three_pictures_counts_as_much_as_somebody_with_one()
    {
        var chips = Enumerable.Range(1, 4).Select(Faces.Noise).ToArray();
        var mixture = FaceMixture.Create([Faces.PersonOf(1, chips[0], chips[1], chips[2]), Faces.PersonOf(2, chips[3])]);

        Assert.All(
            mixture.Parts.Zip([1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 2.0]), pair => Assert.Equal(pair.Second, pair.First.Weight, 1e-12));
        AssertMean(new PixelAverage().Of(mixture).Pixels, chips.Zip([1 / 6.0, 1 / 6.0, 1 / 6.0, 1 / 2.0]), 0.501);
    }

    [Fact]
    public void Shares_of_two_groups_are_mixed()
    {
        var chips = Enumerable.Range(1, 3).Select(Faces.Noise).ToArray();
        var mixture = FaceMixture.Create([Faces.PersonOf(1, chips[0])], share: 0.7)
            .Add([Faces.PersonOf(2, chips[1]), Faces.PersonOf(3, chips[2])], share: 0.3);

        AssertMean(new PixelAverage().Of(mixture).Pixels, chips.Zip([0.7, 0.15, 0.15]), 0.501);
    }

    [Fact]
    public void The_shape_is_the_mean_of_peoples_shapes()
    {
        Complex[] a = [.. Enumerable.Range(0, 68).Select(i => new Complex(i, 2 * i))];
        Complex[] b = [.. a.Select(p => p + new Complex(4, -8))];
        Person[] people =
        [
            new Person(1, [Faces.Of(0, Faces.Noise(1), a), Faces.Of(1, Faces.Noise(1), a)], Label: null),
            new Person(2, [Faces.Of(2, Faces.Noise(1), b)], Label: null),
        ];

        var shape = new PixelAverage().Of(FaceMixture.Create(people)).Shape;

        Assert.All(shape.Zip(a), pair => Assert.Equal(0, (pair.First - pair.Second - new Complex(2, -4)).Magnitude, 1e-9));
    }

    [Fact]
    public void With_all_components_the_mean_of_coefficients_is_the_mean_of_pixels()
    {
        var chips = Enumerable.Range(1, 5).Select(Faces.Noise).ToArray();
        var average = new EigenAverage(PrincipalComponents.Learn(chips, CollectionOptions.MaxComponents));

        Assert.Equal(4, average.Components);
        var mean = average.Of(FaceMixture.Create([Faces.PersonOf(1, chips[0], chips[1]), Faces.PersonOf(2, chips[2])])).Pixels;
        AssertMean(mean, chips.Zip([0.25, 0.25, 0.5]), 1);
    }

    [Fact]
    public void With_fewer_components_the_mean_of_coefficients_is_coarser()
    {
        var chips = Enumerable.Range(1, 5).Select(Faces.Noise).ToArray();
        var mixture = FaceMixture.Create([Faces.PersonOf(1, chips[0]), Faces.PersonOf(2, chips[2])]);

        var coarse = new EigenAverage(PrincipalComponents.Learn(chips, 1)).Of(mixture).Pixels;

        Assert.InRange(coarse.Zip(new PixelAverage().Of(mixture).Pixels, (a, b) => Math.Abs(a - b)).Average(), 5, 100);
    }

    private static void AssertMean(byte[] actual, IEnumerable<(byte[] Chip, double Weight)> chips, double tolerance)
    {
        var expected = new double[ChipFrame.Bytes];
        foreach (var (chip, weight) in chips)
        {
            for (var i = 0; i < expected.Length; i++)
                expected[i] += weight * chip[i];
        }

        Assert.Equal(expected.Length, actual.Length);
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);
    }
}
