namespace FaceDeid.Video.Tracking;

/// <summary>A face's box in pixels of the frame, in parts of pixels, in the common meaning of boxes.</summary>
internal readonly record struct FaceBox(double X, double Y, double Width, double Height);

/// <summary>What a search saw in a frame.</summary>
/// <param name="Box">Where.</param>
/// <param name="Score">The search's own score, 0.3 to 1.</param>
internal readonly record struct Sighting(FaceBox Box, double Score);

/// <summary>
/// The search of one frame: each of its parts is calculated when it is asked for. For one thread at a time.
/// </summary>
internal interface IFrameSearch
{
    /// <summary>All that may be a face anywhere in the frame; calculated once.</summary>
    IReadOnlyList<Sighting> Everywhere();

    /// <summary>What may be a face in a square of three sides around a place.</summary>
    IReadOnlyList<Sighting> Near(FaceBox place);

    /// <summary>The same, with the frame turned by 30, -30, 90, -90 and 180 degrees.</summary>
    IReadOnlyList<Sighting> Turned(FaceBox place);

    /// <summary>Whether a second kind of detector, or the landmarks' check, agrees that there is a face.</summary>
    bool Agrees(FaceBox face);
}
