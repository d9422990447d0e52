using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Tests.Core;

public sealed class WorkerGateTests
{
    [Fact]
    public async Task Work_that_has_time_has_really_ended_when_who_gave_up_goes_on()
    {
        using var gate = new WorkerGate(1);
        using var stop = new CancellationTokenSource();
        using var goOn = new ManualResetEventSlim();
        var begun = new TaskCompletionSource();
        var hasEnded = false;

        var running = gate.RunBehindAsync(
            () =>
            {
                begun.SetResult();
                goOn.Wait(CancellationToken.None);
                return hasEnded = true;
            },
            stop.Token);
        await begun.Task;
        await stop.CancelAsync();
        await Task.Delay(100, CancellationToken.None);
        Assert.False(running.IsCompleted);
        goOn.Set();

        Assert.True(await running);
        Assert.True(hasEnded);
    }

    [Fact]
    public async Task As_many_work_at_once_as_there_are_slots_and_no_more()
    {
        using var gate = new WorkerGate(3);
        using var threeStarted = new CountdownEvent(3);
        using var mayEnd = new ManualResetEventSlim();
        var started = 0;
        var work = Enumerable.Range(0, 10).Select(async i => await gate.RunAsync(
            () =>
            {
                if (Interlocked.Increment(ref started) <= 3)
                    threeStarted.Signal();
                mayEnd.Wait(Patience.Long);
                return i;
            },
            CancellationToken.None)).ToList();

        Assert.True(threeStarted.Wait(Patience.Long));
        Assert.Equal(7, gate.Waiting);
        Assert.Equal(3, Volatile.Read(ref started));
        mayEnd.Set();

        Assert.Equal(Enumerable.Range(0, 10), await Task.WhenAll(work));
    }

    [Fact]
    public async Task It_is_idle_when_work_that_was_given_up_has_ended_too()
    {
        using var gate = new WorkerGate(2);
        using var mayEnd = new ManualResetEventSlim();
        using var stop = new CancellationTokenSource();
        using var hasBegun = new ManualResetEventSlim();
        var work = gate.RunAsync(
            () =>
            {
                hasBegun.Set();
                return mayEnd.Wait(Patience.Long);
            },
            stop.Token);
        Assert.True(hasBegun.Wait(Patience.Long));
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);

