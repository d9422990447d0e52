namespace FaceDeid.Benchmarks.Scale;

/// <summary>A recording in the simulation.</summary>
/// <param name="arrival">When it came, in seconds.</param>
/// <param name="frames">Its frames.</param>
internal sealed class SimulatedJob(double arrival, int frames)
{
    public double Arrival => arrival;

    public int Frames => frames;

    public int Segments { get; } = StepTimes.SegmentsOf(frames);

    /// <summary>When the first worker took it.</summary>
    public double? Started { get; set; }

    public double Done { get; set; }

    /// <summary>Who leads; null: nobody.</summary>
    public object? Leader { get; set; }

    public bool LeaderIsReady { get; set; }

    /// <summary>Whether its frames are known, and others can help.</summary>
    public bool IsListed { get; set; }

    public bool IsLinked { get; set; }

    public SegmentClaims Analysed { get; } = new(StepTimes.SegmentsOf(frames));

    public SegmentClaims Rendered { get; } = new(StepTimes.SegmentsOf(frames));
}

/// <summary>Which segments of a step are done, or claimed and until when.</summary>
internal sealed class SegmentClaims(int count)
{
    private readonly double?[] _claimed = new double?[count]; // until when; null: free
    private readonly bool[] _done = new bool[count];
    private int _left = count;

    public bool IsDone => _left == 0;

    /// <summary>Claims a segment; null: none is free.</summary>
    public int? Claim(double now)
    {
        for (var i = 0; i < _claimed.Length && !IsDone; i++)
        {
            if (_done[i] || _claimed[i] > now)
                continue;
            _claimed[i] = double.PositiveInfinity; // renewed while its worker lives
            return i;
        }

        return null;
    }

    public void Complete(int segment)
    {
        _left -= _done[segment] ? 0 : 1;
        _done[segment] = true;
    }

    /// <summary>Its worker is gone: it can be claimed again from then on.</summary>
    public void Abandon(int segment, double until) => _claimed[segment] = until;
}
