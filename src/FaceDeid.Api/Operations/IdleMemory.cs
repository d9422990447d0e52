namespace FaceDeid.Api.Operations;

/// <summary>
/// Gives memory back to the system once no request has been in work for half a minute: what the busiest moment took would
/// otherwise stay for as long as the service runs, and so would what loading the models left behind. It does so once in each
/// pause, not again and again.
/// </summary>
internal sealed partial class IdleMemory : IDisposable
{
    internal static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly Lock _counting = new();
    private readonly Action _giveBack;
    private readonly ILogger<IdleMemory> _logger;
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private readonly Lock _giving = new();
    private int _inWork;
    private bool _isDisposed;

    public IdleMemory(Action giveBack, TimeProvider time, ILogger<IdleMemory> logger)
    {
        (_giveBack, _time, _logger) = (giveBack, time, logger);
        _timer = time.CreateTimer(_ => GiveBack(), state: null, Pause, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Counts a request for as long as it is in work, its answer included.</summary>
    public async Task CountAsync(HttpContext context, RequestDelegate next)
    {
        if (!Calls.AreGuarded(context))
        {
            await next(context);
            return;
        }

        Count(1);
        try
        {
            await next(context);
        }
        finally
        {
            Count(-1);
        }
    }

    /// <summary>Waits for what is under way: what it works on is disposed next.</summary>
    public void Dispose()
    {
        _timer.Dispose();
        lock (_giving)
            _isDisposed = true;
    }

    private void Count(int difference)
    {
        lock (_counting)
        {
            _inWork += difference;
            _timer.Change(_inWork == 0 ? Pause : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    private void GiveBack()
    {
        lock (_counting)
        {
            if (_inWork > 0)
                return; // it came while the timer went off
        }

        var (start, before) = (_time.GetTimestamp(), Environment.WorkingSet);
        lock (_giving)
        {
            if (_isDisposed)
                return;
            _giveBack();
        }

        var (megabytes, took) = ((before - Environment.WorkingSet) / 1_000_000, _time.GetElapsedTime(start));
        LogGivenBack(megabytes, took.TotalMilliseconds);
    }

    [LoggerMessage(Level = LogLevel.Information,
        Message = "Gave {Megabytes} MB back to the system in {Milliseconds:0} ms: nothing was asked for in a while.")]
    private partial void LogGivenBack(long megabytes, double milliseconds);
}
