namespace FaceDeid;

/// <summary>
/// Lets only so many pictures be worked on at once; the rest wait without holding a thread. Native work cannot be interrupted, so
/// when a caller gives up, the caller is released at once but the slot only when the work has really ended.
/// </summary>
public sealed class WorkerGate(int workers) : IDisposable
{
    private readonly SemaphoreSlim _slots = new(workers, workers);

    /// <summary>Runs CPU-bound work in a slot.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, while waiting or while the work ran.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        FaceDeidDiagnostics.WorkersWaiting.Add(1);
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            FaceDeidDiagnostics.WorkersWaiting.Add(-1);
        }

        var running = Task.Run(
            () =>
            {
                FaceDeidDiagnostics.WorkersBusy.Add(1);
                try
                {
                    return work();
                }
                finally
                {
                    FaceDeidDiagnostics.WorkersBusy.Add(-1);
                    _slots.Release();
                }
            },
            CancellationToken.None);
        return await running.WaitAsync(cancellationToken);
    }

    /// <summary>Frees the gate; nothing may be running in it.</summary>
    public void Dispose() => _slots.Dispose();
}
