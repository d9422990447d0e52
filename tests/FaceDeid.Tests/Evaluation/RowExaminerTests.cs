using FaceDeid.Evaluation;
using FaceDeid.Tests.KSame;
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
    public void A_face_whose_landmarks_cannot_be_trusted_is_looked_at_where_it_was()
    {
        var row = Examine(pixels =>
        {
            var negative = new Mat();
            Cv2.BitwiseNot(pixels, negative);
            return negative;
        });

        // Equalising a negative gives the negative, but for steps of the histogram.
        var differences = row.Original.Chip.Zip(row.Deidentified.Chip, (before, after) => before == 128 && after == 128 ? 0 : Math.Abs(255 - before - after)).ToArray();
        Assert.InRange(differences.Average(), 0, 4);
    }

    [Fact]
    public void Expressions_are_classified_on_request()
    {
        Assert.True(Examine(pixels => pixels.Clone()).Utility.KeepsExpression);
        Assert.Null(Examine(pixels => pixels.Clone(), withExpression: false).Utility.KeepsExpression);
    }

    [Fact]
    public void A_chip_is_not_compared_by_place()
    {
        var row = Examine(pixels => pixels.Clone(), isAlignedAnew: true);

        Assert.Null(row.Utility.LandmarkError);
        Assert.Null(row.Utility.Outside);
        Assert.Empty(row.Reconstructed);
    }

    private static ExaminedRow Examine(Func<Mat, Mat> change, bool isAlignedAnew = false, bool withExpression = true)
    {
        using var picture = Engine.Decoder.Decode(John);
        using var changed = change(picture.Bgr);
        var row = new EvaluationRow(1, "john", Datasets.File(John), Deidentified: null);
        return Engine.RowExaminer.Row(row, person: 0, John, Picture.Of(changed).Png(), new RowView(isAlignedAnew, withExpression), CancellationToken.None);
    }
}
