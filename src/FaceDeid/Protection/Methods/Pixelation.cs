using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>Square blocks of one colour each. A block that reaches beyond the face averages the face's pixels only.</summary>
internal sealed class Pixelation : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Pixelate;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        using var region = ProtectedRegion.Create(subject, canvas.Bgr.Size(), treatment.Options.Region);
        if (region.IsEmpty)
            return;
        using var pixels = canvas.Bgr.SubMat(region.Bounds);
        var block = Math.Max(2, (int)Math.Round(region.Width * Strengths.Effective(treatment.Options)));
        using var grid = InnerAverage.Grid(pixels, region.Mask, block, out var weights);
        weights.Dispose();
        using var blocks = InnerAverage.Enlarge(grid, block, pixels.Size(), InterpolationFlags.Nearest);
        blocks.CopyTo(pixels, region.Mask);
    }
}
