using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Admission;

/// <summary>Marks a call that takes a collection or a dataset.</summary>
internal sealed record TakesCollection;

/// <summary>Marks a call that takes a recording, which goes to a disk as it comes.</summary>
internal sealed record TakesRecording;

/// <summary>Marks a call without a body that others depend on little: it is let in though the queue is full.</summary>
internal sealed record TakesNothing;

/// <summary>
/// The places of collections and datasets that are worked on. A place is taken when the upload is complete, and given back when
/// the answer was read: who sends slowly has none. Jobs wait for theirs.
/// </summary>
internal sealed class CollectionPlaces(IOptions<FaceDeidOptions> options) : IDisposable
{
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(10); // collections take longer than pictures

    private readonly SemaphoreSlim _free = new(options.Value.Limits.MaxCollections);

    /// <summary>Whether no place is free: then nothing needs to be sent.</summary>
    public bool AreTaken => _free.CurrentCount == 0;

    /// <summary>Takes a place; disposing of the result gives it back.</summary>
    /// <exception cref="ProblemException">503: all are taken.</exception>
    public IDisposable Take() => _free.Wait(0) ? new Place(_free) : throw Taken();

    /// <summary>Waits for a place, as jobs do.</summary>
    public async Task<IDisposable> TakeAsync(CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        return new Place(_free);
    }

    public static ProblemException Taken() => new(
        ProblemKinds.ServiceFull,
        "As many collections and evaluations as this service takes are being worked on. Try again as Retry-After says.")
    {
        RetryAfter = Retry,
    };

    public void Dispose() => _free.Dispose();

    private sealed class Place(SemaphoreSlim free) : IDisposable
    {
        private SemaphoreSlim? _free = free;

        public void Dispose() => Interlocked.Exchange(ref _free, null)?.Release();
    }
}
