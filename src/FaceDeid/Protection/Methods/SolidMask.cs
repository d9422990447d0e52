using FaceDeid.Protection.Subjects;
using OpenCvSharp;

namespace FaceDeid.Protection.Methods;

/// <summary>Covers the face with one colour: nothing of it remains.</summary>
internal sealed class SolidMask : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Mask;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        using var region = ProtectedRegion.Create(subject, canvas.Bgr.Size(), treatment.Options.Region);
        if (region.IsEmpty)
            return;
        using var pixels = canvas.Bgr.SubMat(region.Bounds);
        pixels.SetTo(
            new Scalar(treatment.Options.Color.Blue, treatment.Options.Color.Green, treatment.Options.Color.Red), region.Mask);
    }
}
