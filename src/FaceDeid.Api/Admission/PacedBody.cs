using System.Buffers;
using System.IO.Pipelines;
using FaceDeid.Api.Http;

namespace FaceDeid.Api.Admission;

/// <summary>A request's body as it arrives, which is cut off when nothing comes for too long.</summary>
internal sealed class PacedBody : BodyStream
{
    private readonly TimeSpan _maxPause;
    private readonly TimeSpan _maxTime;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly Timer _pause;
    private readonly Lock _waiting = new();
    private bool _isWaiting;
    private bool _pausedTooLong;

    /// <summary>Begins to read.</summary>
    /// <param name="reader">What reads the connection.</param>
    /// <param name="maxPause">Longest time in which nothing comes.</param>
    /// <param name="maxTime">Longest time until all has come; infinite: that of the request.</param>
    public PacedBody(PipeReader reader, TimeSpan maxPause, TimeSpan maxTime)
        : base(FileAccess.Read)
    {
        (Reader, _maxPause, _maxTime) = (reader, maxPause, maxTime);
        _pause = new Timer(
            static state => ((PacedBody)state!).CutOff(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What reads the connection: its pending read can be cancelled.</summary>
    public PipeReader Reader { get; }

    /// <summary>Whether the last byte was handed out.</summary>
    public bool HasEnded { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await ReadAsync();
        if (read.IsCanceled)
        {
            Reader.AdvanceTo(read.Buffer.Start); // else the server complains in its log that somebody still reads
            throw _pausedTooLong ? ProblemMiddleware.TooSlow() : new OperationCanceledException("The read was cancelled.");
        }

        var count = (int)Math.Min(buffer.Length, read.Buffer.Length);
        var rest = read.Buffer.Slice(count);
        read.Buffer.Slice(0, count).CopyTo(buffer.Span);
        Reader.AdvanceTo(rest.Start);
        HasEnded = rest.IsEmpty && read.IsCompleted;
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _pause.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask<ReadResult> ReadAsync()
    {
        if (Reader.TryRead(out var there))
            return there;
        SetWaiting(true);
        try
        {
            return await Reader.ReadAsync(CancellationToken.None); // the framework aborts the connection when a token fires
        }
        finally
        {
            SetWaiting(false);
        }
    }

    private void SetWaiting(bool isWaiting)
    {
        lock (_waiting)
            _isWaiting = isWaiting;
        _pause.Change(isWaiting ? Patience() : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private TimeSpan Patience()
    {
        if (_maxTime == Timeout.InfiniteTimeSpan)
            return _maxPause;
        var left = _maxTime - TimeProvider.System.GetElapsedTime(_start);
        return left < TimeSpan.Zero ? TimeSpan.Zero : left < _maxPause ? left : _maxPause;
    }

    /// <summary>Only a read that waits: a connection's next request has the same reader.</summary>
    private void CutOff()
    {
        lock (_waiting)
        {
            if (!_isWaiting)
                return;
            _pausedTooLong = true;
            Reader.CancelPendingRead();
        }
    }
}
