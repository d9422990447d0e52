using System.Threading.Channels;

namespace FaceDeid.Api.Http;

/// <summary>
/// How far a work is, from any thread to the one that writes: a few times a second, and always how each stage ended.
/// </summary>
internal sealed class ProgressLines(TimeProvider time) : IProgress<StageProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Channel<StageProgress> _lines = Channel.CreateUnbounded<StageProgress>();
    private readonly Lock _lock = new();
    private StageProgress? _latest;
    private bool _isWritten = true;
    private long _writtenAt;

    public void Report(StageProgress value)
    {
        lock (_lock)
        {
            var isSameStage = string.Equals(_latest?.Stage, value.Stage, StringComparison.Ordinal);
            if (isSameStage && value.Done <= _latest!.Done)
                return; // threads overtake each other
            if (!isSameStage)
                WriteLatest();
            (_latest, _isWritten) = (value, false);
            if (!isSameStage || value.Done >= value.Total || time.GetElapsedTime(_writtenAt) >= Interval)
                WriteLatest();
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void End()
    {
        lock (_lock)
            WriteLatest();
        _lines.Writer.TryComplete();
    }

    public IAsyncEnumerable<StageProgress> ReadAllAsync() => _lines.Reader.ReadAllAsync();

    private void WriteLatest()
    {
        if (_isWritten)
            return;
        _lines.Writer.TryWrite(_latest!);
        (_isWritten, _writtenAt) = (true, time.GetTimestamp());
    }
}
