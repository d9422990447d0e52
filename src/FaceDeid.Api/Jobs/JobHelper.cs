using System.Data.Common;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// The places of this machine for jobs. Where one is free, it helps others with theirs; when a job of its own comes, it makes
/// room at once: what it did of a part of another's job is done again by whoever claims that.
/// </summary>
internal sealed class JobHelper(JobTable table, JobRunner runner, JobNode node, int places) : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _places = new(places);
    private readonly CancellationTokenSource _end = new();
    private readonly Lock _changing = new();
    private readonly List<CancellationTokenSource> _helped = [];
    private Task _helping = Task.CompletedTask;
    private int _waiting;

    /// <summary>Begins to look for what can be helped with.</summary>
    public void Start() => _helping = Task.WhenAll(Enumerable.Range(0, places).Select(_ => Task.Run(HelpAsync)));

    /// <summary>Works on a job when there is a place.</summary>
    public async Task RunAsync(string id, CancellationToken cancellationToken)
    {
        MakeRoom();
        try
        {
            await _places.WaitAsync(cancellationToken);
        }
        finally
        {
            lock (_changing)
                _waiting--;
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

    private void MakeRoom()
    {
        lock (_changing)
        {
            _waiting++;
            if (_places.CurrentCount == 0)
                _helped.Find(help => !help.IsCancellationRequested)?.Cancel();
        }
    }

    private async Task HelpAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            await Task.Delay(BetweenLooks, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (Volatile.Read(ref _waiting) > 0 || !await _places.WaitAsync(TimeSpan.Zero))
                continue;
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
            try
            {
                lock (_changing)
                    _helped.Add(stop);
                var others = table.In(JobState.Analysing, JobState.Rendering).Where(IsAnothers);
                foreach (var job in others.TakeWhile(_ => !stop.IsCancellationRequested))
                    await runner.HelpAsync(job, stop.Token);
            }
            catch (Exception e) when (e is FaceDeidException or OperationCanceledException or DbException)
            {
                // The next look tells.
            }
            finally
            {
                lock (_changing)
                    _helped.Remove(stop);
                _places.Release();
            }
        }
    }

    private bool IsAnothers(JobRow job) => job.Runner?.StartsWith(node.Id, StringComparison.Ordinal) == false;
}
