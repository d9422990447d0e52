using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.Notebook;
using FaceDeid.TestData;
using FaceDeid.Tests.Notebook;
using NetVips;
using Xunit;

namespace FaceDeid.Tests;

/// <summary>The use cases on whole files; <see cref="NotebookTests"/> has the original's numbers.</summary>
public sealed class PipelineTests
{
    private static readonly CancellationToken Never = CancellationToken.None;
    private static readonly DetectionOptions Hog = new() { Detector = DetectorKind.Hog };
    private static readonly OverlayOptions Black = new([new RgbColor(0, 0, 0)], Alpha: 0.75);
    private static readonly ImageOutput Png = new(ImageFormat.Png);
    private static readonly byte[] Face = File.ReadAllBytes(TestFiles.Example("faces/Tom_Cruise_avp_2014_4.jpg"));
    private static readonly byte[] Other = File.ReadAllBytes(TestFiles.Example("johns/John_Simm/000288_00470387.jpg"));
    private static readonly byte[] NoFace = Picture.Of(200, 150, 3, (x, y, band) => x + y + (band * 10)).Png();

    [Fact]
    public async Task A_picture_without_a_face_has_no_faces_and_no_landmarks()
    {
        Assert.Empty((await Engine.FacePipeline.DetectAsync(NoFace, Hog, Never)).Faces);
        var landmarks = await Engine.FacePipeline.LandmarksAsync(NoFace, Hog, Never);

        Assert.Empty(landmarks.Faces);
        Assert.Equal(new ImageSize(200, 150), landmarks.Image);
    }

    [Fact]
    public async Task An_overlay_of_a_picture_without_a_face_is_an_error_and_never_a_copy() =>
        Assert.Contains(
            "'image'",
            await Refused(FaceDeidError.NoFace, () => Engine.Notebook.OverlayAsync(NoFace, Hog, Black, Png, Never)),
            StringComparison.Ordinal);

