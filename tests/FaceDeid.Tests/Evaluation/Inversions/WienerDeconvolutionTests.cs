using FaceDeid.Evaluation.Inversions;
using FaceDeid.Protection.Subjects;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Inversions;

public sealed class WienerDeconvolutionTests
{
    private readonly WienerDeconvolution _inversion = new();

    public static TheoryData<string> Faces => Cut.Faces;

    [Theory]
    [MemberData(nameof(Faces))]
    public void A_weak_blur_of_the_service_is_undone(string name)
    {
        using var face = Cut.Of(name);
        foreach (var region in Enum.GetValues<RegionShape>())
        {
            var strength = region == RegionShape.Head ? 0.05 / HeadOutline.Widths : 0.05; // as strong as the others'
            using var blurred = face.After(DeidentificationMethod.Blur, strength, region: region);
            using var sharp = _inversion.Invert(face.Original, blurred);
            Assert.NotNull(sharp);
            Assert.InRange(face.Error(sharp), 0, 0.9 * face.Error(blurred));
            Assert.InRange(face.Similarity(sharp), face.Similarity(blurred) + 0.1, 1);
        }
    }

    [Theory]
    [InlineData(0.03)]
    [InlineData(0.05)]
    [InlineData(0.1)]
    [InlineData(0.25)]
    public void The_strength_is_found(double strength)
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        foreach (var quality in new int?[] { null, 85 })
        {
            using var blurred = face.After(DeidentificationMethod.Blur, strength, quality);
            using var mask = TreatedArea.Find(face.Original, blurred);
            var blur = WienerDeconvolution.Estimate(face.Original, blurred, mask!);
            Assert.NotNull(blur);
            Assert.InRange(
                blur.Value.Sigma, 0.85 * Math.Max(2, strength * face.FaceWidth), 1.15 * Math.Max(2, strength * face.FaceWidth));
        }
    }

    [Theory]
    [InlineData(1.5)]
    [InlineData(3)]
    [InlineData(6)]
    public void A_plain_blur_of_everything_is_undone(double sigma)
    {
        using var face = Cut.Of("faces/2007_007763.jpg", extraWidth: 7);
        using var blurred = face.Original.GaussianBlur(default, sigma, sigma);
        using var sharp = _inversion.Invert(face.Original, blurred);
        Assert.NotNull(sharp);
        Assert.InRange(face.Error(sharp), 0, 0.9 * face.Error(blurred));
    }

    [Theory]
    [MemberData(nameof(Faces))]
    public void A_jpeg_file_is_sharpened_as_far_as_it_goes(string name)
    {
        using var face = Cut.Of(name);
        using var blurred = face.After(DeidentificationMethod.Blur, 0.05, jpeg: 90);
        using var sharp = _inversion.Invert(face.Original, blurred);
        Assert.NotNull(sharp);
        Assert.InRange(face.Error(sharp), 0, face.Error(blurred));
        Assert.InRange(face.Similarity(sharp), face.Similarity(blurred), 1);
    }

    [Fact]
    public void Nothing_is_copied_from_the_original()
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        using var blurred = face.After(DeidentificationMethod.Blur, 0.25);
        using var sharp = _inversion.Invert(face.Original, blurred);
        Assert.NotNull(sharp);
        Assert.InRange(face.Similarity(sharp), -1, 0.5);
    }
}
