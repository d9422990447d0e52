using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// Black and white, divided where Otsu's method (1979) divides the face's brightness. Weak: most people are still recognised.
/// </summary>
internal sealed class BinaryThreshold : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Threshold;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        using var region = ProtectedRegion.Create(subject, canvas.Bgr.Size(), treatment.Options.Region);
        if (region.IsEmpty)
            return;
        using var pixels = canvas.Bgr.SubMat(region.Bounds);
        using var gray = pixels.ToGray();
        using var binary = gray.Threshold(0, 255, ThresholdTypes.Otsu);
        using var colour = binary.CvtColor(ColorConversionCodes.GRAY2BGR);
        colour.CopyTo(pixels, region.Mask);
    }
}
