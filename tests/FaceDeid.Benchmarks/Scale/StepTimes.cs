namespace FaceDeid.Benchmarks.Scale;

/// <summary>What a step takes of a worker, in seconds.</summary>
/// <param name="Once">However long the recording is.</param>
/// <param name="Frame">For each frame.</param>
internal readonly record struct StepTime(double Once, double Frame)
{
    public double Of(int frames) => Once + (frames * Frame);
}

/// <summary>
/// What the simulation takes for granted: all of its inputs, and nothing else, for a worker that is a machine with two cores.
/// </summary>
/// <param name="Open">Fetch the key, probe: each machine that works on a recording.</param>
/// <param name="List">Ask the container for all frames: the leader.</param>
/// <param name="Analyse">Decode, search, follow: each segment.</param>
/// <param name="Link">Put tracks together: the leader, and each machine that renders.</param>
/// <param name="Render">Decode, treat, encode, look again: each segment.</param>
/// <param name="Join">Join, count, hash and report: the leader.</param>
internal sealed record StepTimes(
    StepTime Open, StepTime List, StepTime Analyse, StepTime Link, StepTime Render, StepTime Join)
{
    /// <summary>Frames of a segment, and those around it that are analysed, too: those of the service.</summary>
    public const int SegmentFrames = 1500;

    public const int LeadFrames = 100;

    /// <summary>Until a recording whose leader is gone has a new one. MEASURED once: killed with -9, two machines.</summary>
    public const double TakeOver = 7.2;

    /// <summary>Until a segment whose worker is gone can be claimed again: <c>JobNode.Gone</c>.</summary>
    public const double ClaimLife = 6;

    /// <summary>Until a worker that is gone is back. ASSUMED: a container's start, and a second until it is ready.</summary>
    public const double Restart = 10;

    /// <summary>
    /// Statements to PostgreSQL for each minute of work on a job, those of its machine's schedule included. MEASURED with
    /// <c>make bench ARGS=queue</c> (<c>pg_stat_statements</c>, which counts those that begin and end a transaction, too).
    /// </summary>
    public const double StatementsPerJobMinute = 780;

    /// <summary>MEASURED with <c>make bench ARGS=scale-steps</c>; docs/scale.md has the tables and how these follow.</summary>
    public static StepTimes Measured { get; } = new(
        Open: new(0.18, 0), List: new(0.2, 0.000005), Analyse: new(0, 0.01276), Link: new(0, 0.00001), Render: new(0, 0.0107),
        Join: new(0.55, 0.00009));

    /// <summary>How long one worker takes that nobody helps.</summary>
    public double Alone(int frames)
    {
        var segments = SegmentsOf(frames);
        return Open.Of(1) + List.Of(frames) + Link.Of(frames) + Join.Of(frames) + (segments * (Analyse.Once + Render.Once))
            + (frames * Render.Frame) + (Analysed(frames, segments) * Analyse.Frame);
    }

    /// <summary>Frames that are analysed: those around each seam twice.</summary>
    /// <param name="frames">Frames of a recording.</param>
    /// <param name="segments">How many segments they are.</param>
    public static int Analysed(int frames, int segments) => frames + (LeadFrames * (segments - 1));

    public static int SegmentsOf(int frames) => (frames + SegmentFrames - 1) / SegmentFrames;
}
