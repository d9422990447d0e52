using System.Diagnostics.CodeAnalysis;
using FaceDeid.Dlib;
using Xunit;

namespace FaceDeid.Tests.Dlib;

[Collection(SharedDlibModels.Name)]
public sealed class FrontalFaceDetectorTests(DlibModels models)
{
    // gray_7 holds two faces of about 50 pixels.
    private static readonly GrayPicture TwoFaces = DlibReference.Picture(7);

    [Theory]
    [MemberData(nameof(DlibReference.Numbers), MemberType = typeof(DlibReference))]
    public void Finds_the_boxes_of_dlib_for_Python(int number)
    {
        var faces = models.Detector.Detect(DlibReference.Picture(number).Pixels, upsample: 1);

        Assert.Equal(DlibReference.Faces(number).Select(face => face.Box), faces.Select(face => face.Box));
        Assert.All(faces, face => Assert.InRange(face.Score, 0, 5));
        Assert.All(faces, face => Assert.InRange(face.SubDetector, 0, 4));
        Assert.Equal(faces.Select(face => face.Score).OrderDescending(), faces.Select(face => face.Score));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(212)]
    public void Padding_between_rows_changes_nothing(int padding)
    {
        for (var upsample = 0; upsample <= FrontalFaceDetector.MaxUpsample; upsample++)
        {
            var tight = models.Detector.Detect(TwoFaces.Pixels, upsample, -1);
            Assert.NotEmpty(tight);
            Assert.Equal(tight, models.Detector.Detect(TwoFaces.Padded(padding).Pixels, upsample, -1));
        }
    }

    [Fact]
    public void Upsampling_finds_smaller_faces_and_gives_boxes_of_the_original_picture()
    {
        var never = models.Detector.Detect(TwoFaces.Pixels, upsample: 0);
        var once = models.Detector.Detect(TwoFaces.Pixels, upsample: 1);
        var twice = models.Detector.Detect(TwoFaces.Pixels, upsample: 2);

        Assert.Single(never);
        Assert.Equal(2, once.Count);
        Assert.All(once, face => Assert.Contains(twice, other => Overlap(face.Box, other.Box) > 0.6));
    }

    [Fact]
    public void A_lower_threshold_finds_more_and_a_higher_one_less()
    {
        var faces = models.Detector.Detect(TwoFaces.Pixels);
        var more = models.Detector.Detect(TwoFaces.Pixels, threshold: -1);
        var none = models.Detector.Detect(TwoFaces.Pixels, threshold: 10);

        Assert.True(more.Count > faces.Count);
        Assert.All(more, face => Assert.True(face.Score >= -1));
        Assert.Contains(more, face => face.Score < 0);
        Assert.Empty(none);
    }

    [Fact]
    public void Eight_threads_share_a_detector_and_each_picture()
    {
        var pictures = Enumerable.Range(1, 7).Select(DlibReference.Picture).ToArray();
        var expected = pictures.Select(picture => models.Detector.Detect(picture.Pixels, threshold: -1)).ToArray();

        Parallel.For(0, 56, new ParallelOptions { MaxDegreeOfParallelism = 8 }, i => Assert.Equal(
            expected[i % 7],
            models.Detector.Detect(
                pictures[i % 7].Pixels, threshold: -1, forEach: (count, scan) => Parallel.For(0, count, scan))));
        Assert.All(expected, Assert.NotEmpty);
    }

    [Fact]
    public void What_one_picture_leaves_behind_does_not_reach_the_next()
    {
        var flat = new byte[TwoFaces.Bytes.Length];
        models.Detector.Detect(TwoFaces.Pixels, threshold: -1);

        Assert.Empty(
            models.Detector.Detect(new GrayPixels(flat, TwoFaces.Width, TwoFaces.Height, TwoFaces.Stride), threshold: -1));
    }

    [Fact]
    public void Faces_below_the_smallest_size_are_not_looked_for_and_larger_ones_are_as_before()
    {
        for (var upsample = 0; upsample <= FrontalFaceDetector.MaxUpsample; upsample++)
        {
            var all = models.Detector.Detect(TwoFaces.Pixels, upsample, -1);
            foreach (var width in all.Select(face => face.Box.Width))
            {
                var (before, levels) = (all.Where(face => face.Box.Width >= width).ToList(), 0);
                var large = models.Detector.Detect(TwoFaces.Pixels, upsample, -1, smallest: width, forEach: (count, scan) =>
                {
                    levels = count;
                    for (var i = 0; i < count; i++)
                        scan(i);
                });

                // Where a small box hid a large one of a lower score, the large one is found now.
                Assert.All(before, face => Assert.Contains(face, large));
                Assert.True(levels > 0);
            }
        }

        Assert.Empty(models.Detector.Detect(TwoFaces.Pixels, smallest: 5000));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 500)]
    [InlineData(500, 1)]
    [InlineData(9, 13)]
    public void A_picture_too_small_for_a_face_has_none(int width, int height)
    {
        for (var upsample = 0; upsample <= FrontalFaceDetector.MaxUpsample; upsample++)
            Assert.Empty(models.Detector.Detect(new GrayPixels(new byte[width * height], width, height), upsample));
    }

    [Fact]
    public void Arguments_out_of_range_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => models.Detector.Detect(TwoFaces.Pixels, upsample: -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => models.Detector.Detect(TwoFaces.Pixels, upsample: 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => models.Detector.Detect(TwoFaces.Pixels, threshold: double.NaN));
        Assert.Throws<ArgumentOutOfRangeException>(
            () => models.Detector.Detect(TwoFaces.Pixels, threshold: double.NegativeInfinity));
    }

    [Fact]
    public void A_default_picture_is_refused_by_the_native_side()
    {
        var error = Assert.Throws<DlibException>(() => models.Detector.Detect(default));
        Assert.Equal(DlibError.InvalidArgument, error.Error);
        Assert.NotEmpty(error.Message);
    }

    [Fact]
    [SuppressMessage("IDisposableAnalyzers.Correctness", "IDISP016", Justification = "The test is about it.")]
    [SuppressMessage("IDisposableAnalyzers.Correctness", "IDISP017", Justification = "The test is about it.")]
    public void A_disposed_detector_says_so()
    {
        var detector = FrontalFaceDetector.Create();
        detector.Dispose();
        detector.Dispose();

        Assert.Throws<ObjectDisposedException>(() => detector.Detect(TwoFaces.Pixels));
    }

    private static double Overlap(DlibRectangle a, DlibRectangle b)
    {
        double width = Math.Max(0, Math.Min(a.Right, b.Right) - Math.Max(a.Left, b.Left) + 1);
        double height = Math.Max(0, Math.Min(a.Bottom, b.Bottom) - Math.Max(a.Top, b.Top) + 1);
        var both = width * height;
        return both / ((a.Width * a.Height) + (b.Width * b.Height) - both);
    }
}
