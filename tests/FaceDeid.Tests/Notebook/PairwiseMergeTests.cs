using FaceDeid.Notebook;
using FsCheck.Xunit;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Notebook;

public sealed class PairwiseMergeTests
{
    private static readonly Picture First = Picture.Of(256, 256, 1, (x, _, _) => x);
    private static readonly Picture Second = Picture.Of(256, 256, 1, (_, y, _) => y);

    public static TheoryData<MergeNormalization> Formulas => [.. Enum.GetValues<MergeNormalization>()];

    [Theory]
    [MemberData(nameof(Formulas))]
    public void All_pairs_of_gray_values_follow_the_formula_and_are_truncated(MergeNormalization formula)
    {
        var merged = Merge(First, Second, formula);

        for (var a = 0; a < 256; a++)
        {
            for (var b = 0; b < 256; b++)
            {
                var squares = (double)((a * a) + (b * b));
                var exact = formula == MergeNormalization.Half ? Math.Sqrt(squares) / 2 : Math.Sqrt(squares / 2);
                Assert.Equal((int)Math.Truncate(exact), merged[a, b, 0]);
            }
        }
    }

    [Fact]
    public void Rms_of_a_picture_with_itself_is_the_picture() =>
        Assert.Equal(First.Bytes, Merge(First, First, MergeNormalization.Rms).Bytes);

    [Fact]
    public void Half_of_a_picture_with_itself_is_darker_by_the_root_of_two() =>
        Assert.Equal(First.Bytes.Select(a => (byte)(a / Math.Sqrt(2))), Merge(First, First, MergeNormalization.Half).Bytes);

    [Theory]
    [InlineData(MergeNormalization.Half, 180)]
    [InlineData(MergeNormalization.Rms, 255)]
    public void The_largest_value_is_the_documented_one(MergeNormalization formula, int largest) =>
        Assert.Equal(largest, Merge(First, Second, formula).Bytes.Max());

    [Property]
    public bool It_does_not_matter_which_picture_comes_first(byte a, byte b, bool half) =>
        Merge(a, b, Formula(half)) == Merge(b, a, Formula(half));

    [Property]
    public bool A_brighter_pixel_never_gives_a_darker_one(byte a, byte b, byte more, bool half) =>
        Merge((byte)Math.Min(255, a + more), b, Formula(half)) >= Merge(a, b, Formula(half));

    [Property]
    public bool Rms_lies_between_its_two_values(byte a, byte b) =>
        Merge(a, b, MergeNormalization.Rms) is var merged && merged >= Math.Min(a, b) && merged <= Math.Max(a, b);

    [Property]
    public bool Coordinates_follow_the_formula_without_truncation(byte x1, byte y1, byte x2, byte y2, bool half)
    {
        var merged = PairwiseMerge.Coordinates(
            [new MergedPoint(x1 + 0.5, y1)], [new MergedPoint(x2, y2 - 0.25)], Formula(half)).Single();

        return Near(merged.X, x1 + 0.5, x2) && Near(merged.Y, y1, y2 - 0.25);

        bool Near(double actual, double a, double b) =>
            Math.Abs(actual - (half ? double.Hypot(a, b) / 2 : double.Hypot(a, b) / Math.Sqrt(2))) < 1e-9;
    }

    [Fact]
    public void Rows_that_do_not_touch_are_merged_right()
    {
        using var first = First.ToMat();
        using var second = Second.ToMat();
        using var partOfFirst = new Mat(first, new Rect(100, 50, 30, 20));
        using var partOfSecond = new Mat(second, new Rect(7, 200, 30, 20));

        using var merged = PairwiseMerge.Pixels(partOfFirst, partOfSecond, MergeNormalization.Rms);

        var expected = Picture.Of(30, 20, 1, (x, y, _) => Merge((byte)(100 + x), (byte)(200 + y), MergeNormalization.Rms));
        Assert.Equal(expected.Bytes, Picture.Of(merged).Bytes);
    }

    [Fact]
    public void Pictures_that_do_not_fit_each_other_are_a_mistake_of_the_caller()
    {
        using var gray = First.ToMat();
        using var smaller = Picture.Of(256, 255, 1, (_, _, _) => 0).ToMat();
        using var colour = Picture.Of(256, 256, 3, (_, _, _) => 0).ToMat();

        Assert.Throws<ArgumentException>(() => PairwiseMerge.Pixels(gray, smaller, MergeNormalization.Half).Dispose());
        Assert.Throws<ArgumentException>(() => PairwiseMerge.Pixels(gray, colour, MergeNormalization.Half).Dispose());
        Assert.Throws<ArgumentException>(() => PairwiseMerge.Pixels(colour, gray, MergeNormalization.Half).Dispose());
    }

    private static MergeNormalization Formula(bool half) => half ? MergeNormalization.Half : MergeNormalization.Rms;

    private static byte Merge(byte a, byte b, MergeNormalization formula) =>
        Merge(new Picture(1, 1, 1, [a]), new Picture(1, 1, 1, [b]), formula).Bytes[0];

    private static Picture Merge(Picture a, Picture b, MergeNormalization formula)
    {
        using var first = a.ToMat();
        using var second = b.ToMat();
        using var merged = PairwiseMerge.Pixels(first, second, formula);
        return Picture.Of(merged);
    }
}
