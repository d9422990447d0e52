namespace FaceDeid.Video.Tracking;

/// <summary>How faces are tracked.</summary>
internal sealed record TrackingOptions
{
    private const int TurnedSteps = 4; // one search in so many looks for lying faces, too
    private const int FineSteps = 2; // one in so many looks for the smallest, too...
    private const int LargePixels = 800_000; // ...where a frame has more than this

    /// <summary>How often a frame is searched in full.</summary>
    public VideoQuality Quality { get; init; } = VideoQuality.Normal;

    /// <summary>
    /// How probably something must be a face, 0 to 1, to be followed, or to be the face that was lost there. What is less is a
    /// plant, a hand or a pattern that only the search's network takes for one.
    /// </summary>
    public double LeastProbability { get; init; } = 0.3;

    /// <summary>
    /// The same, for what the search saw turned, and for what was looked at often: of many looks at a hand the best is
    /// better than one.
    /// </summary>
    public double LikelyProbability { get; init; } = 0.6;

    /// <summary>What tracking is made of: tests take parts away to see that they are needed.</summary>
    public TrackingParts Parts { get; init; } = TrackingParts.All;

    /// <summary>A full search each so many frames.</summary>
    public int Step => Quality switch
    {
        VideoQuality.Fast => 5,
        VideoQuality.Normal => 3,
        VideoQuality.Thorough => 1,
        _ => throw new InvalidOperationException($"There is no quality {Quality}."),
    };

    /// <summary>How much of a frame is searched, wherever its faces are known to be; null: nothing is.</summary>
    public SearchExtent? ExtentIn(int number, ImageSize frame) =>
        number % Step != 0 ? null
        : number % (TurnedSteps * Step) == 0 ? SearchExtent.Turned
        : number % (FineSteps * Step) == 0 || Quality == VideoQuality.Thorough
            || (long)frame.Width * frame.Height < LargePixels ? SearchExtent.Full
        : SearchExtent.Half;
}

/// <summary>Parts of tracking that can be left out, to see what they are worth.</summary>
[Flags]
internal enum TrackingParts
{
    None = 0,

    /// <summary>Boxes are carried by what moves in the picture.</summary>
    Flow = 1,

    /// <summary>A face is covered before it is first and after it is last seen.</summary>
    Tails = 2,

    /// <summary>A region is as large as the largest of its neighbours.</summary>
    Envelope = 4,

    /// <summary>Nothing crosses a cut.</summary>
    Cuts = 8,

    /// <summary>From the first sure sighting a face is followed back over unsure ones.</summary>
    Backwards = 16,

    /// <summary>Places where a face is in doubt are searched between the full searches, too.</summary>
    Doubt = 32,

    All = Flow | Tails | Envelope | Cuts | Backwards | Doubt,
}
