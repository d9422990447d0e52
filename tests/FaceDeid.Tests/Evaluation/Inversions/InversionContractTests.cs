using FaceDeid.Evaluation.Inversions;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Inversions;

/// <summary>What every inversion leaves alone: pictures that were not protected in its way.</summary>
public sealed class InversionContractTests
{
    private static readonly IInversion[] All = [new WienerDeconvolution(), new BlockUpsampling(), new BlockUnscrambling()];

    [Fact]
    public void There_is_one_of_each_kind() => Assert.Equal(Enum.GetValues<Inversion>(), All.Select(i => i.Kind));

    [Theory]
    [InlineData(DeidentificationMethod.Mask)]
    [InlineData(DeidentificationMethod.Replace)]
    [InlineData(DeidentificationMethod.Average)]
    [InlineData(DeidentificationMethod.Eyebar)]
    [InlineData(DeidentificationMethod.Threshold)]
    public void Other_methods_are_not_undone(DeidentificationMethod method)
    {
        foreach (var name in Cut.Names)
        {
            using var face = Cut.Of(name);
            using var after = face.After(method);
            AssertNull(face.Original, after);
        }
    }

    [Fact]
    public void Untouched_and_saved_pictures_are_not_undone()
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        using var saved = Cut.Saved(face.Original, 75);
        AssertNull(face.Original, face.Original);
        AssertNull(face.Original, saved);
    }

    [Fact]
    public void Noise_and_other_pictures_are_not_undone()
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        using var noise = new Mat(face.Original.Size(), MatType.CV_8UC3);
        Cv2.Randu(noise, Scalar.All(0), Scalar.All(256));
        using var other = face.Original.Flip(FlipMode.XY);
        using var half = new Mat();
        Cv2.AddWeighted(face.Original, 0.5, noise, 0.5, 0, half);
        foreach (var picture in new[] { noise, other, half })
            AssertNull(face.Original, picture);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Blur, 0.05, Inversion.Deconvolution)]
    [InlineData(DeidentificationMethod.Blur, 0.15, Inversion.Deconvolution)]
    [InlineData(DeidentificationMethod.Pixelate, 0.1, Inversion.Upsampling)]
    [InlineData(DeidentificationMethod.Pixelate, 0.15, Inversion.Upsampling)]
    public void Each_undoes_its_own_method_only(DeidentificationMethod method, double strength, Inversion kind)
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        using var after = face.After(method, strength);
        foreach (var inversion in All)
        {
            using var result = inversion.Invert(face.Original, after);
            Assert.Equal(inversion.Kind == kind, result is not null);
        }
    }

    [Fact]
    public void Only_the_puzzle_is_solved()
    {
        using var face = Cut.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var puzzle = new Scrambled(face.Original, 8, 8);
        foreach (var inversion in All)
        {
            using var result = inversion.Invert(face.Original, puzzle.Picture);
            Assert.Equal(inversion.Kind == Inversion.Unscrambling, result is not null);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 300)]
    [InlineData(300, 2)]
    [InlineData(23, 23)]
    [InlineData(24, 24)]
    [InlineData(25, 400)]
    [InlineData(401, 33)]
    public void Odd_sizes_do_no_harm(int width, int height)
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        using var original = face.Original.Resize(new Size(width, height), 0, 0, InterpolationFlags.Area);
        using var blurred = original.GaussianBlur(default, 2, 2);
        using var constant = new Mat(height, width, MatType.CV_8UC3, Scalar.Gray);
        using var small = original.Resize(new Size((width + 3) / 4, (height + 3) / 4), 0, 0, InterpolationFlags.Area);
        using var blocks = small.Resize(original.Size(), 0, 0, InterpolationFlags.Nearest);
        AssertNull(original, constant);
        AssertNull(constant, original);
        foreach (var inversion in All)
        {
            foreach (var after in new[] { blurred, blocks })
            {
                using var result = inversion.Invert(original, after);
                Assert.True(result is null || result.Size() == original.Size());
            }
        }
    }

    private static void AssertNull(Mat original, Mat deidentified)
    {
        foreach (var inversion in All)
        {
            using var result = inversion.Invert(original, deidentified);
            Assert.True(result is null, $"{inversion.Kind}");
        }
    }
}
