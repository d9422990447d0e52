using FaceDeid.Donors;
using FaceDeid.Protection.Replacement;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection.Methods;

/// <summary>
/// Replaces the face by a donor's in the subject's pose and expression (docs/deidentify.md): the donor is warped onto the
/// subject, given the subject's skin tone and light, and blended in inside its outline.
/// </summary>
internal sealed class FaceReplacement(DonorLibrary library, DonorAssignment donors) : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Replace;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        using var view = FaceView.Of(canvas.Bgr, subject.Landmarks.ToComplex());
        if (view is null)
            return;
        var (donor, keepsGlasses) = treatment.Disguises.GetValueOrDefault(subject.Face.Id)
            ?? new Disguise(donors.Draw(view, subject, treatment.Options.PseudonymKey));
        using var face = new WornFace(view, library.Shapes, donor, Strengths.OfDonor(treatment.Options), keepsGlasses);
        face.PutInto(canvas.Bgr);
    }
}

/// <summary>
/// Replaces every face by one of its kind: the mean of all donors of it, in each subject's pose and expression.
/// </summary>
internal sealed class AverageReplacement(DonorLibrary library, DonorChoice choice) : IFaceTransform
{
    public DeidentificationMethod Method => DeidentificationMethod.Average;

    public void Apply(Canvas canvas, Subject subject, Treatment treatment)
    {
        using var view = FaceView.Of(canvas.Bgr, subject.Landmarks.ToComplex());
        if (view is null)
            return;
        var (donor, keepsGlasses) = treatment.Disguises.GetValueOrDefault(subject.Face.Id)
            ?? new Disguise(choice.Averages(DonorAssignment.WantedBy(view, subject))[0]);
        using var face = new WornFace(view, library.Shapes, donor, Strengths.OfDonor(treatment.Options), keepsGlasses);
        face.PutInto(canvas.Bgr);
    }
}
