namespace FaceDeid.Video.Tracking;

/// <summary>What a search saw in a frame.</summary>
/// <param name="Box">Where.</param>
/// <param name="Score">The search's own score, 0.3 to 1.</param>
/// <param name="Roll">Degrees clockwise by which the face is turned in the frame: 0, or what the frame was turned by.</param>
internal readonly record struct Sighting(FaceBox Box, double Score, int Roll = 0);

/// <summary>How much of a frame is searched: each extent takes in the one before.</summary>
internal enum SearchExtent
{
    /// <summary>Half its size and less: no faces below 16 pixels.</summary>
    Half,

    /// <summary>All of it.</summary>
    Full,

    /// <summary>Faces that lie or stand on their head are looked for, too.</summary>
    Turned,
}

/// <summary>
/// The search of one frame: each of its parts is calculated when it is asked for. Places are looked at side by side.
/// </summary>
internal interface IFrameSearch
{
    /// <summary>All that may be a face anywhere in the frame; calculated once, by one thread.</summary>
    /// <param name="extent">What at least is searched.</param>
    IReadOnlyList<Sighting> Everywhere(SearchExtent extent);

    /// <summary>What may be a face in a square of three sides around a place.</summary>
    IReadOnlyList<Sighting> Near(FaceBox place);

    /// <summary>The same, with the frame turned by 30, -30, 90, -90 and 180 degrees.</summary>
    IReadOnlyList<Sighting> Turned(FaceBox place);

    /// <summary>How probably a person would call it a face, 0 to 1, by a second look or another kind of detector.</summary>
    double Probability(Sighting seen);
}
