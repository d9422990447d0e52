namespace FaceDeid.Benchmarks.CollectionPrivacy;

internal static class AllProcessors
{
    /// <summary>The results in the items' order.</summary>
    public static TResult[] Map<T, TResult>(IReadOnlyList<T> items, Func<T, TResult> work)
    {
        var results = new TResult[items.Count];
        Parallel.For(0, items.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i => results[i] = work(items[i]));
        return results;
    }
}
