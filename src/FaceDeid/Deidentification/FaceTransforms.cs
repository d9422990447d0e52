using FaceDeid.Imaging;

namespace FaceDeid.Deidentification;

/// <summary>The methods, each on all that is seen of a face: its colours and its opacity. Thread-safe.</summary>
internal sealed class FaceTransforms(IEnumerable<IFaceTransform> transforms)
{
    private readonly Dictionary<DeidentificationMethod, IFaceTransform> _byMethod = transforms.ToDictionary(t => t.Method);

    /// <summary>Changes the face in place.</summary>
    public void Apply(UprightImage canvas, Subject subject, DeidentificationOptions options)
    {
        _byMethod[options.Method].Apply(canvas.Bgr, subject, options);
        OpacityTreatment.Apply(canvas, subject, options);
    }
}
