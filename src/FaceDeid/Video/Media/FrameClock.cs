
namespace FaceDeid.Video.Media;

/// <summary>When each frame of a recording is shown.</summary>
/// <param name="Ticks">Of each frame, in its order.</param>
/// <param name="Base">Seconds of a tick.</param>
internal sealed record FrameClock(IReadOnlyList<long> Ticks, TimeBase Base)
{
    public static FrameClock Of(FrameTimes times) => new([.. times.Frames.Select(frame => frame.Time)], times.Base);


    /// <summary>Seconds from the first frame.</summary>
    public double At(int frame) => Base.Seconds(Ticks[frame] - Ticks[0]);

    /// <summary>From the first frame to the last, which is shown as long as the one before it.</summary>
    public double Duration => Ticks.Count switch
    {
        0 or 1 => 0,
        _ => At(Ticks.Count - 1) + Base.Seconds(Ticks[^1] - Ticks[^2]),
    };

    /// <summary>Whether frames are not equally far apart, to a tick.</summary>
    public bool IsVariable
    {
        get
        {
            var steps = Ticks.Zip(Ticks.Skip(1), (a, b) => b - a).ToList();
            return steps.Count > 0 && steps.Max() - steps.Min() > 1;
        }
    }

    /// <summary>
    /// Whether every frame is shown as long after the first as in a file with these times, in seconds, but for less than a tick
    /// of that file.
    /// </summary>
    public bool IsAs(IReadOnlyList<double> times, double tick) => Ticks.Count == times.Count
        && Enumerable.Range(0, Ticks.Count).All(i => Math.Abs(At(i) - (times[i] - times[0])) < tick);
}
