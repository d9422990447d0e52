using FaceDeid.Imaging.Formats;

namespace FaceDeid.Imaging;

/// <summary>
/// Memory for decoded pictures, shared by everything that is worked on. What needs more than is free waits until others are done,
/// in the order of asking; what needs more than there is has all of it for itself. Thread-safe.
/// </summary>
/// <param name="bytes">How much there is.</param>
internal sealed class PixelBudget(long bytes) : IDisposable
{
    /// <summary>
    /// What a call takes of what decoding takes: once more for the picture to be answered and what encoders hold
    /// (docs/operations.md, Memory, has the measurement).
    /// </summary>
    private const long Times = 2;

    private readonly long _all = bytes;
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Lock _counting = new();
    private TaskCompletionSource _given = new();
    private long _free = bytes;

    /// <summary>Waits for room for pictures that are decoded together. Disposing the result gives it back.</summary>
    /// <param name="pictures">What their headers say.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public IDisposable Take(IEnumerable<ImageHeader> pictures, CancellationToken cancellationToken)
    {
        var needed = Math.Min(_all, pictures.Sum(BytesOf));
        _turn.Wait(cancellationToken);
        try
        {
            while (!TryTake(needed, out var later))
                later.Wait(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }

        return new Room(this, needed);
    }

    public void Dispose() => _turn.Dispose();

    private static long BytesOf(ImageHeader picture) => Times * picture.BytesPerPixel * picture.Size.Width * picture.Size.Height;

    /// <summary>If there is not enough, <paramref name="later"/> ends when some was given back.</summary>
    private bool TryTake(long needed, out Task later)
    {
        lock (_counting)
        {
            later = _given.Task;
            if (needed > _free)
                return false;
            _free -= needed;
            return true;
        }
    }

    private void Give(long taken)
    {
        TaskCompletionSource given;
        lock (_counting)
        {
            _free += taken;
            (given, _given) = (_given, new TaskCompletionSource());
        }

        given.SetResult();
    }

    private sealed class Room(PixelBudget budget, long taken) : IDisposable
    {
        private long _taken = taken;

        public void Dispose() => budget.Give(Interlocked.Exchange(ref _taken, 0));
    }
}
