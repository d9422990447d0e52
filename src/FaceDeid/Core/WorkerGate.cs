using System.Runtime.ExceptionServices;

namespace FaceDeid.Core;

/// <summary>
/// Lets only so many pictures be worked on at once; the rest wait without holding a thread. Native work cannot be interrupted, so
/// when a caller gives up, the caller is released at once but the slot only when the work has really ended, at its next
/// <see cref="Checkpoint"/>.
/// </summary>
/// <param name="workers">How many slots there are.</param>
/// <param name="time">The clock by which work is timed; null: the system's, which does not jump.</param>
public sealed class WorkerGate(int workers, TimeProvider? time = null) : IDisposable
{
    private const double NewestShare = 0.1; // of the mean: the last ten or so count
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5); // of who has time, before it asks again

    private static readonly AsyncLocal<CancellationToken> Caller = new();

    private readonly SemaphoreSlim _slots = new(workers, workers);
    private readonly SemaphoreSlim _behind = new(1, 1); // of what has time, one piece at most stands in the queue
    private readonly TimeProvider _time = time ?? TimeProvider.System;
    private readonly Lock _timing = new();
    private double? _meanSeconds;
    private int _waiting;

    /// <summary>How many slots there are.</summary>
    public int Workers => workers;

    /// <summary>Whether no slot is free.</summary>
    public bool IsBusy => _slots.CurrentCount == 0;

    /// <summary>How many callers wait for a slot.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>
    /// How long a caller that comes now would have to wait, judged by how long work took of late. Zero as long as nothing is
    /// known.
    /// </summary>
    public TimeSpan ExpectedWait
    {
        get
        {
            lock (_timing)
                return IsBusy ? TimeSpan.FromSeconds((Waiting + 1) * (_meanSeconds ?? 0) / workers) : TimeSpan.Zero;
        }
    }

    /// <summary>
    /// From inside a slot, in every loop that can take long: ends the work when its caller has given up, so that the slot is free
    /// again. Outside of slots it does nothing.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller has given up.</exception>
    public static void Checkpoint() => Caller.Value.ThrowIfCancellationRequested();

    /// <summary>From inside a slot: fires when the caller of the work gives up.</summary>
    public static CancellationToken Abandoned => Caller.Value;

    /// <summary>Runs CPU-bound work in a slot.</summary>
    /// <exception cref="OperationCanceledException">The caller gave up, while waiting or while the work ran.</exception>
    public async Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        await (await StartAsync(work, cancellationToken)).WaitAsync(cancellationToken);

    private async Task<Task<T>> StartAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _waiting);
        FaceDeidDiagnostics.WorkersWaiting.Add(1);
        try
        {
            await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
            FaceDeidDiagnostics.WorkersWaiting.Add(-1);
        }

        return Task.Run(
            () =>
            {
                Caller.Value = cancellationToken; // this task's, and those of its helpers
                FaceDeidDiagnostics.WorkersBusy.Add(1);
                var start = _time.GetTimestamp();
                try
                {
                    return work();
                }
                finally
                {
                    Learn(_time.GetElapsedTime(start));
                    FaceDeidDiagnostics.WorkersBusy.Add(-1);
                    _slots.Release();
                }
            },
            CancellationToken.None);
    }

    /// <summary>
    /// Runs a piece of work that has time, in a slot that nobody else waits for: it lets go before all who came later, too. It
    /// returns when the work has really ended, whoever gave up: what it works with may then be freed.
    /// </summary>
    /// <exception cref="OperationCanceledException">The caller gave up, while waiting or while the work ran.</exception>
    public async Task<T> RunBehindAsync<T>(Func<T> work, CancellationToken cancellationToken)
    {
        Task<T> running;
        await _behind.WaitAsync(cancellationToken);
        try
        {
            while (Waiting > 0)
                await Task.Delay(Pause, _time, cancellationToken);
            running = await StartAsync(work, cancellationToken);
        }
        finally
        {
            _behind.Release();
        }

        return await running;
    }

    /// <summary>
    /// Returns when no slot is taken: work whose caller has given up goes on for a while, with models that must still be there.
    /// </summary>
    public async Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        var taken = 0;
        try
        {
            for (; taken < workers; taken++)
                await _slots.WaitAsync(cancellationToken);
        }
        finally
        {
            if (taken > 0)
                _slots.Release(taken);
        }
    }

    /// <summary>
    /// From inside a slot: the results of some pieces of work, side by side in the slots that nobody needs right now. Nothing
    /// waits for a slot, so on a busy machine the pieces follow each other; a slot that was taken is given to who waits for one,
    /// after the piece at hand. Of several that fail, one failure is thrown, when all have ended.
    /// </summary>
    public IReadOnlyList<TResult> Map<TItem, TResult>(IReadOnlyList<TItem> items, Func<TItem, TResult> work)
    {
        var results = new TResult[items.Count];
        var (next, failure) = (-1, (ExceptionDispatchInfo?)null);
        List<Task> helpers = [];
        while (helpers.Count < items.Count - 1 && _slots.Wait(0))
            helpers.Add(Task.Run(Help));
        TakeWhile(() => true);
        Task.WaitAll(helpers);
        failure?.Throw();
        return results;

        void Help()
        {
            FaceDeidDiagnostics.WorkersBusy.Add(1);
            TakeWhile(() => Waiting == 0);
            FaceDeidDiagnostics.WorkersBusy.Add(-1);
            _slots.Release();
        }

        void TakeWhile(Func<bool> mayGoOn)
        {
            try
            {
                while (mayGoOn() && Interlocked.Increment(ref next) is var i && i < results.Length)
                {
                    Checkpoint();
                    results[i] = work(items[i]);
                }
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }
        }
    }

    private void Learn(TimeSpan took)
    {
        lock (_timing)
            _meanSeconds = _meanSeconds is { } mean ? mean + (NewestShare * (took.TotalSeconds - mean)) : took.TotalSeconds;
    }

    /// <summary>Frees the gate; nothing may be running in it.</summary>
    public void Dispose()
    {
        _slots.Dispose();
        _behind.Dispose();
    }
}
