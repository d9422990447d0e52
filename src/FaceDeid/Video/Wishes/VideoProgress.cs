namespace FaceDeid.Video.Wishes;

/// <summary>What is being done to a recording.</summary>
public enum VideoPhase
{
    /// <summary>Faces are looked for and followed.</summary>
    Analysing,

    /// <summary>What a person looks at is made: moments of the tracks, and the mask.</summary>
    Reviewing,

    /// <summary>Faces are treated, and the result is looked at once more.</summary>
    Rendering,

    /// <summary>The parts are put together with the sound.</summary>
    Joining,
}

/// <summary>How far a recording is.</summary>
/// <param name="Phase">What is being done.</param>
/// <param name="Frames">How many frames are done in this phase.</param>
/// <param name="Total">How many there are, as far as is known; null: it is not.</param>
/// <param name="Faces">How many faces were followed so far.</param>
public sealed record VideoProgress(VideoPhase Phase, int Frames, int? Total, int Faces);
