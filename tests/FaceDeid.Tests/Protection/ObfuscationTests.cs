using FaceDeid.Protection.Subjects;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>What blur and blocks say about a face: the cells' means inside its region, and nothing else.</summary>
public sealed class ObfuscationTests
{
    private const string Group = "faces/2007_007763.jpg";

    /// <summary>What treats all of a region and nothing else.</summary>
    public static TheoryData<DeidentificationMethod> WithRegion =>
    [
        DeidentificationMethod.Blur, DeidentificationMethod.Pixelate, DeidentificationMethod.Mask,
        DeidentificationMethod.Threshold,
    ];

    [Theory]
    [InlineData(DeidentificationMethod.Blur, RegionShape.Ellipse)]
    [InlineData(DeidentificationMethod.Blur, RegionShape.Head)]
    [InlineData(DeidentificationMethod.Pixelate, RegionShape.Ellipse)]
    [InlineData(DeidentificationMethod.Pixelate, RegionShape.Head)]
    [InlineData(DeidentificationMethod.Mask, RegionShape.Ellipse)]
    public void Nothing_outside_of_the_region_has_a_part_in_what_is_inside(DeidentificationMethod method, RegionShape shape)
    {
        using var scene = Scene.Of(Group);
        var options = new DeidentificationOptions { Method = method, Region = shape };
        foreach (var face in scene.Subjects)
        {
            using var region = ProtectedRegion.Create(face, scene.Bgr.Size(), options.Region);
            using var mask = Scene.MaskOf(region, scene.Bgr.Size());
            using var elsewhere = new Mat();
            Cv2.BitwiseNot(scene.Bgr, elsewhere);
            scene.Bgr.CopyTo(elsewhere, mask);

            using var expected = scene.After(face, options);
            using var actual = Scene.Applied(elsewhere, face, options);

            using var changed = Scene.Difference(expected, actual);
            using var inside = new Mat();
            Cv2.BitwiseAnd(changed, mask, inside);
            Assert.Equal(0, Cv2.CountNonZero(inside));
        }
    }

    [Theory]
    [InlineData(DeidentificationMethod.Blur)]
    [InlineData(DeidentificationMethod.Pixelate)]
    public void Finer_detail_than_a_cell_is_lost_altogether(DeidentificationMethod method)
    {
        using var scene = Scene.Of(Group);
        var options = new DeidentificationOptions { Method = method };
        foreach (var face in scene.Subjects)
        {
            using var region = ProtectedRegion.Create(face, scene.Bgr.Size(), options.Region);
            using var shuffled = scene.Bgr.Clone();
            Assert.True(TurnCells(shuffled, region, CellOf(region)) > 4);
            using var moved = Scene.Difference(scene.Bgr, shuffled);
            Assert.True(Cv2.CountNonZero(moved) > Cv2.CountNonZero(region.Mask) / 4);

            using var expected = scene.After(face, options);
            using var actual = Scene.Applied(shuffled, face, options);

            // Sums of the same numbers in another order may be rounded differently.
            using var a = expected.SubMat(region.Bounds);
            using var b = actual.SubMat(region.Bounds);
            Assert.InRange(Cv2.Norm(a, b, NormTypes.INF, region.Mask), 0, 1);
        }
    }

    [Fact]
    public void A_block_has_one_colour()
    {
        using var scene = Scene.Of(Group);
        foreach (var face in scene.Subjects)
        {
            var options = new DeidentificationOptions { Method = DeidentificationMethod.Pixelate };
            using var after = scene.After(face, options);
            using var region = ProtectedRegion.Create(face, scene.Bgr.Size(), options.Region);
            AssertBlocks(after, region, CellOf(region));
        }
    }

