using System.Diagnostics.CodeAnalysis;
using FaceDeid.Dlib;
using Xunit;

namespace FaceDeid.Tests.Dlib;

[Collection(SharedDlibModels.Name)]
public sealed class ShapePredictorTests(DlibModels models)
{
    private static readonly GrayPicture Picture = DlibReference.Picture(1);
    private static readonly DlibRectangle Face = new(43, 43, 266, 266);

    [Theory]
    [MemberData(nameof(DlibReference.Numbers), MemberType = typeof(DlibReference))]
    public void Predicts_the_points_of_dlib_for_Python(int number)
    {
        var picture = DlibReference.Picture(number);
        Assert.All(
            DlibReference.Faces(number),
            face => Assert.Equal(face.Points, models.Predictor.Predict(picture.Pixels, face.Box)));
    }

    [Fact]
    public void Padding_between_rows_changes_nothing() =>
        Assert.Equal(
            models.Predictor.Predict(Picture.Pixels, Face), models.Predictor.Predict(Picture.Padded(13).Pixels, Face));

    [Fact]
    public void Fills_the_first_places_only()
    {
        var points = new DlibPoint[70];
        points[68] = points[69] = new DlibPoint(-7, -7);
        models.Predictor.Predict(Picture.Pixels, Face, points);

        Assert.Equal(68, models.Predictor.PointCount);
        Assert.Equal(models.Predictor.Predict(Picture.Pixels, Face), points[..68]);
        Assert.All(points[68..], point => Assert.Equal(new DlibPoint(-7, -7), point));
    }

    [Fact]
    public void One_predictor_serves_eight_threads()
    {
        var expected = models.Predictor.Predict(Picture.Pixels, Face);
        Parallel.For(
            0,
            200,
            new ParallelOptions { MaxDegreeOfParallelism = 8 },
            _ => Assert.Equal(expected, models.Predictor.Predict(Picture.Pixels, Face)));
    }

    [Theory]
    [InlineData(-200, -150, 99, 149)]
    [InlineData(5000, 5000, 5200, 5200)]
    [InlineData(10, 10, 10, 10)]
    public void A_face_may_reach_beyond_the_picture(int left, int top, int right, int bottom) =>
        Assert.Equal(68, models.Predictor.Predict(Picture.Pixels, new DlibRectangle(left, top, right, bottom)).Length);

    [Theory]
    [InlineData(10, 10, 9, 20)]
    [InlineData(10, 10, 20, 9)]
    [InlineData(int.MinValue, 0, int.MaxValue, 10)]
    [InlineData(0, 0, 10, int.MaxValue)]
    public void An_empty_or_endless_face_is_refused(int left, int top, int right, int bottom)
    {
        var error = Assert.Throws<DlibException>(
            () => models.Predictor.Predict(Picture.Pixels, new DlibRectangle(left, top, right, bottom)));
        Assert.Equal(DlibError.InvalidArgument, error.Error);
    }

    [Fact]
    public void Too_little_room_and_an_empty_picture_are_refused()
    {
        Assert.Throws<ArgumentException>(() => models.Predictor.Predict(Picture.Pixels, Face, new DlibPoint[67]));
        var error = Assert.Throws<DlibException>(() => models.Predictor.Predict(default, Face));
        Assert.Equal(DlibError.InvalidArgument, error.Error);
    }

    [Fact]
    public void A_missing_file_and_a_folder_are_unreadable()
    {
        AssertFails(DlibError.FileUnreadable, Path.Combine(AppContext.BaseDirectory, "no-such-model.dat"));
        AssertFails(DlibError.FileUnreadable, AppContext.BaseDirectory);
        Assert.Throws<ArgumentException>(() => ShapePredictor.Load("").Dispose());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(1000)]
    [InlineData(10_000_000)]
    public void A_truncated_file_is_corrupt(int length)
    {
        var bytes = new byte[length];
        using (var whole = File.OpenRead(DlibReference.PredictorPath))
            whole.ReadExactly(bytes);
        AssertIsCorrupt(bytes);
    }

    [Theory]
    [InlineData(2000)]
    [InlineData(50_000_000)]
    [InlineData(99_500_000)]
    public void Damaged_bytes_are_corrupt_or_harmless(int from)
    {
        var bytes = File.ReadAllBytes(DlibReference.PredictorPath);
        new Random(from).NextBytes(bytes.AsSpan(Math.Min(from, bytes.Length - 64), 64));
        AssertIsCorrupt(bytes);
    }

    [Fact]
    public void An_index_that_points_nowhere_is_corrupt()
    {
        var bytes = File.ReadAllBytes(DlibReference.PredictorPath);
        // Before the first tree: version, measures and 68 points of the shape (mantissas and exponents), numbers of cascades,
        // trees, splits.
        var place = 0;
        for (var number = 0; number < 1 + 2 + (2 * 2 * 68) + 3; number++)
            place += 1 + (bytes[place] & 0x0f);
        while ((bytes[place] & 0x0f) != 2) // the first index of two bytes, of a split's two and its threshold
            place += 1 + (bytes[place] & 0x0f);
        (bytes[place + 1], bytes[place + 2]) = (0xff, 0xff);

        AssertIsCorrupt(bytes);
    }

    [Fact]
    public void A_longer_file_and_another_kind_of_file_are_corrupt()
    {
        AssertIsCorrupt([.. File.ReadAllBytes(DlibReference.PredictorPath), 0]);
        AssertIsCorrupt(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "data", "reference", "gray_1.png")));
    }

    [Fact]
    [SuppressMessage("IDisposableAnalyzers.Correctness", "IDISP016", Justification = "The test is about it.")]
    [SuppressMessage("IDisposableAnalyzers.Correctness", "IDISP017", Justification = "The test is about it.")]
    public void A_disposed_predictor_says_so()
    {
        var predictor = ShapePredictor.Load(DlibReference.PredictorPath);
        predictor.Dispose();
        predictor.Dispose();

        Assert.Throws<ObjectDisposedException>(() => predictor.Predict(Picture.Pixels, Face));
    }

    private static void AssertIsCorrupt(byte[] bytes)
    {
        var path = Path.Combine(AppContext.BaseDirectory, $"corrupt-{Guid.NewGuid():N}.dat");
        try
        {
            File.WriteAllBytes(path, bytes);
            AssertFails(DlibError.CorruptModel, path);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static void AssertFails(DlibError expected, string path)
    {
        var error = Assert.Throws<DlibException>(() => ShapePredictor.Load(path).Dispose());
        Assert.Equal(expected, error.Error);
        Assert.Contains(path, error.Message, StringComparison.Ordinal);
    }
}
