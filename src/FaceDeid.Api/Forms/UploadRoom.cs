using System.Diagnostics.Metrics;
using FaceDeid.Api.Errors;
using FaceDeid.Api.Hosting;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Forms;

/// <summary>
/// What uploads may take of the service, in bytes that have really arrived and in uploads that are under way. Neither an announced length nor
/// a slow client keeps others out: who sends nothing takes next to nothing. When there is no room nobody waits for it, because those who
/// hold it might wait too.
/// </summary>
internal sealed class UploadRoom(WorkerGate gate, IOptions<FaceDeidOptions> options)
{
    private static readonly Meter Meter = new(FaceDeidDiagnostics.Name);
    private static readonly UpDownCounter<int> Uploads =
        Meter.CreateUpDownCounter<int>("facedeid.uploads", "{request}", "Requests whose upload is under way.");

    private static readonly UpDownCounter<long> HeldBytes =
        Meter.CreateUpDownCounter<long>("facedeid.uploads.held", "By", "Bytes of uploads that are held.");

    private readonly LimitSettings _limits = options.Value.Limits;
    private long _bytes;
    private int _uploads;

    /// <summary>How long an upload may pause.</summary>
    public TimeSpan MaxPause => TimeSpan.FromSeconds(_limits.MaxUploadPauseSeconds);

    /// <summary>Whether a request that is uploaded now would find the queue full, or wait in it for longer than the configuration allows.</summary>
    public bool IsQueueFull => gate.IsBusy
        && (gate.Waiting >= _limits.MaxQueuedRequests || gate.ExpectedWait > TimeSpan.FromSeconds(_limits.MaxQueueSeconds));

    /// <summary>Begins an upload; false: there are too many.</summary>
    public bool TryBegin()
    {
        if (Interlocked.Increment(ref _uploads) <= _limits.MaxUploads)
        {
            Uploads.Add(1);
            return true;
        }

        Interlocked.Decrement(ref _uploads);
        return false;
    }

    /// <summary>An upload is complete, or given up.</summary>
    public void End()
    {
        Interlocked.Decrement(ref _uploads);
        Uploads.Add(-1);
    }

    /// <summary>Takes room for bytes that have arrived; false: memory is full, and nothing was taken.</summary>
    public bool TryTake(int bytes)
    {
        if (Interlocked.Add(ref _bytes, bytes) <= _limits.MaxHeldBytes)
        {
            HeldBytes.Add(bytes);
            return true;
        }

        Interlocked.Add(ref _bytes, -bytes);
        return false;
    }

    /// <summary>Gives room back.</summary>
    public void Give(long bytes)
    {
        Interlocked.Add(ref _bytes, -bytes);
        HeldBytes.Add(-bytes);
    }

    public static ProblemException QueueFull() => new(ProblemKinds.ServiceFull, "Too many requests wait already. Try again as Retry-After says.");

    public static ProblemException NoRoom() => new(ProblemKinds.ServiceFull, "Too much is being uploaded at once. Try again as Retry-After says.");
}