    /// <summary>Asserts that a region is of blocks so many pixels wide, of one colour each; the colours.</summary>
    internal static IReadOnlyList<Vec3b> AssertBlocks(Mat after, ProtectedRegion region, int cell)
    {
        var colours = new Dictionary<(int, int), HashSet<Vec3b>>();
        for (var y = 0; y < region.Bounds.Height; y++)
        {
            for (var x = 0; x < region.Bounds.Width; x++)
            {
                if (region.Mask.At<byte>(y, x) == 0)
                    continue;
                if (!colours.TryGetValue((x / cell, y / cell), out var seen))
                    colours[(x / cell, y / cell)] = seen = [];
                seen.Add(after.At<Vec3b>(y + region.Bounds.Y, x + region.Bounds.X));
            }
        }

        Assert.True(colours.Count > 9);
        return [.. colours.Values.Select(block => Assert.Single(block))];
    }

    [Theory]
    [InlineData(DeidentificationMethod.Pixelate)]
    [InlineData(DeidentificationMethod.Blur)]
    public void A_face_twice_as_large_is_coarsened_twice_as_much(DeidentificationMethod method)
    {
        var options = new DeidentificationOptions { Method = method };
        var small = Width(1);
        Assert.InRange(Width(2) / small, 1.9, 2.1);

        // How wide a block of a gradient is, or what a step from black to white becomes: its height over its steepest slope.
        double Width(int scale)
        {
            var side = 200 * scale;
            using var step = Picture.Of(side, side, 3, (x, _, _) =>
                method == DeidentificationMethod.Pixelate ? x * 255 / side : x < side / 2 ? 0 : 255).ToMat();
            using var after = Scene.Applied(
                step, Scene.Unknown(new Box(60 * scale, 60 * scale, 80 * scale, 80 * scale)), options);
            var row = Enumerable.Range(50 * scale, 100 * scale)
                .Select(x => (double)after.At<Vec3b>(100 * scale, x).Item0).ToArray();
            if (method == DeidentificationMethod.Pixelate)
                return row.GroupBy(v => v).Max(run => run.Count());
            return (row.Max() - row.Min()) / row.Zip(row.Skip(1), (a, b) => b - a).Max();
        }
    }

    [Fact]
    public void A_mask_has_the_colour_asked_for()
    {
        using var scene = Scene.Of(Group);
        var options = new DeidentificationOptions { Method = DeidentificationMethod.Mask, Color = new(10, 20, 30) };
        using var after = scene.After(scene.Main, options);
        var box = scene.Main.Box;

        Assert.Equal(new Vec3b(30, 20, 10), after.At<Vec3b>(box.Y + (box.Height / 2), box.X + (box.Width / 2)));
    }

    [Theory]
    [MemberData(nameof(WithRegion))]
    public void A_face_beside_the_picture_changes_nothing_and_one_on_its_edge_what_is_left_of_it(DeidentificationMethod method)
    {
        using var scene = Scene.Of(Group);
        var options = new DeidentificationOptions { Method = method };

        using var beside = scene.After(Scene.Unknown(new Box(-300, -300, 100, 100)), options);
        using var cut = scene.After(Scene.Unknown(new Box(-50, -50, 100, 100)), options);

        Scene.AssertSame(scene.Bgr, beside);
        Assert.NotEqual(0, Cv2.Norm(scene.Bgr, cut, NormTypes.INF));
    }

    private static int CellOf(ProtectedRegion region) => (int)Math.Round(region.Width * 0.25);

    // Turns every cell that lies wholly inside by half a turn: its mean stays.
    private static int TurnCells(Mat pixels, ProtectedRegion region, int cell)
    {
        var turned = 0;
        for (var y = 0; y + cell <= region.Bounds.Height; y += cell)
        {
            for (var x = 0; x + cell <= region.Bounds.Width; x += cell)
            {
                using var covered = region.Mask.SubMat(y, y + cell, x, x + cell);
                if (Cv2.CountNonZero(covered) < cell * cell)
                    continue;
                using var part = pixels.SubMat(new Rect(region.Bounds.X + x, region.Bounds.Y + y, cell, cell));
                using var half = part.Flip(FlipMode.XY);
                half.CopyTo(part);
                turned++;
            }
        }

        return turned;
    }
}
