using Xunit;

namespace FaceDeid.Tests;

public sealed class WorkerGateTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Only_so_many_work_at_once_and_all_get_their_turn()
    {
        using var gate = new WorkerGate(3);
        var (now, most) = (0, 0);

        var answers = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => gate.RunAsync(
            () =>
            {
                var working = Interlocked.Increment(ref now);
                InterlockedMax(ref most, working);
                Thread.Sleep(5);
                Interlocked.Decrement(ref now);
                return i;
            },
            CancellationToken.None)));

        Assert.Equal(Enumerable.Range(0, 40), answers);
        Assert.Equal(3, most);
    }

    [Fact]
    public async Task A_caller_that_gives_up_is_released_at_once_but_its_slot_only_when_the_work_has_ended()
    {
        using var gate = new WorkerGate(1);
        using var started = new ManualResetEventSlim();
        using var mayEnd = new ManualResetEventSlim();
        using var caller = new CancellationTokenSource();
        var hasEnded = false;
        var first = gate.RunAsync(
            () =>
            {
                started.Set();
                mayEnd.Wait(Patience);
                Volatile.Write(ref hasEnded, true);
                return true;
            },
            caller.Token);
        Assert.True(started.Wait(Patience));

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience));
        var next = gate.RunAsync(() => Volatile.Read(ref hasEnded), CancellationToken.None);

        await Task.Delay(100);
        Assert.False(next.IsCompleted);
        mayEnd.Set();
        Assert.True(await next.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_caller_that_gives_up_while_waiting_never_takes_a_slot()
    {
        using var gate = new WorkerGate(1);
        using var mayEnd = new ManualResetEventSlim();
        using var caller = new CancellationTokenSource();
        var first = gate.RunAsync(() => mayEnd.Wait(Patience), CancellationToken.None);
        var hasRun = false;
        var waiting = gate.RunAsync(() => hasRun = true, caller.Token);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience));
        mayEnd.Set();

        Assert.True(await first);
        Assert.Equal(7, await gate.RunAsync(() => 7, CancellationToken.None).WaitAsync(Patience));
        Assert.False(hasRun);
    }

    [Fact]
    public async Task Work_that_fails_gives_its_error_and_its_slot()
    {
        using var gate = new WorkerGate(1);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidTimeZoneException>(
                () => gate.RunAsync<int>(() => throw new InvalidTimeZoneException(), CancellationToken.None).WaitAsync(Patience));
        }

        Assert.Equal(7, await gate.RunAsync(() => 7, CancellationToken.None).WaitAsync(Patience));
    }

    private static void InterlockedMax(ref int most, int candidate)
    {
        int seen;
        while (candidate > (seen = Volatile.Read(ref most)) && Interlocked.CompareExchange(ref most, candidate, seen) != seen)
        {
        }
    }
}
