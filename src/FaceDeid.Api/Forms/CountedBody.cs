using System.Buffers;
using System.IO.Pipelines;
using FaceDeid.Api.Errors;

namespace FaceDeid.Api.Forms;

/// <summary>
/// A request's body that takes room for each byte it hands out, is refused when there is none, and is cut off when nothing comes for too long.
/// At its end it looks at the queue once more: many small uploads end at the same time. Of a collection, which has limits of its own, only the
/// pauses are looked at.
/// </summary>
internal sealed class CountedBody : Stream
{
    private readonly UploadRoom _room;
    private readonly bool _takesRoom;
    private readonly Timer _pause;
    private readonly Lock _waiting = new();
    private bool _isWaiting;
    private bool _pausedTooLong;
    private long _taken;
    private bool _hasEnded;

    /// <summary>An upload that takes room has begun in it already, and ends when this is disposed at the latest.</summary>
    public CountedBody(HttpRequest request, UploadRoom room, bool takesRoom)
    {
        (_room, _takesRoom) = (room, takesRoom);
        Reader = request.BodyReader; // before the body is replaced by this, when it would become a reader of this
        _pause = new Timer(static state => ((CountedBody)state!).CutOff(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What reads the connection: its pending read can be cancelled.</summary>
    public PipeReader Reader { get; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

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
        if (_takesRoom)
            Take(count, isEnd: rest.IsEmpty && read.IsCompleted);
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read without holding a thread.");

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _pause.Dispose();
            EndUpload();
            _room.Give(_taken);
            _taken = 0;
        }

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
        _pause.Change(isWaiting ? _room.MaxPause : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
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

    private void Take(int count, bool isEnd)
    {
        if (!_room.TryTake(count))
            throw UploadRoom.NoRoom();
        _taken += count;
        if (!isEnd || _hasEnded)
            return;
        EndUpload();
        if (_room.IsQueueFull)
            throw UploadRoom.QueueFull();
    }

    private void EndUpload()
    {
        if (!_hasEnded && _takesRoom)
            _room.End();
        _hasEnded = true;
    }
}
