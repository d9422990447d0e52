using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection;

/// <summary>
/// Who stays visible: nobody, the people of <c>keep</c>, or everybody but those of <c>only</c>. When in doubt, a face is
/// protected.
/// </summary>
/// <param name="references">Photos of the people, all of one part.</param>
/// <param name="uncertain">What happens to what may be no face.</param>
internal sealed class Visibility(IReadOnlyList<Reference> references, UncertainPolicy uncertain)
{
    /// <summary>Whether a face is left alone.</summary>
    public bool Leaves(Subject subject) => LeavesUncertain(subject) || (
        references.Count > 0 && IsRecognisable(subject) && references.Any(reference => Means(reference, subject)) == IsKept);

    /// <summary>Whether a face is left alone because it may be none.</summary>
    public bool LeavesUncertain(Subject subject) => uncertain == UncertainPolicy.Leave && subject.IsUncertain;

    /// <summary>Refuses faces of low certainty, where the caller wants to look at such.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.UncertainFaces"/>.</exception>
    public void CheckUncertain(IReadOnlyList<Subject> subjects)
    {
        var doubtful = subjects.Count(subject => subject.IsUncertain && !Leaves(subject));
        if (uncertain == UncertainPolicy.Error && doubtful > 0)
        {
            throw new FaceDeidException(
                FaceDeidError.UncertainFaces,
                $"{doubtful} of the {subjects.Count} faces that were found may be none. Look at them ('certainty' is 'low' in "
                + "what /v1/detect says) and send the right ones as 'faces', or choose uncertain=protect or leave.");
        }
    }

    /// <summary>Which faces each photo means; null: there are no photos.</summary>
    public IReadOnlyList<ReferenceReport>? Report(IReadOnlyList<Subject> subjects) => references.Count == 0 ? null :
    [
        .. references.Select(reference => new ReferenceReport(
            reference.Part, reference.Photo,
            [.. subjects.Where(subject => Means(reference, subject)).Select(subject => subject.Face.Id)])),
    ];

    /// <summary>Refuses that nobody is recognised of those who are to be protected: the picture could leave as it came.</summary>
    /// <exception cref="FaceDeidException">Nobody of <c>only</c> is recognised.</exception>
    public void CheckProtects(IReadOnlyList<Subject> subjects)
    {
        if (references.Count == 0 || IsKept || subjects.Any(subject => references.Any(reference => Means(reference, subject))))
            return;
        throw new FaceDeidException(
            FaceDeidError.PersonNotFound,
            "Nobody in the picture was recognised as somebody in 'only'. Send other photos of these people, leave 'only' out "
            + "to protect everybody, or allow it with onNoFace=pass.");
    }

    private bool IsKept => references[0].Part == ReferencePart.Keep;

    private static bool Means(Reference reference, Subject subject) =>
        IsRecognisable(subject) && reference.Means(subject.Embedding!);

    private static bool IsRecognisable(Subject subject) => subject is { HasReliableLandmarks: true, Embedding: not null };
}
