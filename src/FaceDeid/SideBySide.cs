namespace FaceDeid;

/// <summary>Does the pieces of a large work in worker slots, a slot for each piece, so that other requests get their turn between them.</summary>
internal sealed class SideBySide(WorkerGate gate, IProgress<StageProgress>? progress, CancellationToken cancellationToken)
{
    public Task<T> OneAsync<T>(string stage, Func<T> work) =>
        gate.RunAsync(() => FaceDeidDiagnostics.Step(stage, work, cancellationToken), cancellationToken);

    /// <summary>The results in the items' order.</summary>
    public async Task<IReadOnlyList<TResult>> EachAsync<T, TResult>(string stage, IReadOnlyList<T> items, Func<T, TResult> work)
    {
        var results = new TResult[items.Count];
        var done = 0;
        var limits = new ParallelOptions { MaxDegreeOfParallelism = gate.Workers, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, items.Count, limits, async (i, _) =>
        {
            results[i] = await OneAsync(stage, () => work(items[i]));
            progress?.Report(new StageProgress(stage, Interlocked.Increment(ref done), items.Count));
        });
        return results;
    }
}