    [Fact]
    public async Task An_overlay_keeps_size_and_alpha_and_says_how_many_faces_it_drew()
    {
        var decoded = Picture.Decode(Face).Rgb;
        var transparent = Picture.Of(
            decoded.Width, decoded.Height, 4, (x, y, band) => band == 3 ? 255 - (y % 100) : decoded[x, y, band]);

        var drawn = await Engine.Notebook.OverlayAsync(transparent.Png(), Hog, Black, Png, Never);

        var result = Picture.Raw(drawn.Picture);
        Assert.Equal(1, drawn.Faces);
        Assert.Equal(transparent.Band(3).Bytes, result.Band(3).Bytes);
        Assert.NotEqual(transparent.Bytes, result.Bytes);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Faces_under_full_transparency_are_found_and_never_shown(bool asTheNotebook)
    {
        var options = asTheNotebook ? DetectionOptions.Notebook(DetectorKind.Hog) : Hog;
        var decoded = Picture.Decode(Face).Rgb;
        var hidden = Picture.Of(decoded.Width, decoded.Height, 4, (x, y, band) => band == 3 ? 0 : decoded[x, y, band]).Png();

        Assert.Single((await Engine.FacePipeline.DetectAsync(hidden, options, Never)).Faces);
        var unseen = new OverlayOptions([new RgbColor(0, 0, 0)], Alpha: 0);
        var overlay = Picture.Raw((await Engine.Notebook.OverlayAsync(hidden, options, unseen, Png, Never)).Picture);
        Assert.All(overlay.Bytes, value => Assert.Equal(0, value));

        var merge = new MergeOptions(
            128, MergeNormalization.Rms, asTheNotebook ? MergeAlignment.None : MergeAlignment.Landmarks, options);
        var merged = Picture.Raw((await Engine.Notebook.MergePixelsAsync(hidden, hidden, merge, Png, Never)).Picture);
        Assert.All(merged.Bytes, value => Assert.Equal(0, value));
    }

    [Theory]
    [InlineData(true, "'first'")]
    [InlineData(false, "'second'")]
    public async Task A_merge_that_needs_a_face_names_the_picture_that_lacks_it(bool firstLacks, string named)
    {
        var (first, second) = firstLacks ? (NoFace, Face) : (Face, NoFace);

        var pixels = await Refused(
            FaceDeidError.NoFace,
            () => Engine.Notebook.MergePixelsAsync(first, second, Merge(MergeAlignment.Landmarks), Png, Never));
        var points = await Refused(
            FaceDeidError.NoFace, () => Engine.Notebook.MergeLandmarksAsync(first, second, Merge(MergeAlignment.None), Never));

        Assert.All([pixels, points], message => Assert.Contains(named, message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_merge_without_alignment_needs_no_face_and_has_the_size_asked_for()
    {
        var merged = await Engine.Notebook.MergePixelsAsync(NoFace, Face, Merge(MergeAlignment.None), Png, Never);

        var result = Picture.Raw(merged.Picture);
        Assert.Equal((128, 128, 1), (result.Width, result.Height, result.Bands));
    }

    [Fact]
    public async Task An_aligned_merge_of_a_face_with_its_mirror_image_turned_by_EXIF_is_the_face()
    {
        var decoded = Picture.Decode(Face).Rgb;
        var mirrored = Picture.Of(decoded.Width, decoded.Height, 3, (x, y, band) => decoded[decoded.Width - 1 - x, y, band]);
        var tagged = mirrored.Save(image =>
        {
            using var turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 2));
            return turned.PngsaveBuffer();
        });

        var withItself = await Engine.Notebook.MergePixelsAsync(Face, Face, Merge(MergeAlignment.Landmarks), Png, Never);
        var withMirror = await Engine.Notebook.MergePixelsAsync(Face, tagged, Merge(MergeAlignment.Landmarks), Png, Never);

        Assert.Equal(Picture.Raw(withItself.Picture).Bytes, Picture.Raw(withMirror.Picture).Bytes);
    }

    [Fact]
    public async Task Aligned_coordinates_are_those_of_the_first_face_when_both_are_the_same()
    {
        var merged = await Engine.Notebook.MergeLandmarksAsync(Face, Face, Merge(MergeAlignment.Landmarks), Never);
        var found = await Engine.FacePipeline.LandmarksAsync(Face, Hog, Never);

        var expected = LandmarkAlignment.InSquare(found.Faces.Single().Landmarks, found.Image, 128);
        Assert.All(expected.Zip(merged.Points), pair =>
            Assert.InRange(double.Hypot(pair.First.X - pair.Second.X, pair.First.Y - pair.Second.Y), 0, 1e-9));
    }

    [Fact]
    public async Task A_bad_second_picture_is_refused_before_any_work()
    {
        var document = "%PDF-1.4"u8.ToArray();
        await Refused(FaceDeidError.UnsupportedFormat, () =>
            Engine.Notebook.MergePixelsAsync(Face, document, Merge(MergeAlignment.None), Png, Never));
        await Refused(FaceDeidError.CorruptImage, () =>
            Engine.Notebook.MergeLandmarksAsync(Face, Other[..3000], Merge(MergeAlignment.None), Never));
    }

    [Fact]
    public async Task Boxes_are_in_the_upright_picture()
    {
        var decoded = Picture.Decode(Face).Rgb;
        var upright = (await Engine.FacePipeline.DetectAsync(decoded.Png(), Hog, Never)).Faces.Single();
        var lying = Picture.Of(
            decoded.Height, decoded.Width, 3, (column, row, band) => decoded[decoded.Width - 1 - row, column, band]).Save(image =>
            {
                using var turned = image.Mutate(m => m.Set(GValue.GIntType, "orientation", 6));
                return turned.PngsaveBuffer();
            });

        var found = await Engine.FacePipeline.DetectAsync(lying, Hog, Never);

        Assert.Equal(new ImageSize(decoded.Width, decoded.Height), found.Image);
        Assert.Equal(upright, found.Faces.Single());
    }

    [Fact]
    public async Task A_caller_that_has_already_given_up_gets_nothing()
    {
        var gone = new CancellationToken(canceled: true);
        Func<Task>[] calls =
        [
            () => Engine.FacePipeline.DetectAsync(Face, Hog, gone),
            () => Engine.FacePipeline.LandmarksAsync(Face, Hog, gone),
            () => Engine.Notebook.OverlayAsync(Face, Hog, Black, Png, gone),
            () => Engine.Notebook.MergePixelsAsync(Face, Other, Merge(MergeAlignment.None), Png, gone),
            () => Engine.Notebook.MergeLandmarksAsync(Face, Other, Merge(MergeAlignment.None), gone),
        ];

        foreach (var call in calls)
            await Assert.ThrowsAnyAsync<OperationCanceledException>(call);
    }

    private static MergeOptions Merge(MergeAlignment alignment) => new(128, MergeNormalization.Rms, alignment, Hog);

    private static async Task<string> Refused(FaceDeidError code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(call);
        Assert.Equal(code, refusal.Code);
        return Refusal.Checked(refusal.Message);
    }
}
