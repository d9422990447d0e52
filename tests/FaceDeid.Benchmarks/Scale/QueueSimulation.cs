namespace FaceDeid.Benchmarks.Scale;

/// <summary>
/// A discrete-event simulation of the queue. A worker that is free leads the job that has waited longest; where none waits,
/// it helps the oldest one that has segments which nobody has claimed. The leader asks for the recording's frames, then all
/// analyse segments, then the leader links, then all render segments, then the leader joins. Workers may vanish: then what
/// they had claimed can be claimed again after a while, and a job without a leader gets the next worker that is free.
/// </summary>
internal sealed class QueueSimulation
{
    private readonly StepTimes _steps;
    private readonly double _meanTimeToFailure;
    private readonly Random _random;
    private readonly PriorityQueue<Action, (double Time, long Order)> _events = new();
    private readonly List<SimulatedJob> _unfinished = []; // in the order in which they came
    private readonly Worker[] _workers;
    private long _order;
    private double _now;

    /// <param name="steps">How long things take.</param>
    /// <param name="workers">How many workers there are.</param>
    /// <param name="meanTimeToFailure">Seconds of work after which a worker vanishes, on average; infinity: never.</param>
    /// <param name="random">Chance.</param>
    public QueueSimulation(StepTimes steps, int workers, double meanTimeToFailure, Random random)
    {
        (_steps, _meanTimeToFailure, _random) = (steps, meanTimeToFailure, random);
        _workers = [.. Enumerable.Range(0, workers).Select(_ => new Worker())];
    }

    /// <summary>Seconds in which workers worked, waiting for others not included.</summary>
    public double Worked { get; private set; }

    /// <summary>Seconds of work that were lost with workers that vanished.</summary>
    public double Lost { get; private set; }

    /// <summary>Runs until all jobs are done; when the last one was.</summary>
    public double Run(IEnumerable<SimulatedJob> jobs)
    {
        foreach (var job in jobs)
            At(job.Arrival, () => _unfinished.Add(job));
        while (_events.TryDequeue(out var happen, out var when))
        {
            _now = when.Time;
            happen();
            foreach (var worker in _workers.Where(worker => worker.IsFree))
                GiveWork(worker);
        }

        return _now;
    }

    private void GiveWork(Worker worker)
    {
        if (worker.Leads is null && _unfinished.Find(job => job.Leader is null) is { } waiting)
        {
            (waiting.Leader, worker.Leads) = (worker, waiting);
            waiting.Started ??= _now;
            waiting.LeaderIsReady = false;
        }

        if (worker.Leads is { } own)
        {
            Lead(worker, own);
            return;
        }

        foreach (var job in _unfinished)
        {
            if (TryHelp(worker, job))
                return;
        }
    }

    private void Lead(Worker worker, SimulatedJob job)
    {
        if (!job.LeaderIsReady)
        {
            // Who takes over finds the list of frames.
            var list = job.IsListed ? 0 : _steps.List.Of(job.Frames);
            Work(worker, _steps.Open.Of(job.Frames) + list, () => (job.LeaderIsReady, job.IsListed) = (true, true));
        }
        else if (job.Analysed.Claim(_now) is { } analysed)
        {
            WorkOn(worker, job.Analysed, analysed, AnalysisOf(job, analysed));
        }
        else if (!job.Analysed.IsDone)
        {
            return; // others have the rest
        }
        else if (!job.IsLinked)
        {
            Work(worker, _steps.Link.Of(job.Frames), () => job.IsLinked = true);
        }
        else if (job.Rendered.Claim(_now) is { } rendered)
        {
            WorkOn(worker, job.Rendered, rendered, _steps.Render.Of(FramesOf(job, rendered)));
        }
        else if (!job.Rendered.IsDone)
        {
            return;
        }
        else
        {
            Work(worker, _steps.Join.Of(job.Frames), () =>
            {
                job.Done = _now;
                worker.Leads = null;
                _unfinished.Remove(job);
            });
        }
    }

    private bool TryHelp(Worker worker, SimulatedJob job)
    {
        if (!job.IsListed || job.Segments < 2)
            return false;
        var isAnalysis = !job.Analysed.IsDone;
        if (!isAnalysis && !job.IsLinked)
            return false;
        var claims = isAnalysis ? job.Analysed : job.Rendered;
        if (claims.Claim(_now) is not { } segment)
            return false;
        // Each helper opens the recording, and links the tracks for itself, when it begins to help with a step.
        var begin = worker.Helps == claims ? 0 : _steps.Open.Of(job.Frames) + (isAnalysis ? 0 : _steps.Link.Of(job.Frames));
        worker.Helps = claims;
        WorkOn(
            worker, claims, segment,
            begin + (isAnalysis ? AnalysisOf(job, segment) : _steps.Render.Of(FramesOf(job, segment))));
        return true;
    }

    private void WorkOn(Worker worker, SegmentClaims claims, int segment, double seconds) =>
        Work(worker, seconds, () => claims.Complete(segment), () =>
        {
            claims.Abandon(segment, _now + StepTimes.ClaimLife);
            At(_now + StepTimes.ClaimLife, () => { });
        });

    private void Work(Worker worker, double seconds, Action done, Action? vanished = null)
    {
        worker.IsFree = false;
        var failure = double.IsPositiveInfinity(_meanTimeToFailure) ? seconds + 1 : Exponential(_meanTimeToFailure);
        if (failure >= seconds)
        {
            At(_now + seconds, () =>
            {
                (worker.IsFree, Worked) = (true, Worked + seconds);
                done();
            });
            return;
        }

        At(_now + failure, () =>
        {
            (Worked, Lost) = (Worked + failure, Lost + failure);
            vanished?.Invoke();
            if (worker.Leads is { } job)
                At(_now + StepTimes.TakeOver, () => job.Leader = null);
            (worker.Leads, worker.Helps) = (null, null);
            At(_now + StepTimes.Restart, () => worker.IsFree = true);
        });
    }

    private double AnalysisOf(SimulatedJob job, int segment) =>
        _steps.Analyse.Of(FramesOf(job, segment) + Beside(job, segment));

    /// <summary>The first and last segment have frames beside them on one side only.</summary>
    private static int Beside(SimulatedJob job, int segment) =>
        ((segment > 0 ? 1 : 0) + (segment < job.Segments - 1 ? 1 : 0)) * StepTimes.LeadFrames / 2;

    private static int FramesOf(SimulatedJob job, int segment) =>
        Math.Min(StepTimes.SegmentFrames, job.Frames - (segment * StepTimes.SegmentFrames));

    private double Exponential(double mean) => -mean * Math.Log(1 - _random.NextDouble());

    private void At(double time, Action happen) => _events.Enqueue(happen, (time, _order++));

    private sealed class Worker
    {
        public bool IsFree { get; set; } = true;

        public SimulatedJob? Leads { get; set; }

        public SegmentClaims? Helps { get; set; }
    }
}
