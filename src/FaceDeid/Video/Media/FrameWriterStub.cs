namespace FaceDeid.Video.Media;
internal sealed class FrameWriter : IAsyncDisposable
{
    public Task WriteAsync(VideoFrame frame, CancellationToken ct) => Task.CompletedTask;
    public Task CompleteAsync(CancellationToken ct) => Task.CompletedTask;
    public ValueTask DisposeAsync() => default;
}
