using FaceDeid.Evaluation;
using FaceDeid.Evaluation.Datasets;
using FaceDeid.Evaluation.Examined;
using FaceDeid.Evaluation.Utility;
using FaceDeid.Faces.Detection;
using FaceDeid.Tests.Collections;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Evaluation;

/// <summary>Where attackers look.</summary>
public sealed class RowExaminerTests
{
    private const int Shift = 14;

    private static readonly byte[] John = Collected.Johns[0].File;

    [Fact]
    public void A_face_that_is_found_is_looked_at_where_it_is()
    {
        var row = Examine(pixels =>
        {
            using var shift = Mat.FromArray(new[,] { { 1.0, 0, Shift }, { 0, 1.0, Shift } });
            return pixels.WarpAffine(shift, pixels.Size(), InterpolationFlags.Nearest, BorderTypes.Replicate);
        });

        Assert.True(row.Original.Embedding.SimilarityTo(row.Deidentified.Embedding) > 0.95);
    }

    [Fact]
    public void A_face_that_is_not_found_is_looked_at_where_it_was()
    {
        using var picture = Engine.Decoder.Decode(John);
        using var image = SearchImage.Create(picture);
        var face = Engine.Finder.Find(image, new DetectionOptions()).Single().ToCommon();
        using var half = Half(image.Bgr, face.Box);

        var row = Examine(pixels => Half(pixels, face.Box));

        Assert.Empty(row.Utility.FoundAfter);
        Assert.Equal(new KeptKind(false, false), row.Utility.Kind);
        Assert.Null(row.Utility.Gaze);
        var expected = Engine.Embedder.Embed(half, Engine.CheckedPredictor.Predict(image.Gray, face).Landmarks);
        Assert.Equal(1, row.Deidentified.Embedding.SimilarityTo(expected), 4);
    }

    [Fact]
    public void Who_treats_a_photo_knows_where_its_face_was()
    {
        using var picture = Engine.Decoder.Decode(John);
        using var image = SearchImage.Create(picture);
        var face = Engine.Finder.Find(image, new DetectionOptions()).Single().ToCommon();
        using var half = Half(image.Bgr, face.Box);
        var file = Picture.Of(half).Png();

        var parrot = Engine.Reader.Run([John, file], reading =>
        {
            using var before = reading.Decode(John, new DetectionOptions());
            using var after = reading.Decode(file, new DetectionOptions());
            return Engine.RowExaminer.Treated(reading, before, after, isAlignedAnew: false);
        }, CancellationToken.None);

        Assert.Equal(Examine(pixels => Half(pixels, face.Box)).Deidentified.Chip, parrot.Chip);
    }

    [Fact]
    public void Expressions_are_classified_on_request()
    {
        Assert.True(Examine(pixels => pixels.Clone()).Utility.KeepsExpression);
        Assert.Null(Examine(pixels => pixels.Clone(), withExpression: false).Utility.KeepsExpression);
    }

    [Fact]
    public void A_large_face_is_reduced_before_anything_is_undone()
    {
        using var picture = Engine.Decoder.Decode(John);
        using var large = picture.Bgr.Resize(default, 12, 12, InterpolationFlags.Cubic); // the face is wider than 1024 pixels
        using var blurred = large.GaussianBlur(new Size(0, 0), 90);
        var original = Picture.Of(large).Png();
        var row = new EvaluationRow(1, "john", Datasets.File(original), Deidentified: null);

        var examined = Engine.Examined(
            row, original, Picture.Of(blurred).Png(), new RowView(IsAlignedAnew: false, WithExpression: false));

        var undone = examined.Reconstructed[Inversion.Deconvolution];
        Assert.True(undone.Embedding.SimilarityTo(examined.Original.Embedding)
            > examined.Deidentified.Embedding.SimilarityTo(examined.Original.Embedding));
    }

    [Fact]
    public void A_chip_is_not_compared_by_place()
    {
        var row = Examine(pixels => pixels.Clone(), isAlignedAnew: true);

        Assert.Null(row.Utility.LandmarkError);
        Assert.Null(row.Utility.Outside);
        Assert.Empty(row.Reconstructed);
    }

    /// <summary>Nothing but the lower half of a face.</summary>
    private static Mat Half(Mat pixels, Box face)
    {
        var half = new Mat(pixels.Size(), pixels.Type(), Scalar.All(127));
        var part = new Rect(face.X, face.Y + (face.Height / 2), face.Width, face.Height / 2)
            .Intersect(new Rect(0, 0, pixels.Width, pixels.Height));
        using var from = pixels.SubMat(part);
        using var to = half.SubMat(part);
        from.CopyTo(to);
        return half;
    }

    private static ExaminedRow Examine(Func<Mat, Mat> change, bool isAlignedAnew = false, bool withExpression = true)
    {
        using var picture = Engine.Decoder.Decode(John);
        using var changed = change(picture.Bgr);
        var row = new EvaluationRow(1, "john", Datasets.File(John), Deidentified: null);
        return Engine.Examined(row, John, Picture.Of(changed).Png(), new RowView(isAlignedAnew, withExpression));
    }
}
