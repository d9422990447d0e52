using FaceDeid.Video.Media;
using FaceDeid.Video.Spool;

namespace FaceDeid.Tests.Video.Media;

/// <summary>A file behind a door, as the service reads it.</summary>
internal sealed class Recording(string path) : IAsyncDisposable
{
    private readonly MediaDoor _door = new(name => name is "original" ? File.OpenRead(path) : null);

    public MediaLimits Limits { get; init; } = new();

    public async Task<MediaInfo> ProbeAsync()
    {
        await using var file = File.OpenRead(path);
        var start = new byte[Sniffer.Length];
        var length = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false);
        return await MediaProbe.ReadAsync(
            _door, "original", start.AsMemory(0, length), file.Length, Limits, CancellationToken.None);
    }

    public async Task<FrameReader> ReaderAsync(VideoDamagePolicy onDamage = VideoDamagePolicy.Error) =>
        new(_door, "original", await ProbeAsync(), Limits, onDamage);

    /// <summary>All frames' notes.</summary>
    public async Task<FrameTimes> NotesAsync(VideoDamagePolicy onDamage = VideoDamagePolicy.Error)
    {
        var reader = await ReaderAsync(onDamage);
        List<FrameNote> notes = [];
        await foreach (var frame in reader.ReadAsync(CancellationToken.None))
        {
            using (frame)
                notes.Add(new FrameNote(frame.Time, frame.Duration, frame.Checksum, frame.IsDamaged));
        }

        return new FrameTimes(reader.TimeBase, notes);
    }

    /// <summary>Writes it again as it is, in segments.</summary>
    public async Task<byte[]> WriteAgainAsync(
        int segmentFrames = 20, VideoCodec codec = VideoCodec.H264, JoinOptions? options = null)
    {
        var times = await NotesAsync();
        var reader = await ReaderAsync();
        var encoding = VideoEncoding.Of(await ProbeAsync(), times) with { Codec = codec };
        List<Segment> segments = [];
        for (var first = 0; first < times.Frames.Count; first += segmentFrames)
        {
            var count = Math.Min(segmentFrames, times.Frames.Count - first);
            var bytes = await SegmentAsync(reader.ReadAsync(times, first, count, CancellationToken.None), encoding);
            segments.Add(new Segment(() => new MemoryStream(bytes), times.Frames[first].Time));
        }

        options ??= new JoinOptions(VideoContainer.Mp4, AudioPolicy.Keep, SubtitlePolicy.Drop);
        using var joined = new MemoryStream();
        await new Joiner(_door, "original", encoding, Limits).WriteAsync(
            segments, times.Frames[^1].Duration, options, joined, CancellationToken.None);
        using var result = new MemoryStream();
        await SeekIndex.WriteAsync(options.Container, joined, result, CancellationToken.None);
        return result.ToArray();
    }

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    private static async Task<byte[]> SegmentAsync(IAsyncEnumerable<VideoFrame> frames, VideoEncoding encoding)
    {
        using var segment = new MemoryStream();
        await using var writer = new FrameWriter(encoding, segment, CancellationToken.None);
        await foreach (var frame in frames)
        {
            using (frame)
                await writer.WriteAsync(frame.Pixels, frame.Time, CancellationToken.None);
        }

        await writer.CompleteAsync(CancellationToken.None);
        return segment.ToArray();
    }
}
