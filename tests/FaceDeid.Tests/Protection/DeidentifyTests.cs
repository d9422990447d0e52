using FaceDeid.Faces.Recognition;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using FaceDeid.TestData;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Protection;

/// <summary>The whole use case, from file to file.</summary>
public sealed class DeidentifyTests
{
    private static readonly ImageOutput Png = new(ImageFormat.Png);
    private static readonly byte[] Face = File.ReadAllBytes(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"));
    private static readonly byte[] Group = File.ReadAllBytes(TestFiles.Example("faces/2007_007763.jpg"));
    private static readonly byte[] Simm = File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000288_00470387.jpg"));
    private static readonly byte[] SimmAgain = File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000297_00470170.jpg"));
    private static readonly byte[] Savage = File.ReadAllBytes(TestFiles.Example("johns/John_Savage/000264_01099001.jpg"));
    private static readonly byte[] NoFace = Picture.Of(200, 150, 3, (x, y, band) => x + y + (band * 10)).Png();

    [Fact]
    public async Task A_picture_without_a_face_is_refused_or_passed_on_as_asked()
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => Run(NoFace, new()));
        Assert.Equal(FaceDeidError.NoFace, refusal.Code);
        Assert.Contains("'image'", Refusal.Checked(refusal.Message), StringComparison.Ordinal);

