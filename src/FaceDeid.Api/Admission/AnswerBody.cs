using FaceDeid.Api.Http;
using Microsoft.AspNetCore.Http.Timeouts;

namespace FaceDeid.Api.Admission;

/// <summary>
/// An answer on its way to who reads it: in pieces, because the server keeps a copy of what it is given at once, and for as long
/// as its length deserves; a reader who is slower is cut off. Its bytes take room as an upload's do.
/// </summary>
/// <param name="context">The request.</param>
/// <param name="target">The server's body.</param>
/// <param name="room">What the request holds.</param>
/// <param name="limits">How slowly it may be read.</param>
internal sealed class AnswerBody(HttpContext context, Stream target, UploadRoom.HeldRoom room, LimitSettings limits)
    : BodyStream(FileAccess.Write)
{
    private const int Piece = 64 * 1024;

    private bool _hasBegun;
    private long _written;
    private TimeSpan _waited;

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Begin(buffer.Length);
        for (; buffer.Length > 0; buffer = buffer[Math.Min(Piece, buffer.Length)..])
            await WritePieceAsync(buffer[..Math.Min(Piece, buffer.Length)], cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => target.FlushAsync(cancellationToken);

    /// <summary>Before the first byte leaves: without room it is still time to say so.</summary>
    private void Begin(int first)
    {
        if (_hasBegun)
            return;
        _hasBegun = true;
        UploadedFile.ForgetAll(context);
        room.Answer(context.Response.ContentLength ?? first);
        // All of it is there: from here on the reader's time counts, and not the work's.
        if (context.Response.ContentLength is not null)
            context.Features.Get<IHttpRequestTimeoutFeature>()?.DisableTimeout();
    }

    private async ValueTask WritePieceAsync(ReadOnlyMemory<byte> piece, CancellationToken cancellationToken)
    {
        _written += piece.Length;
        var write = target.WriteAsync(piece, cancellationToken);
        if (limits.MinAnswerBytesPerSecond == 0 || write.IsCompleted)
        {
            await write;
            return;
        }

        var allowed =
            TimeSpan.FromSeconds(limits.AnswerGraceSeconds + ((double)_written / limits.MinAnswerBytesPerSecond)) - _waited;
        var start = TimeProvider.System.GetTimestamp();
        await using (TimeProvider.System.CreateTimer(
            static context => ((HttpContext)context!).Abort(), context,
            allowed > TimeSpan.Zero ? allowed : TimeSpan.Zero, Timeout.InfiniteTimeSpan))
        {
            await write;
        }

        _waited += TimeProvider.System.GetElapsedTime(start);
    }
}
