namespace FaceDeid.Core;

/// <summary>
/// Does the pieces of a large work in worker slots, a slot for each piece, so that other requests get their turn between them.
/// </summary>
internal sealed class SideBySide(WorkerGate gate, IProgress<StageProgress>? progress, CancellationToken cancellationToken)
{
    public Task<T> OneAsync<T>(string stage, Func<T> work) =>
        gate.RunAsync(() => FaceDeidDiagnostics.Step(stage, work, cancellationToken), cancellationToken);

    /// <summary>The results in the items' order, each made in a slot.</summary>
    public Task<IReadOnlyList<TResult>> EachAsync<T, TResult>(string stage, IReadOnlyList<T> items, Func<T, TResult> work) =>
        EachAsync(stage, items, item => OneAsync(stage, () => work(item)));

    /// <summary>The results in the items' order; the work takes its slots itself, and waits without one.</summary>
    public async Task<IReadOnlyList<TResult>> EachAsync<T, TResult>(
        string stage, IReadOnlyList<T> items, Func<T, Task<TResult>> work)
    {
        var results = new TResult[items.Count];
        var done = 0;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = gate.Workers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, items.Count, limits, async (i, _) =>
        {
            results[i] = await work(items[i]);
            progress?.Report(new StageProgress(stage, Interlocked.Increment(ref done), items.Count));
        });
        return results;
    }
}
