using FaceDeid.Imaging;
using FaceDeid.Imaging.Formats;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Tests.Imaging;

/// <summary>Large pictures share the memory that there is for pixels, and wait for each other.</summary>
public sealed class PixelBudgetTests
{
    private const int Side = 1000; // pixels: 10 MB of the budget

    [Fact]
#pragma warning disable IDISP016, IDISP017 // when it is given back is what is tested
    public async Task What_does_not_fit_waits_until_some_was_given_back_in_the_order_of_asking()
    {
        using var budget = new PixelBudget(25_000_000);
        var first = budget.Take([Picture(Side)], CancellationToken.None);
        var second = budget.Take([Picture(Side)], CancellationToken.None);
        var large = await WaitingAsync(() => budget.Take([Picture(Side), Picture(Side)], CancellationToken.None));
        var small = await WaitingAsync(() => budget.Take([Picture(10)], CancellationToken.None)); // would fit, and comes later

        first.Dispose();
        first.Dispose(); // gives nothing back twice
        await Task.Delay(50); // in which it could be let in wrongly; that it is not needs no time
        Assert.False(large.IsCompleted || small.IsCompleted);

        second.Dispose();
        (await large).Dispose();
        (await small).Dispose();
    }

#pragma warning restore IDISP016, IDISP017
    [Fact]
    public void What_is_larger_than_all_of_it_is_worked_on_alone()
    {
        using var budget = new PixelBudget(15_000_000);
        using (budget.Take([Picture(2 * Side)], CancellationToken.None))
        {
            using var givenUp = new CancellationTokenSource(50);
            Assert.ThrowsAny<OperationCanceledException>(() => budget.Take([Picture(10)], givenUp.Token).Dispose());
        }

        budget.Take([Picture(Side)], CancellationToken.None).Dispose(); // who gave up took nothing
    }

    /// <summary>Asks on a thread of its own, and returns once that thread waits.</summary>
    private static async Task<Task<IDisposable>> WaitingAsync(Func<IDisposable> take)
    {
        var taken = new TaskCompletionSource<IDisposable>(TaskCreationOptions.RunContinuationsAsynchronously);
        var asking = new Thread(() => taken.SetResult(take())) { IsBackground = true };
        asking.Start();
        await Patience.UntilAsync(() => asking.ThreadState.HasFlag(ThreadState.WaitSleepJoin));
        return taken.Task;
    }

    private static ImageHeader Picture(int side) =>
        new(ImageFormat.Jpeg, new ImageSize(side, side), Orientation: 1, HasAlpha: false) { BytesPerPixel = 5 };
}
