using FaceDeid.Protection.Subjects;

namespace FaceDeid.Protection;

/// <summary>
/// Who stays visible: nobody, the people of <c>keep</c>, or everybody but those of <c>only</c>. When in doubt, a face is
/// protected.
/// </summary>
/// <param name="references">Photos of the people, all of one part.</param>
internal sealed class Visibility(IReadOnlyList<Reference> references)
{
    /// <summary>Whether a face is left alone.</summary>
    public bool Leaves(Subject subject) =>
        references.Count > 0 && IsRecognisable(subject) && references.Any(reference => Means(reference, subject)) == IsKept;

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
