using System.IO.Compression;
using System.IO.Pipelines;
using FaceDeid.Api.Http;

namespace FaceDeid.Api.Admission;

/// <summary>
/// A request's body, unpacked where it came packed, that takes room for each byte it hands out and is refused when there is none,
/// or when it is longer than a body of the call may be. At its end it looks at the queue once more: many small uploads end at the
/// same time, and none is worked for whose answer would find no room.
/// </summary>
internal sealed class CountedBody : BodyStream
{
    private readonly UploadRoom _room;
    private readonly UploadRoom.HeldRoom _held;
    private readonly PacedBody _arriving;
    private readonly GZipStream? _unpacked;
    private readonly bool _waitsForWorker;
    private long _left;
    private long _leftForNow = long.MaxValue;
    private bool _hasEnded;

    /// <summary>An upload that has begun.</summary>
    /// <param name="request">Whose body it is.</param>
    /// <param name="room">Whether there is a place in the queue.</param>
    /// <param name="held">What is taken for it; the caller's.</param>
    /// <param name="most">Bytes that the body may have, unpacked. The server itself counts those that arrive.</param>
    /// <param name="waitsForWorker">Whether a worker is needed when all of it is there.</param>
    public CountedBody(HttpRequest request, UploadRoom room, UploadRoom.HeldRoom held, long most, bool waitsForWorker)
        : base(FileAccess.Read)
    {
        (_room, _held, _left, _waitsForWorker) = (room, held, most, waitsForWorker);
        // Before the body is replaced by this: then it would become a reader of this.
        _arriving = new PacedBody(
            request.BodyReader, room.MaxPause, held.IsCollection ? room.MaxCollectionTime : Timeout.InfiniteTimeSpan);
        if (ContentCoding.IsGzip(request))
            _unpacked = new GZipStream(_arriving, CompressionMode.Decompress, leaveOpen: true);
    }

    /// <summary>What reads the connection: its pending read can be cancelled.</summary>
    public PipeReader Reader => _arriving.Reader;

    /// <summary>Whether what is handed out now stays in memory.</summary>
    public bool IsHeld { get; set; } = true;

    /// <summary>Limits what is handed out from now on: more is no well-formed form.</summary>
    public void MayHandOut(long bytes) => _leftForNow = bytes;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var count = _unpacked is null ? await _arriving.ReadAsync(buffer, CancellationToken.None) : await UnpackAsync(buffer);
        if ((_left -= count) < 0)
            throw ProblemMiddleware.TooLarge();
        if ((_leftForNow -= count) < 0)
            throw ProblemMiddleware.CorruptForm();
        Take(count);
        return count;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _unpacked?.Dispose();
            _arriving.Dispose();
        }

        base.Dispose(disposing);
    }

    private async Task<int> UnpackAsync(Memory<byte> buffer)
    {
        try
        {
            return await _unpacked!.ReadAsync(buffer, CancellationToken.None);
        }
        catch (InvalidDataException)
        {
            throw new ProblemException(
                ProblemKinds.MalformedForm,
                $"The body is not intact {ContentCoding.Gzip}, as its Content-Encoding says. "
                + "Send it again, or unpacked and without that header.");
        }
    }

    private void Take(int count)
    {
        if (IsHeld)
            _held.Take(count);
        if (!_arriving.HasEnded || _hasEnded)
            return;
        _hasEnded = true;
        _held.End();
        if (!_held.HasRoomForAnswer)
            throw UploadRoom.NoRoom();
        if (_waitsForWorker && _room.IsQueueFull)
            throw UploadRoom.QueueFull();
    }
}