        var passed = await Run(NoFace, new() { OnNoFace = NoFacePolicy.Pass });
        Assert.Empty(passed.Report.Faces);
        Assert.Equal(Picture.Raw(NoFace).Bytes, Picture.Raw(passed.Picture).Bytes);
    }

    [Fact]
    public async Task Without_given_faces_there_is_nothing_to_do()
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(() => Run(Face, new() { Faces = [] }));
        Assert.Equal(FaceDeidError.NoFace, refusal.Code);
        Assert.Contains("'faces'", Refusal.Checked(refusal.Message), StringComparison.Ordinal);
        Assert.NotEmpty((await Run(Face, new() { Faces = [], Redetect = true })).Report.Faces);
    }

    [Fact]
    public async Task Only_the_given_faces_are_touched_unless_others_are_looked_for()
    {
        var all = (await Engine.FacePipeline.DetectAsync(Group, new(), CancellationToken.None)).Faces;
        Assert.True(all.Count > 1);
        var options =
            new DeidentificationOptions { Method = DeidentificationMethod.Mask, Faces = [new EditedFace(7, all[0].Box, null)] };

        var one = await Run(Group, options);
        var report = Assert.Single(one.Report.Faces);
        Assert.Equal((7, all[0].Box, true, null, null), (report.Id, report.Box, report.Treated, report.Detector, report.Score));
        using var before = Decode(Group);
        using var after = Decode(one.Picture);
        using var changed = Scene.Difference(before, after);
        using var allowed = Scene.MaskOf(all[0].Box, 0.5, before.Size());
        using var inside = new Mat();
        Cv2.BitwiseAnd(changed, allowed, inside);
        Assert.NotEqual(0, Cv2.CountNonZero(changed));
        Assert.Equal(Cv2.CountNonZero(changed), Cv2.CountNonZero(inside));

        var redetected = await Run(Group, options with { Redetect = true });
        Assert.Equal(all.Count, redetected.Report.Faces.Count);
        Assert.Equal(redetected.Report.Faces.Count, redetected.Report.Faces.Select(f => f.Id).Distinct().Count());
    }

    [Fact]
    public async Task A_polygon_is_covered_and_gets_no_other_face()
    {
        // Around a face whose landmarks would be reliable: an outline by hand is taken as it is all the same.
        using var scene = Scene.Of("faces/Tom_Cruise_avp_2014_4.jpg");
        var box = scene.Main.Box;
        PixelPoint[] polygon =
        [
            new(box.X, box.Y),
            new(box.X + box.Width, box.Y),
            new(box.X + box.Width, box.Y + box.Height),
            new(box.X, box.Y + box.Height),
        ];
        var result = await Run(Face, new() { Faces = [new EditedFace(null, null, polygon)] });

        var report = Assert.Single(result.Report.Faces);
        Assert.NotNull(report.Fallback);
        Assert.True(report.Method is DeidentificationMethod.Blur or DeidentificationMethod.Mask);
        using var after = Decode(result.Picture);
        using var changed = Scene.Difference(scene.Bgr, after);
        Assert.InRange(Cv2.CountNonZero(changed), box.Width * box.Height / 2, (box.Width + 1) * (box.Height + 1));
    }

    [Theory]
    [InlineData(DeidentificationMethod.Replace)]
    [InlineData(DeidentificationMethod.Average)]
    [InlineData(DeidentificationMethod.Blur)]
    [InlineData(DeidentificationMethod.Pixelate)]
    public async Task Verification_leaves_nobody_recognised_and_says_so(DeidentificationMethod method)
    {
        var result = await Run(Simm, new() { Method = method });
        Assert.True(result.Report.Verified);
        foreach (var face in result.Report.Faces)
        {
            Assert.True(face.Treated);
            Assert.False(face.Weak);
            Assert.NotNull(face.SimilarityBefore);
            Assert.InRange(face.SimilarityAfter!.Value, -1, PersonMatch.StillRecognised);
            Assert.Equal(face.Method == method, face.Fallback is null);
        }

        var unverified = await Run(Simm, new() { Method = method, Verify = false });
        Assert.False(unverified.Report.Verified);
        Assert.All(unverified.Report.Faces, face => Assert.Null(face.SimilarityAfter));
    }

    [Theory]
    [InlineData(DeidentificationMethod.Mask, 100, false)] // leaves nothing to look at
    [InlineData(DeidentificationMethod.Blur, 11, false)] // nobody is recognised in so few pixels
    [InlineData(DeidentificationMethod.Blur, 12, true)]
    public async Task What_cannot_be_recognised_is_treated_and_not_looked_at(
        DeidentificationMethod method, int side, bool isLookedAt)
    {
        var face = new EditedFace(1, new Box(40, 20, side, side), null);
        var options = new DeidentificationOptions { Method = method, Faces = [face] };

        var report = Assert.Single((await Run(Simm, options)).Report.Faces);

        Assert.True(report.Treated);
        Assert.Equal((isLookedAt, isLookedAt), (report.SimilarityBefore is not null, report.SimilarityAfter is not null));
    }

    [Fact]
    public async Task A_mask_that_hides_nothing_more_is_taken_off_again()
    {
        // A wall: the network sees the same in it with and without the face that the caller says is there. With a light ceiling,
        // and a dark floor: else it would be looked at with more contrast.
        using var wall = new Mat(400, 400, MatType.CV_8UC3, new Scalar(90, 120, 150));
        wall.Rectangle(new Rect(0, 0, 400, 20), Scalar.White, thickness: -1);
        wall.Rectangle(new Rect(0, 380, 400, 20), Scalar.Black, thickness: -1);
        Cv2.Circle(wall, new Point(200, 200), 3, new Scalar(80, 110, 140), thickness: -1);
        var options = new DeidentificationOptions
        {
            Method = DeidentificationMethod.Blur,
            Color = new RgbColor(150, 120, 90),
            Faces = [new EditedFace(1, new Box(190, 190, 20, 20), null)],
        };

        var report = Assert.Single((await Run(wall.ToBytes(), options)).Report.Faces);

        Assert.True(report.SimilarityAfter >= PersonMatch.StillRecognised);
        Assert.Equal((DeidentificationMethod.Blur, (FallbackReason?)null), (report.Method, report.Fallback));
    }

    [Fact]
    public async Task The_same_bytes_get_another_face_each_time_and_with_a_key_the_same()
    {
        var options = new DeidentificationOptions { Method = DeidentificationMethod.Replace };
        var keyed = options with { PseudonymKey = "a key" };

        var faces = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < 4; i++)
            faces.Add(Convert.ToHexString((await Run(Simm, options)).Picture));

        Assert.True(faces.Count > 1); // by chance all four are one in less than one of a thousand
        Assert.Equal((await Run(Simm, keyed)).Picture, (await Run(Simm, keyed)).Picture);
    }

    [Fact]
    public async Task The_reported_similarity_is_that_of_the_picture()
    {
        using var scene = Scene.Of("johns/John_Simm/000288_00470387.jpg");
        var result = await Run(Simm, new());
        var report = result.Report.Faces.Single(f => f.Id == scene.Main.Face.Id);
        using var after = Decode(result.Picture);

        Assert.True(Engine.Embedder.Embed(after, scene.Main.Landmarks).SimilarityTo(scene.Main.Embedding!)
            <= report.SimilarityAfter + 1e-6);
    }

    [Theory]
    [InlineData(DeidentificationMethod.Eyebar, null)]
    [InlineData(DeidentificationMethod.Threshold, null)]
    [InlineData(DeidentificationMethod.Merge, null)]
    [InlineData(DeidentificationMethod.Blur, 0.05)]
    public async Task A_weak_method_needs_leave_and_is_called_weak(DeidentificationMethod method, double? strength)
    {
        var options = new DeidentificationOptions { Method = method, Strength = strength };
        Assert.Equal(FaceDeidError.InvalidOption, (await Assert.ThrowsAsync<FaceDeidException>(() => Run(Face, options))).Code);

        var face = Assert.Single((await Run(Face, options with { AllowWeak = true })).Report.Faces);
        Assert.True(face.Weak);
        Assert.Equal((method, strength), (face.Method, face.Strength));
        Assert.NotNull(face.SimilarityAfter);
    }

    [Fact]
    public async Task Who_is_kept_stays_untouched_and_who_is_not_does_not()
    {
        // Two people side by side: the left one is kept, the right one is not.
        var (both, border) = SideBySide(Simm, Savage);
        var kept = await Run(both, new() { Keep = [SimmAgain] });
        var only = await Run(both, new() { Only = [SimmAgain] });

        AssertTouches(kept, left: false, right: true);
        AssertTouches(only, left: true, right: false);

        void AssertTouches(DeidentificationResult result, bool left, bool right)
        {
            using var before = Decode(both);
            using var after = Decode(result.Picture);
            using var changed = Scene.Difference(before, after);
            using var leftHalf = changed.ColRange(0, border);
            using var rightHalf = changed.ColRange(border, changed.Width);
            Assert.Equal((left, right), (Cv2.CountNonZero(leftHalf) > 0, Cv2.CountNonZero(rightHalf) > 0));
            Assert.All(result.Report.Faces, face => Assert.Equal(face.Box.X < border ? left : right, face.Treated));
            Assert.All(result.Report.Faces.Where(face => !face.Treated), face => Assert.Null(face.Method));
        }
    }

    private static Task<DeidentificationResult> Run(byte[] image, DeidentificationOptions options) =>
        Engine.Pipeline.DeidentifyAsync(image, options, Png, CancellationToken.None);

    private static Mat Decode(byte[] file)
    {
        using var picture = Engine.Decoder.Decode(file);
        return picture.Bgr.Clone();
    }

    private static (byte[] File, int Border) SideBySide(byte[] left, byte[] right)
    {
        var (a, b) = (Picture.Decode(left).Rgb, Picture.Decode(right).Rgb);
        var both = Picture.Of(a.Width + b.Width, Math.Max(a.Height, b.Height), 3, (x, y, band) =>
            x < a.Width ? (y < a.Height ? a[x, y, band] : 0) : y < b.Height ? b[x - a.Width, y, band] : 0);
        return (both.Png(), a.Width);
    }
}
