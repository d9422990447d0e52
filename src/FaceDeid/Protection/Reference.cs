using FaceDeid.Faces;
using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;

namespace FaceDeid.Protection;

/// <summary>A reference photo, brought down to who is meant by it.</summary>
/// <param name="Part">What it is for.</param>
/// <param name="Photo">Which of its part it is, from 1.</param>
/// <param name="People">
/// Whom it stands for: the person it is of, and where that protects more, everybody else in it, because a false face can be the
/// largest.
/// </param>
/// <param name="Least">Similarity from which a face is that of one of them.</param>
internal sealed record Reference(ReferencePart Part, int Photo, IReadOnlyList<FaceEmbedding> People, double Least)
{
    /// <summary>Whether a face is that of somebody who is meant.</summary>
    public bool Means(FaceEmbedding face) => People.Any(person => person.SimilarityTo(face) >= Least);
}

/// <summary>Finds out who is meant by reference photos, and refuses those that do not say. Thread-safe.</summary>
internal sealed class ReferenceExaminer(CheckedLandmarkPredictor predictor, FaceEmbedder embedder, AgeSexNetwork kinds)
{
    /// <summary>How faces are looked for, however they are in the picture: who is missed could be who is meant.</summary>
    public static readonly DetectionOptions Detection = new();

    private const double MinInterocular = 12; // pixels: docs/deidentify.md says how people are recognised by less

    /// <summary>Who is meant by a photo in which these faces were found.</summary>
    /// <exception cref="FaceDeidException">Nobody is, or not clearly, or not recognisably.</exception>
    public Reference Examine(SearchImage image, IReadOnlyList<FoundFace> faces, ReferencePart part, int photo)
    {
        var name = $"photo {photo} of '{$"{part}".ToLowerInvariant()}'";
        if (faces.Count == 0)
        {
            throw new FaceDeidException(
                FaceDeidError.NoFace,
                $"No face was found in {name}. Send a photo that shows this person's face larger and more clearly.");
        }

        if (MainFace.Candidates(faces) is { Count: > 1 } candidates)
        {
            throw new FaceDeidException(
                FaceDeidError.AmbiguousReference,
                $"It is not clear who is meant by {name}: {faces.Count} faces were found in it, of which {candidates.Count} are "
                + "of like size. Send a photo, or a crop, of this person alone.");
        }

        var seen = MainFace.First(faces, face => face).Select(face => predictor.Predict(image.Gray, face.ToCommon())).ToList();
        if (seen[0].Landmarks.InterocularDistance() < MinInterocular)
        {
            throw new FaceDeidException(
                FaceDeidError.UnclearReference,
                $"The face in {name} is too small to be recognised: its eyes are less than {MinInterocular} pixels apart. "
                + "Send a larger photo of this person.");
        }

        if (!seen[0].AreReliable)
        {
            throw new FaceDeidException(
                FaceDeidError.UnclearReference,
                $"The face in {name} cannot be recognised surely: it is turned, looks away, is covered, or is none. "
                + "Send a photo, or a crop, that shows this person's face upright, from the front and uncovered.");
        }

        var meant = part == ReferencePart.Keep ? seen.Take(1) : seen.Where(IsRecognisable);
        // Surely where somebody stays visible, else possibly.
        var least = part == ReferencePart.Keep
            ? PersonMatch.SurelyOf(kinds.Look(image.Bgr, seen[0].Landmarks))
            : PersonMatch.Possibly;
        return new Reference(part, photo, [.. meant.Select(face => embedder.Embed(image.Bgr, face.Landmarks))], least);

        static bool IsRecognisable((Landmarks68 Landmarks, bool AreReliable) face) =>
            face.AreReliable && face.Landmarks.InterocularDistance() >= MinInterocular;
    }
}
