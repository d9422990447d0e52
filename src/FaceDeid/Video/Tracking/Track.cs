namespace FaceDeid.Video.Tracking;

/// <summary>Where a face is in a frame; a frame can have several of one face, of which all are covered.</summary>
/// <param name="Frame">The frame's number in the recording.</param>
/// <param name="Box">Where it is.</param>
/// <param name="Kind">How that is known.</param>
/// <param name="Score">The search's score where it was detected, else 0.</param>
internal readonly record struct FacePlace(int Frame, FaceBox Box, PlaceKind Kind, float Score = 0);

/// <summary>One face through one shot.</summary>
/// <param name="Places">In the order of their frames; never empty.</param>
/// <param name="Probability">The best second look at it, 0 to 1.</param>
internal sealed record Track(IReadOnlyList<FacePlace> Places, double Probability)
{
    /// <summary>Probability from which on it surely is a face: pictures call it certain, too.</summary>
    public const double Sure = 0.8;

    /// <summary>Numbers of the tracks of segments that it was joined of.</summary>
    public IReadOnlyList<int> Ids { get; init; } = [];

    public int First => Places[0].Frame;

    public int Last => Places[^1].Frame;

    public TrackEvidence Evidence => Probability >= Sure ? TrackEvidence.Strong : TrackEvidence.Weak;
}

/// <summary>What a segment's tracker found; its frames are the segment's with those that lead in and out.</summary>
/// <param name="Tracks">In the order of their first frames.</param>
/// <param name="Cuts">First frames of new shots.</param>
internal sealed record SegmentTracks(IReadOnlyList<Track> Tracks, IReadOnlyList<int> Cuts);
