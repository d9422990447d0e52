using System.Numerics;
using FaceDeid.Donors;
using FaceDeid.Notebook;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// The notebook's merge of the face with an average donor brought onto it, in place. Weak: most people are still recognised.
/// </summary>
internal sealed class DonorMerge(DonorLibrary library, DonorChoice choice) : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Merge;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        var landmarks = subject.Landmarks.ToComplex();
        using var view = FaceView.Of(canvas.Bgr, landmarks);
        if (view is null)
            return;
        var donor = choice.Averages(DonorAssignment.WantedBy(view, subject))[0];
        using var texture = donor.Texture();
        var from = FaceMesh.WithForehead(donor.Points);
        var outline = FaceMesh.WithForehead(landmarks);
        foreach (var strip in Strips.Split(view.Bounds))
        {
            using var pixels = canvas.Bgr.SubMat(strip);
            var corner = new Complex(strip.X, strip.Y);
            var to = Array.ConvertAll(outline, p => p - corner);
            using var colours = library.Shapes.Warp.Warped(texture, from, to, strip.Size);
            using var covered = new Mat(strip.Size, MatType.CV_8UC1, Scalar.Black);
            Cv2.FillPoly(covered, [FaceMesh.Outline(to).Select(SureSkin.ToPoint)], Scalar.White);
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