        var idle = gate.WhenIdleAsync(CancellationToken.None);
        await Task.Delay(100);
        Assert.False(idle.IsCompleted);
        mayEnd.Set();
        await idle.WaitAsync(Patience.Long);
        Assert.True(await gate.RunAsync(() => true, CancellationToken.None));
    }

    [Fact]
    public async Task Never_do_more_work_at_once_than_there_are_slots()
    {
        using var gate = new WorkerGate(2);
        var (now, tooMany) = (0, 0);

        await Task.WhenAll(Enumerable.Range(0, 500).Select(async _ => await gate.RunAsync(
            () =>
            {
                if (Interlocked.Increment(ref now) > 2)
                    Interlocked.Increment(ref tooMany);
                Thread.Yield();
                return Interlocked.Decrement(ref now);
            },
            CancellationToken.None)));

        Assert.Equal(0, tooMany);
    }

    [Fact]
    public async Task The_wait_to_expect_is_what_waits_by_how_long_work_took_of_late()
    {
        var clock = new ManualClock();
        using var gate = new WorkerGate(2, clock);
        Assert.Equal(TimeSpan.Zero, gate.ExpectedWait);
        await gate.RunAsync(() => clock.Advance(TimeSpan.FromSeconds(4)), CancellationToken.None);
        Assert.Equal(TimeSpan.Zero, gate.ExpectedWait); // two slots are free

        using var mayEnd = new ManualResetEventSlim();
        var work = Enumerable.Range(0, 5)
            .Select(async _ => await gate.RunAsync(() => mayEnd.Wait(Patience.Long), CancellationToken.None)).ToList();
        Assert.Equal(3, gate.Waiting);
        Assert.Equal(TimeSpan.FromSeconds(4 * 4 / 2), gate.ExpectedWait); // the three, and who asks

        mayEnd.Set();
        await Task.WhenAll(work);
        Assert.Equal((0, TimeSpan.Zero), (gate.Waiting, gate.ExpectedWait));
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
                mayEnd.Wait(Patience.Long);
                Volatile.Write(ref hasEnded, true);
                return true;
            },
            caller.Token);
        Assert.True(started.Wait(Patience.Long));

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.WaitAsync(Patience.Long));
        var next = gate.RunAsync(() => Volatile.Read(ref hasEnded), CancellationToken.None);

        Assert.Equal(1, gate.Waiting);
        Assert.False(next.IsCompleted);
        mayEnd.Set();
        Assert.True(await next.WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task A_caller_that_gives_up_while_waiting_never_takes_a_slot()
    {
        using var gate = new WorkerGate(1);
        using var mayEnd = new ManualResetEventSlim();
        using var caller = new CancellationTokenSource();
        var first = gate.RunAsync(() => mayEnd.Wait(Patience.Long), CancellationToken.None);
        var hasRun = false;
        var waiting = gate.RunAsync(() => hasRun = true, caller.Token);

        await caller.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(Patience.Long));
        mayEnd.Set();

        Assert.True(await first);
        Assert.Equal(7, await gate.RunAsync(() => 7, CancellationToken.None).WaitAsync(Patience.Long));
        Assert.False(hasRun);
    }

    [Fact]
    public async Task Work_that_fails_gives_its_error_and_its_slot()
    {
        using var gate = new WorkerGate(1);
        for (var i = 0; i < 3; i++)
        {
            await Assert.ThrowsAsync<InvalidTimeZoneException>(
                () => gate.RunAsync<int>(() => throw new InvalidTimeZoneException(), CancellationToken.None)
                    .WaitAsync(Patience.Long));
        }

        Assert.Equal(7, await gate.RunAsync(() => 7, CancellationToken.None).WaitAsync(Patience.Long));
    }

    [Fact]
    public async Task Pieces_of_work_run_side_by_side_in_free_slots_and_keep_their_order()
    {
        using var gate = new WorkerGate(3);
        using var allStarted = new CountdownEvent(3);

        var results = await gate.RunAsync(
            () => gate.Map([1, 2, 3], i =>
            {
                allStarted.Signal();
                return allStarted.Wait(Patience.Long) ? 10 * i : 0;
            }),
            CancellationToken.None);

        Assert.Equal([10, 20, 30], results);
        await AssertFreeAsync(gate, 3);
    }

    [Fact]
    public async Task Without_a_free_slot_pieces_of_work_follow_each_other()
    {
        using var gate = new WorkerGate(1);
        var threads = await gate.RunAsync(
            () => gate.Map([1, 2, 3, 4], _ => Environment.CurrentManagedThreadId), CancellationToken.None);

        Assert.Single(threads.Distinct());
        await AssertFreeAsync(gate, 1);
    }

    [Fact]
    public async Task A_piece_of_work_that_fails_fails_the_whole_as_it_is_and_frees_the_slots()
    {
        using var gate = new WorkerGate(2);
        foreach (var broken in new[] { 0, 1 })
        {
            await Assert.ThrowsAsync<FaceDeidException>(async () => await gate.RunAsync(
                () => gate.Map([0, 1], i => i == broken ? throw new FaceDeidException(FaceDeidError.NoFace, "none") : i),
                CancellationToken.None));
        }

        await AssertFreeAsync(gate, 2);
    }

    [Fact]
    public async Task Work_whose_caller_has_gone_ends_at_its_next_checkpoint_in_helpers_too_and_frees_the_slots()
    {
        using var gate = new WorkerGate(2);
        using var caller = new CancellationTokenSource();
        using var bothWork = new CountdownEvent(2);
        var done = 0;
        var work = gate.RunAsync(
            () => gate.Map(Enumerable.Range(0, 1000).ToList(), _ =>
            {
                if (!bothWork.IsSet)
                    bothWork.Signal();
                WorkerGate.Abandoned.WaitHandle.WaitOne(Patience.Long);
                return Interlocked.Increment(ref done);
            }),
            caller.Token);
        Assert.True(bothWork.Wait(Patience.Long));

        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        await AssertFreeAsync(gate, 2);
        Assert.Equal(2, done); // what was begun is ended, and nothing more is begun
        WorkerGate.Checkpoint(); // nobody's work
        // The next caller's is not ended.
        Assert.Equal(7, await gate.RunAsync(() => gate.Map([7], i => i)[0], CancellationToken.None));
    }

    // All slots can be held at once.
    private static async Task AssertFreeAsync(WorkerGate gate, int slots)
    {
        using var held = new CountdownEvent(slots);
        var work = Enumerable.Range(0, slots).Select(async _ => await gate.RunAsync(
            () =>
            {
                held.Signal();
                return held.Wait(Patience.Long);
            },
            CancellationToken.None));
        Assert.All(await Task.WhenAll(work), Assert.True);
    }

    private sealed class ManualClock : TimeProvider
    {
        private long _ticks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Volatile.Read(ref _ticks);

        public bool Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks) > 0;
    }

    [Fact]
    public async Task Who_waits_gets_a_helpers_slot_after_the_piece_at_hand()
    {
        using var gate = new WorkerGate(2);
        using var bothAtWork = new CountdownEvent(2);
        using var helperMayEnd = new ManualResetEventSlim();
        using var ownerMayEnd = new ManualResetEventSlim();
        var done = 0;
        var crowd = gate.RunAsync(
            () =>
            {
                var owner = Environment.CurrentManagedThreadId;
                return gate.Map(Enumerable.Range(0, 100).ToList(), i =>
                {
                    if (!bothAtWork.IsSet)
                        bothAtWork.Signal();
                    (Environment.CurrentManagedThreadId == owner ? ownerMayEnd : helperMayEnd).Wait(Patience.Long);
                    return Interlocked.Increment(ref done);
                });
            },
            CancellationToken.None);
        Assert.True(bothAtWork.Wait(Patience.Long));

        var neighbour = gate.RunAsync(() => Volatile.Read(ref done), CancellationToken.None);
        helperMayEnd.Set();

        Assert.Equal(1, await neighbour.WaitAsync(Patience.Long)); // the helper's piece; 98 more are to do
        ownerMayEnd.Set();
        Assert.Equal(Enumerable.Range(1, 100), (await crowd).Order());
    }
}
