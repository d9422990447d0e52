using FaceDeid.Imaging;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>The methods, each on all that is seen of a face: its colours and its opacity. Thread-safe.</summary>
internal sealed class FaceTransforms(IEnumerable<IFaceTransform> transforms)
{
    // The last of a method counts: whoever adds one means it.
    private readonly Dictionary<DeidentificationMethod, IFaceTransform> _byMethod =
        transforms.GroupBy(t => t.Method).ToDictionary(group => group.Key, group => group.Last());

    /// <summary>Changes the face in place.</summary>
    public void Apply(UprightImage canvas, Subject subject, Treatment treatment)
    {
        _byMethod[treatment.Options.Method].Apply(new Canvas(canvas.Bgr), subject, treatment);
        OpacityTreatment.Apply(canvas, subject, treatment.Options);
    }
}
