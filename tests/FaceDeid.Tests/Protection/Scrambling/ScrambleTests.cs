using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Methods;
using FaceDeid.Protection.Scrambling;
using FaceDeid.Protection.Subjects;
using FaceDeid.TestData;
using NetVips;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection.Scrambling;

/// <summary>The method as the pipeline uses it.</summary>
public sealed class ScrambleTests
{
    private static readonly byte[] Group = File.ReadAllBytes(TestFiles.Example("faces/2009_004587.jpg"));
    private static readonly byte[] Face = File.ReadAllBytes(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"));

    [Fact]
    public async Task Every_face_comes_back()
    {
        var report = await Engine.Pipeline.TreatAsync(
            Group, Asking(), keepsOriginal: true,
            (_, treated) =>
            {
                Assert.NotEqual(0, Cv2.Norm(treated.Original.Bgr, treated.Answer.Bgr, NormTypes.INF));
                Restore(treated.Answer.Bgr, treated.Scrambling!);
                Scene.AssertSame(treated.Original.Bgr, treated.Answer.Bgr);
                Assert.Equal(treated.Report.Faces.Select(face => face.Id), treated.Scrambling!.Faces.Select(face => face.Id));
                return treated.Report;
            },
            CancellationToken.None);

        Assert.All(report.Faces, face => Assert.Equal(
            (DeidentificationMethod.Scramble, false, (FallbackReason?)null), (face.Method, face.Weak, face.Fallback)));
        Assert.All(report.Faces, face => Assert.NotNull(face.SimilarityAfter));
    }

    // Of noise, in which no two blocks are alike: a block that stayed, or was only turned where it was, would be found.
    [Fact]
    public void No_block_stays_at_its_place_whatever_the_keys()
    {
        using var scene = Scene.Of(Group);
        using var noise = Noise.Picture(scene.Bgr.Width, scene.Bgr.Height, seed: 5);
        for (var i = 0; i < 20; i++)
        {
            using var plan = ScramblePlan.Create(scene.Subjects, scene.Bgr.Size(), RegionShape.Ellipse);
            Assert.NotEmpty(plan.Faces);
            foreach (var face in plan.Faces)
            {
                using var canvas = noise.Clone();
                BlockScrambler.Scramble(canvas, face.Blocks, face.DataKey, face.Nonce);
                Assert.DoesNotContain(face.Blocks.Groups[0], block => IsAtItsPlace(noise, canvas, block));
            }
        }
    }

    // 65 pixels a side: four blocks at two of the edges, and one in the corner that no other has the size of.
    [Fact]
    public void A_block_that_has_nowhere_to_go_is_not_left_as_it_was()
    {
        using var noise = Noise.Picture(65, 65, seed: 6);
        var blocks = OwnBlocks.Divide(noise.Size(), [new Box(0, 0, 65, 65)])[0];
        var corner = Assert.Single(blocks.Groups[3]);
        var moving = Enumerable.Range(0, 2000).Select(Noise.Nonce)
            .Where(nonce => BlockScrambler.MovesAll(blocks, Noise.Key, nonce)).ToList();

        Assert.NotEmpty(moving);
        foreach (var nonce in moving)
        {
            using var canvas = noise.Clone();
            BlockScrambler.Scramble(canvas, blocks, Noise.Key, nonce);
            using var before = noise.SubMat(corner);
            using var after = canvas.SubMat(corner);
            Assert.NotEqual(0, Cv2.Norm(before, after, NormTypes.INF));
            Assert.DoesNotContain(blocks.Groups[0], block => IsAtItsPlace(noise, canvas, block));
        }
    }

    [Theory]
    [InlineData(Enums.ForeignSubsample.On)]
    [InlineData(Enums.ForeignSubsample.Off)]
    public void A_face_comes_back_after_JPEG(Enums.ForeignSubsample subsampling)
    {
        using var scene = Scene.Of(Face);
        using var plan = ScramblePlan.Create([scene.Main], scene.Bgr.Size(), RegionShape.Ellipse);
        using var canvas = Scene.Applied(scene.Bgr, scene.Main, new Treatment(Asking()) { Scrambling = plan });
        var file = Picture.Of(canvas).Save(image => image.JpegsaveBuffer(q: 75, subsampleMode: subsampling));
        using var read = Engine.Decoder.Decode(file);

        Restore(read.Bgr, plan);

        var region = plan.Regions[0];
        using var before = scene.Bgr.SubMat(new Rect(region.X, region.Y, region.Width, region.Height));
        using var after = read.Bgr.SubMat(new Rect(region.X, region.Y, region.Width, region.Height));
        Assert.InRange(Cv2.PSNR(before, after), 30, 60);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_face_too_small_is_blurred_and_its_neighbour_comes_back(bool verify)
    {
        var small = new Box(100, 100, 20, 20);
        var options = Asking() with
        {
            Verify = verify,
            Faces = [new EditedFace(1, new Box(80, 60, 100, 120), null), new EditedFace(2, small, null)],
        };

        var report = await Engine.Pipeline.TreatAsync(
            Face, options, keepsOriginal: true,
            (_, treated) =>
            {
                Assert.Equal(1, Assert.Single(treated.Scrambling!.Faces).Id);
                Restore(treated.Answer.Bgr, treated.Scrambling!);
                using var changed = Scene.Difference(treated.Original.Bgr, treated.Answer.Bgr);
                using var region = ProtectedRegion.Create(Scene.Unknown(small), changed.Size(), RegionShape.Ellipse);
                using var allowed = Scene.MaskOf(region, changed.Size());
                using var inside = new Mat();
                Cv2.BitwiseAnd(changed, allowed, inside);
                Assert.NotEqual(0, Cv2.CountNonZero(inside));
                Assert.Equal(Cv2.CountNonZero(inside), Cv2.CountNonZero(changed));
                return treated.Report;
            },
            CancellationToken.None);

        Assert.Equal(
            [(1, (FallbackReason?)null), (2, FallbackReason.TooSmall)], report.Faces.Select(face => (face.Id, face.Fallback)));
        Assert.Equal(DeidentificationMethod.Blur, report.Faces[1].Method);
    }

    [Fact]
    public void Without_a_plan_a_face_is_scrambled_for_good()
    {
        using var scene = Scene.Of(Face);
        using var canvas = scene.Picture.ToCanvas(keepsOriginal: true);
        Assert.Equal(
            DeidentificationMethod.Scramble, Engine.Deidentifier.Treat(canvas, scene.Main, new Treatment(Asking())).Method);
        Assert.NotEqual(0, Cv2.Norm(scene.Bgr, canvas.Bgr, NormTypes.INF));
        Assert.Equal(FallbackReason.TooSmall, Engine.Deidentifier.Treat(
            canvas, Scene.Unknown(new Box(50, 50, 10, 10)), new Treatment(Asking())).Fallback);
    }

    [Fact]
    public void A_face_without_enough_blocks_of_its_own_claims_none()
    {
        var big = Scene.Unknown(new Box(100, 100, 100, 100));
        var within = Scene.Unknown(new Box(110, 110, 60, 60));
        var beside = Scene.Unknown(new Box(210, 110, 60, 60));
        IReadOnlyList<ScrambledFace> faces;
        using (var plan = ScramblePlan.Create([big, within, beside], new Size(400, 300), RegionShape.Ellipse))
        {
            faces = plan.Faces;
            Assert.Equal([BlockRegion(big), BlockRegion(beside)], plan.Regions);
            Assert.Equal(2, faces.Select(face => Convert.ToHexString(face.DataKey)).Distinct(StringComparer.Ordinal).Count());
        }

        Assert.All(faces, face => Assert.Equal(new byte[32], face.DataKey));

        static Box BlockRegion(Subject subject)
        {
            using var region = ProtectedRegion.Create(subject, new Size(400, 300), RegionShape.Ellipse);
            return ScrambleGrid.Around(region.Bounds, new Size(400, 300));
        }
    }

    [Fact]
    public async Task Transparency_is_refused_unless_nothing_shines_through()
    {
        var opaque = WithAlpha((_, _) => 255);
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() =>
            Deidentify(WithAlpha((x, y) => x == 3 && y == 5 ? 254 : 255)));
        Assert.Equal(FaceDeidError.InvalidOption, refusal.Code);
        Assert.Contains(
            "transparency", Assert.Single(refusal.Options!, option => option.Key is "method").Value, StringComparison.Ordinal);
        Assert.NotEmpty((await Deidentify(opaque)).Report.Faces);

        static Task<DeidentificationResult> Deidentify(byte[] file) =>
            Engine.Pipeline.DeidentifyAsync(file, Asking(), new ImageOutput(ImageFormat.Png), CancellationToken.None);

        static byte[] WithAlpha(Func<int, int, int> alpha)
        {
            var rgb = Picture.Decode(Face).Rgb;
            return Picture.Of(rgb.Width, rgb.Height, 4, (x, y, band) => band == 3 ? alpha(x, y) : rgb[x, y, band]).Png();
        }
    }

    [Fact]
    public void Verification_covers_no_scrambled_block()
    {
        // The picture is as it was: everybody is recognised, and a face that is not scrambled is masked.
        using var scene = Scene.Of(Face);
        var box = scene.Main.Box;
        using var plan = ScramblePlan.Create(
            [Scene.Unknown(box with { X = box.X + (box.Width / 2) })], scene.Bgr.Size(), RegionShape.Ellipse);
        var options = new Treatment(Asking()) { Scrambling = plan };
        var report = FaceDeidentifier.Report(scene.Main) with { Treated = true, Method = DeidentificationMethod.Scramble };
        using var canvas = scene.Picture.ToCanvas(keepsOriginal: true);

        var scrambled = Assert.Single(Engine.Verification.Run(canvas, [scene.Main], [report], options, new WorkBudget()));
        Assert.Equal((DeidentificationMethod.Scramble, true), (scrambled.Method, scrambled.SimilarityAfter > 0.9));
        Scene.AssertSame(scene.Bgr, canvas.Bgr);

        var blurred = Assert.Single(Engine.Verification.Run(
            canvas, [scene.Main], [report with { Method = DeidentificationMethod.Blur }], options, new WorkBudget()));
        Assert.Equal(DeidentificationMethod.Mask, blurred.Method);
        using var changed = Scene.Difference(scene.Bgr, canvas.Bgr);
        Assert.NotEqual(0, Cv2.CountNonZero(changed));
        var region = plan.Regions[0];
        using var kept = changed.SubMat(new Rect(region.X, region.Y, region.Width, region.Height));
        Assert.Equal(0, Cv2.CountNonZero(kept));
    }

    private static DeidentificationOptions Asking() => new() { Method = DeidentificationMethod.Scramble };

    private static void Restore(Mat canvas, ScramblePlan plan)
    {
        foreach (var (i, face) in plan.Faces.Index())
            BlockScrambler.Restore(canvas, OwnBlocks.Divide(canvas.Size(), plan.Regions)[i], face.DataKey, face.Nonce);
    }

    private static bool IsAtItsPlace(Mat original, Mat scrambled, Rect block)
    {
        using var before = original.SubMat(block);
        using var after = scrambled.SubMat(block);
        using var inverted = new Mat();
        Cv2.BitwiseNot(after, inverted);
        return new[] { after, inverted }.Any(seen => new FlipMode?[] { null, FlipMode.X, FlipMode.Y, FlipMode.XY }.Any(flip =>
        {
            using var turned = flip is { } way ? seen.Flip(way) : seen.Clone();
            return Cv2.Norm(before, turned, NormTypes.INF) == 0;
        }));
    }
}
