using FaceDeid.Recognition;

namespace FaceDeid.Deidentification;

/// <summary>Who stays visible: nobody, the people of <c>keep</c>, or everybody but those of <c>only</c>. When in doubt, a face is protected.</summary>
/// <param name="references">Photos of the people, all of one part.</param>
internal sealed class Visibility(IReadOnlyList<Reference> references)
{
    /// <summary>Whether a face is left alone.</summary>
    public bool Leaves(Subject subject) =>
        references is [{ Part: var part }, ..] && Recognisable(subject) is { } face
        && references.Any(reference => reference.Means(face)) == (part == ReferencePart.Keep);

    /// <summary>Which faces each photo means.</summary>
    public IReadOnlyList<ReferenceReport> Report(IReadOnlyList<Subject> subjects) =>
    [
        .. references.Select(reference => new ReferenceReport(
            reference.Part, reference.Photo,
            [
                .. subjects.Where(subject => Recognisable(subject) is { } face && reference.Means(face))
                    .Select(subject => subject.Face.Id),
            ])),
    ];

    /// <summary>Refuses that everybody is left alone: the picture would leave as it came.</summary>
    /// <exception cref="FaceDeidException">Everybody is.</exception>
    public void CheckProtects(IReadOnlyList<Subject> subjects)
    {
        if (subjects.Count == 0 || !subjects.All(Leaves))
            return;
        throw new FaceDeidException(ErrorCode.NobodyProtected, references[0].Part == ReferencePart.Keep
            ? "Nobody would be protected: every face in the picture is that of somebody in 'keep'. Leave 'keep' out, or allow it "
                + "with onNoFace=pass."
            : "Nobody would be protected: no face in the picture is like those of 'only'. Send other photos of these people, "
                + "leave 'only' out to protect everybody, or allow it with onNoFace=pass.");
    }

    private static FaceEmbedding? Recognisable(Subject subject) => subject.HasReliableLandmarks ? subject.Embedding : null;
}
