using FaceDeid.Evaluation.Inversions;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Inversions;

public sealed class BlockUpsamplingTests
{
    private readonly BlockUpsampling _inversion = new();

    public static TheoryData<string> Faces => Cut.Faces;

    [Theory]
    [MemberData(nameof(Faces))]
    public void Blocks_of_the_service_become_smooth(string name)
    {
        using var face = Cut.Of(name);
        foreach (var strength in new[] { 0.1, 0.15 })
        {
            foreach (var quality in new int?[] { null, 85 })
            {
                using var blocks = face.After(DeidentificationMethod.Pixelate, strength, quality);
                using var smooth = _inversion.Invert(face.Original, blocks);
                Assert.NotNull(smooth);
                Assert.InRange(face.Error(smooth), 0, 0.95 * face.Error(blocks));
            }
        }
    }

    [Fact]
    public void Faces_are_recognised_better_than_in_blocks()
    {
        var gain = 0.0;
        foreach (var name in Cut.Names)
        {
            using var face = Cut.Of(name);
            using var blocks = face.After(DeidentificationMethod.Pixelate, 0.1);
            using var smooth = _inversion.Invert(face.Original, blocks);
            gain += face.Similarity(smooth!) - face.Similarity(blocks);
        }

        Assert.InRange(gain / Cut.Names.Length, 0.02, 1);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(0.15)]
    [InlineData(0.2)]
    public void The_side_of_the_blocks_is_found(double strength)
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        foreach (var quality in new int?[] { null, 85 })
        {
            using var blocks = face.After(DeidentificationMethod.Pixelate, strength, quality);
            using var mask = TreatedArea.Find(face.Original, blocks);
            var grid = BlockGrid.Find(blocks, mask!);
            Assert.NotNull(grid);
            Assert.InRange(grid.Side, (strength * face.FaceWidth) - 1, (strength * face.FaceWidth) + 1);
        }
    }

    [Theory]
    [InlineData(17, 23)]
    [InlineData(20, 13)]
    public void Blocks_of_another_program_need_not_be_square_nor_whole_pixels(int columns, int rows)
    {
        using var face = Cut.Of("faces/2007_007763.jpg", extraWidth: 5);
        using var small = face.Original.Resize(new Size(columns, rows), 0, 0, InterpolationFlags.Area);
        using var blocks = small.Resize(face.Original.Size(), 0, 0, InterpolationFlags.Nearest);
        using var smooth = _inversion.Invert(face.Original, blocks);
        Assert.NotNull(smooth);
        Assert.InRange(face.Error(smooth), 0, 0.9 * face.Error(blocks));
    }

    [Fact]
    public void The_blocks_of_the_result_have_the_means_that_were_measured()
    {
        using var face = Cut.Of("faces/2009_004587.jpg");
        using var blocks = face.After(DeidentificationMethod.Pixelate, 0.15);
        using var smooth = _inversion.Invert(face.Original, blocks);
        using var mask = TreatedArea.Find(face.Original, blocks);
        var grid = new Blocks(BlockGrid.Find(blocks, mask!)!, mask!);
        var wanted = grid.Means(Blocks.Channel(blocks, 1));
        var reached = grid.Means(Blocks.Channel(smooth!, 1));
        Assert.InRange(Math.Sqrt(grid.MeanSquare([.. wanted.Zip(reached, (a, b) => a - b)])), 0, 1);
    }
}
