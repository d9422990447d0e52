using FaceDeid.Donors;
using FaceDeid.Notebook;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// The notebook's merge of the face with a donor brought onto it, in place. Weak: most people are still recognised.
/// </summary>
internal sealed class DonorMerge(DonorLibrary library) : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Merge;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        using var donor = new DonorFace(library, DonorChoice.Furthest(library, subject.Embedding!, attempt: 0));
        using var face = donor.WornBy(subject.Landmarks, share: 0);
        foreach (var strip in Strips.Split(face.Bounds(canvas.Bgr.Size())))
        {
            using var pixels = canvas.Bgr.SubMat(strip);
            using var rendered = face.Render(strip);
            using var covered = rendered.ExtractChannel(3);
            using var colours = rendered.CvtColor(ColorConversionCodes.BGRA2BGR);
            using var merged = treatment.Options.Gray
                ? Gray(pixels, colours, treatment.Options.Normalization)
                : Colour(pixels, colours, treatment.Options.Normalization);
            merged.CopyTo(pixels, covered);
        }
    }

    private static Mat Gray(Mat own, Mat other, MergeNormalization normalization)
    {
        using var a = own.ToGray();
        using var b = other.ToGray();
        using var merged = PairwiseMerge.Pixels(a, b, normalization);
        return merged.CvtColor(ColorConversionCodes.GRAY2BGR);
    }

    // The formula knows one channel: a row of pixels is three times as many values.
    private static Mat Colour(Mat own, Mat other, MergeNormalization normalization)
    {
        using var continuous = own.Clone();
        using var a = continuous.Reshape(1);
        using var b = other.Reshape(1);
        using var merged = PairwiseMerge.Pixels(a, b, normalization);
        using var colour = merged.Reshape(3);
        return colour.Clone();
    }
}
