namespace FaceDeid.Video.Tracking;

/// <summary>A face that is being followed through a shot.</summary>
internal sealed class FollowedFace
{
    private const int MostFailures = 12; // frames in which flow lost it, since it was detected
    private const double Gate = 1; // distance of a sighting from where it is expected...
    private const double GateGrowth = 0.1; // ...and more for each frame in which flow lost it...
    private const int MostGrowth = 10; // ...up to so many
    private const double Slowing = 0.9; // of the speed for each frame in which it was missing
    private const double SpeedMemory = 0.4; // of the speed before, in its mean
    private const int JustLost = 6; // frames
    private const double SureScore = 0.9;
    private const double PoorFlow = 0.5; // of the points
    private const double Small = 40; // pixels

    private readonly List<FacePlace> _places;
    private readonly List<FaceBox> _carried = [];
    private (double X, double Y) _speed;
    private double _quality = 1;
    private int _failures;

    /// <summary>Begins with what is known of its past, whose last place was detected.</summary>
    public FollowedFace(IEnumerable<FacePlace> past, Sighting last)
    {
        _places = [.. past];
        (Box, Last) = (last.Box, last);
    }

    /// <summary>Its number in the recording.</summary>
    public int Id { get; init; }

    /// <summary>Where it is expected in the frame at hand.</summary>
    public FaceBox Box { get; private set; }

    /// <summary>How it was last seen.</summary>
    public Sighting Last { get; private set; }

    /// <summary>The best second look at it.</summary>
    public double Probability { get; set; }

    /// <summary>How many second looks there were.</summary>
    public int Looks { get; set; }

    /// <summary>In how many frames it was carried since it was detected.</summary>
    public int Missing => _carried.Count;

    /// <summary>How far from <see cref="Box"/> it may be seen.</summary>
    public double Reach => Gate + (GateGrowth * Math.Min(_failures, MostGrowth));

    /// <summary>Whether it has to be looked for between the full searches, too.</summary>
    public bool IsInDoubt => Last.Score < SureScore || _quality < PoorFlow || Box.Side < Small;

    /// <summary>Whether it cannot be found again: its picture or the picture's edge was lost.</summary>
    public bool IsLost(ImageSize frame) => Missing > FrameWindow.LongestGap || _failures > MostFailures || !Box.IsIn(frame);

    /// <summary>Whether it was seen not long ago: it may have turned.</summary>
    public bool IsJustLost => Missing is > 0 and <= JustLost;

    /// <summary>Whether flow has lost it since it was last seen: what is seen now may be something else.</summary>
    public bool IsOutOfSight => _failures > 0;

    /// <summary>Carries the box to the next frame, the window's last.</summary>
    public void Carry(FrameWindow window)
    {
        var step = window.Follow(window.Last - 1, window.Last, Box);
        _quality = step?.Quality ?? 0;
        if (step is null)
            _failures++;
        var slowed = Math.Pow(Slowing, Missing + 1);
        Box = (step?.Box ?? Box.Moved(_speed.X * slowed, _speed.Y * slowed)).OfSizeLike(Last.Box);
        _carried.Add(Box);
    }

    /// <summary>It was seen in the window's last frame.</summary>
    public void See(FrameWindow window, Sighting seen)
    {
        var last = _places[^1];
        var place = new FacePlace(window.Last, seen.Box, PlaceKind.Detected, (float)seen.Score);
        var frames = place.Frame - last.Frame;
        _places.AddRange(GapBridge.Between(window, last, place, _carried));
        _places.Add(place);
        _carried.Clear();
        _speed = (Speed(_speed.X, seen.Box.CentreX - last.Box.CentreX), Speed(_speed.Y, seen.Box.CentreY - last.Box.CentreY));
        (Box, Last, _failures) = (seen.Box, seen, 0);

        double Speed(double before, double way) => ((1 - SpeedMemory) * way / frames) + (SpeedMemory * before);
    }

    /// <summary>All of its places, when it was lost or the shot has ended.</summary>
    public Track End(FrameWindow window, bool withTail)
    {
        if (withTail)
            _places.AddRange(Tail.From(window, _places[^1], 1, isSure: Probability >= Track.Sure));
        return new Track(_places.ToArray(), Probability) { Ids = [Id] };
    }
}
