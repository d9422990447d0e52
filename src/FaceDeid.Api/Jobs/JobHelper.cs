namespace FaceDeid.Api.Jobs;

/// <summary>
/// The places of this machine for jobs. Where one is free, it helps others with theirs; when a job of its own comes, it claims no
/// more of theirs.
/// </summary>
internal sealed class JobHelper(JobTable table, JobRunner runner, JobNode node, int places) : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places = new(places);
    private readonly CancellationTokenSource _end = new();
    private Task _helping = Task.CompletedTask;
    private int _waiting;

    /// <summary>Begins to look for what can be helped with.</summary>
    public void Start() => _helping = Task.WhenAll(Enumerable.Range(0, places).Select(_ => Task.Run(HelpAsync)));

    /// <summary>Works on a job when there is a place.</summary>
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }

        try
        {
            await runner.RunAsync(id, cancellationToken);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>Stops helping.</summary>
    public async Task StopAsync()
    {
        await _end.CancelAsync();
        await _helping.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose()
    {
        _end.Dispose();
        _places.Dispose();
    }

    private async Task HelpAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await Task.Delay(BetweenLooks, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!await _places.WaitAsync(TimeSpan.Zero))
                continue;
            try
            {
                foreach (var job in table.In(JobState.Analysing, JobState.Rendering).Where(IsAnothers))
                    await runner.HelpAsync(job, () => Volatile.Read(ref _waiting) == 0, _end.Token);
            }
            catch (Exception e) when (e is FaceDeidException or OperationCanceledException)
            {
                // The next look tells.
            }
            finally
            {
                _places.Release();
            }
        }
    }

    private bool IsAnothers(JobRow job) => job.Runner?.StartsWith(node.Id, StringComparison.Ordinal) == false;
}
