namespace FaceDeid.Api.Http;

/// <summary>
/// Lets only asynchronous writes through to a stream. <c>ZipArchive</c> writes a few bytes around each entry synchronously even
/// in its asynchronous methods, which a server's answer refuses: they wait here for the next asynchronous write.
/// </summary>
internal sealed class AsyncWrites(Stream target) : BodyStream(FileAccess.Write)
{
    private readonly MemoryStream _waiting = new();

    public override void Write(ReadOnlySpan<byte> buffer) => _waiting.Write(buffer);

    public override void Write(byte[] buffer, int offset, int count) => _waiting.Write(buffer, offset, count);

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        await WriteWaitingAsync(cancellationToken);
        await target.WriteAsync(buffer, cancellationToken);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => WriteWaitingAsync(cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _waiting.Dispose();
        base.Dispose(disposing);
    }

    private async Task WriteWaitingAsync(CancellationToken cancellationToken)
    {
        if (_waiting.Length == 0)
            return;
        await target.WriteAsync(_waiting.GetBuffer().AsMemory(0, (int)_waiting.Length), cancellationToken);
        _waiting.SetLength(0);
    }
}
