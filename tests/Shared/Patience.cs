namespace FaceDeid.TestData;

/// <summary>
/// How long tests wait for what must come: until it is there. The limit is for what never comes, and so long that no busy machine
/// reaches it.
/// </summary>
internal static class Patience
{
    public static TimeSpan Long { get; } = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(20);

    /// <summary>Looks again and again until it holds.</summary>
    /// <exception cref="OperationCanceledException">It never did.</exception>
    public static Task UntilAsync(Func<bool> holds) => UntilAsync(() => Task.FromResult(holds()));

    /// <inheritdoc cref="UntilAsync(Func{bool})"/>
    public static async Task UntilAsync(Func<Task<bool>> holds)
    {
        using var end = new CancellationTokenSource(Long);
        while (!await holds())
            await Task.Delay(BetweenLooks, end.Token);
    }
}
