using FaceDeid.Evaluation.Inversions;
using Xunit;

namespace FaceDeid.Tests.Evaluation.Inversions;

public sealed class BlockUnscramblingTests
{
    private readonly BlockUnscrambling _inversion = new();

    [Theory]
    [InlineData(4, 16, 0.8)]
    [InlineData(8, 8, 0.5)]
    [InlineData(12, 8, 0.6)]
    [InlineData(6, 16, 0.9)]
    public void Blocks_that_were_only_moved_find_home(int count, int side, double least)
    {
        using var face = Cut.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var puzzle = new Scrambled(face.Original, count, count, side);
        using var solution = _inversion.Invert(face.Original, puzzle.Picture);
        Assert.NotNull(solution);
        Assert.InRange(puzzle.Solved(solution), least, 1);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public void Turned_and_inverted_blocks_find_home_less_often(bool turned, bool inverted)
    {
        using var face = Cut.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var puzzle = new Scrambled(face.Original, 8, 8, 8, turned, inverted);
        using var solution = _inversion.Invert(face.Original, puzzle.Picture);
        Assert.NotNull(solution);
        Assert.InRange(face.Error(solution), 0, face.Error(puzzle.Picture));
    }

    /// <summary>
    /// A limit of this attacker, not a safety of the method: JPEG smears blocks that do not lie on its own grid.
    /// </summary>
    [Fact]
    public void A_puzzle_of_small_blocks_in_a_jpeg_file_is_not_recognised()
    {
        using var face = Cut.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        using var puzzle = new Scrambled(face.Original, 8, 8, 8);
        using var saved = Cut.Saved(puzzle.Picture, 92);
        using var solution = _inversion.Invert(face.Original, saved);
        Assert.Null(solution);
    }
}
