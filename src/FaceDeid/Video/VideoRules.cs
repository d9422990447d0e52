using FaceDeid.Imaging.Formats;
using FaceDeid.Protection;
using FaceDeid.Video.Review;
using FaceDeid.Video.Segments;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video;

/// <summary>What a request for a recording may ask for, and when nothing is answered.</summary>
internal static class VideoRules
{
    private const int LongestSide = 8192; // pixels of a frame, whatever the limits

    /// <summary>Checks the options; all mistakes of a recording's own are listed at once.</summary>
    /// <exception cref="FaceDeidException">One is out of its range, or they contradict each other.</exception>
    public static void Check(VideoOptions options, ImageLimits limits)
    {
        OptionRules.Check(options.Faces, limits);
        var mistakes = new SortedDictionary<string, string>(StringComparer.Ordinal);
        if (options.Faces.Method == DeidentificationMethod.Scramble)
            mistakes["method"] = "cannot be scramble with a recording: its encoder would lose the blocks. Use another method.";
        if (options.RateFactor is < 0 or > VideoOptions.MostRateFactor)
            mistakes["crf"] = $"must be between 0 and {VideoOptions.MostRateFactor}.";
        if (!Holds(options.Container, options.WrittenCodec))
            mistakes["codec"] = "does not go into this container: webm holds vp9 and av1, mp4 and mkv hold all.";
        if (TrackRules.OfRegions(options.Regions, LongestSide) is { } fault)
            mistakes["regions"] = fault;
        if (mistakes.Count > 0)
            throw FaceDeidException.Invalid(mistakes);
    }

    /// <summary>Refuses a recording in which nobody would be protected, or what the caller wants to look at.</summary>
    /// <exception cref="FaceDeidException">So it is.</exception>
    /// <param name="plan">What is done.</param>
    /// <param name="options">What was asked for.</param>
    /// <param name="references">Who stays visible, or who alone is treated.</param>
    /// <param name="isReviewed">Whether a person has looked at it: then doubts are settled.</param>
    public static void CheckProtects(
        VideoPlan plan, VideoOptions options, IReadOnlyList<Reference> references, bool isReviewed)
    {
        var treated = plan.Tracks.Where(track => track.IsTreated).ToList();
        if (treated.Count + plan.Regions.Count == 0 && options.Faces.OnNoFace == NoFacePolicy.Error)
        {
            throw references.Count > 0 && references[0].Part == ReferencePart.Only && plan.Tracks.Count > 0
                ? new FaceDeidException(
                    FaceDeidError.PersonNotFound,
                    "Nobody in the recording was recognised as somebody in 'only'. Send other photos of these people, leave "
                    + "'only' out to protect everybody, or allow it with onNoFace=pass.")
                : NoFace();
        }

        var doubtful = treated.Count(track => track.Evidence == TrackEvidence.Weak);
        if (doubtful > 0 && !isReviewed && options.Faces.Uncertain == UncertainPolicy.Error)
        {
            throw new FaceDeidException(
                FaceDeidError.UncertainFaces,
                $"{doubtful} of the {plan.Tracks.Count} faces that were followed may be none. Choose uncertain=cover, and look "
                + "at the tracks whose 'evidence' is 'weak'.");
        }
    }

    /// <summary>Nobody would be protected.</summary>
    public static FaceDeidException NoFace() => new(
        FaceDeidError.NoFace,
        "No face that would be protected was found in the recording, or was left to be. Use quality=thorough or another "
        + "'detector', look at the tracks with 'review', or allow it with onNoFace=pass.");

    private static bool Holds(VideoContainer container, VideoCodec codec) =>
        container != VideoContainer.Webm || codec is VideoCodec.Vp9 or VideoCodec.Av1;
}
