using FaceDeid.Faces.Recognition;
using FaceDeid.Protection;

namespace FaceDeid.Video.People;

/// <summary>
/// Says which tracks stay visible, by the reference photos of a request: one decision for all frames of a track, so that one
/// frame's doubt does not flicker. When in doubt, a track is protected.
/// </summary>
internal static class VisiblePeople
{
    /// <summary>Whether a track is left alone.</summary>
    public static bool Leaves(
        IReadOnlyList<TrackSample> samples, TrackEvidence evidence, IReadOnlyList<Reference> references)
    {
        if (references.Count == 0 || samples.Count == 0)
            return false;
        // Who stays is somebody all along: a track may have gone on from one person to another.
        return references[0].Part == ReferencePart.Keep
            ? evidence == TrackEvidence.Strong && references.Any(reference =>
                samples.Any(sample => reference.Means(sample.Look))
                && samples.All(sample => Nearest(reference, sample) >= PersonMatch.StillRecognised))
            : !samples.Any(sample => references.Any(reference => reference.Means(sample.Look)));
    }

    private static double Nearest(Reference reference, TrackSample sample) =>
        reference.People.Max(person => person.SimilarityTo(sample.Look));
}
