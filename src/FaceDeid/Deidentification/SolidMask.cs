using OpenCvSharp;

namespace FaceDeid.Deidentification;

/// <summary>Covers the face with one colour: nothing of it remains.</summary>
internal sealed class SolidMask : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Mask;

    public void Apply(Mat canvas, Subject subject, DeidentificationOptions options)
    {
        using var region = ProtectedRegion.Of(subject, canvas.Size(), options.Region);
        if (region.IsEmpty)
            return;
        using var pixels = canvas.SubMat(region.Bounds);
        pixels.SetTo(new Scalar(options.Color.Blue, options.Color.Green, options.Color.Red), region.Mask);
    }
}
