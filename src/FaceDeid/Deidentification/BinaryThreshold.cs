using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>Black and white, divided where Otsu's method (1979) divides the face's brightness. Weak: most people are still recognised.</summary>
internal sealed class BinaryThreshold : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Threshold;

    public void Apply(Mat canvas, Subject subject, DeidentificationOptions options)
    {
        using var region = ProtectedRegion.Of(subject, canvas.Size(), options.Region);
        if (region.IsEmpty)
            return;
        using var pixels = canvas.SubMat(region.Bounds);
        using var gray = pixels.ToGray();
        using var binary = gray.Threshold(0, 255, ThresholdTypes.Otsu);
        using var colour = binary.CvtColor(ColorConversionCodes.GRAY2BGR);
        colour.CopyTo(pixels, region.Mask);
    }
}
