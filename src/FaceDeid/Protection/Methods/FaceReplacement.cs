using FaceDeid.Donors;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// Replaces the face by a donor's in the subject's pose and expression (docs/deidentify.md): the donor is warped onto the
/// subject, given the subject's skin tone and light, and blended in inside its outline.
/// </summary>
internal sealed class FaceReplacement(DonorLibrary library) : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Replace;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        var donors = treatment.Donors ?? (treatment.Options.PseudonymKey is { } key
            ? DonorChoice.Keyed(library, subject.Embedding!, key, treatment.Attempt)
            : DonorChoice.Furthest(library, subject.Embedding!, treatment.Attempt));
        using var face = new DonorFace(library, donors);
        DonorBlend.Wear(canvas.Bgr, subject, face, Strengths.Effective(treatment.Options));
    }
}

/// <summary>Replaces every face by one and the same: the average of all donors, in each subject's pose and expression.</summary>
internal sealed class AverageReplacement(DonorLibrary library) : IFaceTransform, IDisposable
{
    private readonly Lazy<DonorFace> _average = new(() => new DonorFace(library, library.Donors));

    public DeidentificationMethod Method => DeidentificationMethod.Average;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment) =>
        DonorBlend.Wear(canvas.Bgr, subject, _average.Value, share: 1);

    public void Dispose()
    {
        if (_average.IsValueCreated)
            _average.Value.Dispose();
    }
}
