using FaceDeid.Recognition;

namespace FaceDeid.Deidentification;

/// <summary>Who stays visible: nobody, the people of <c>keep</c>, or everybody but those of <c>only</c>. When in doubt, a face is protected.</summary>
internal sealed class Visibility(IReadOnlyList<FaceEmbedding> keep, IReadOnlyList<FaceEmbedding> only)
{
    /// <summary>Whether a face is left alone.</summary>
    public bool Leaves(Subject subject)
    {
        if (subject.Embedding is null || !subject.HasReliableLandmarks)
            return false;
        if (keep.Count > 0)
            return keep.Any(person => person.SimilarityTo(subject.Embedding) >= PersonMatch.Surely);
        return only.Count > 0 && only.All(person => person.SimilarityTo(subject.Embedding) < PersonMatch.Possibly);
    }
}
