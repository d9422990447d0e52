using FaceDeid.Video.Media;
using FaceDeid.Video.Spool;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Video.Segments;

/// <summary>A recording that is worked on: where it lies, what it is, and the door through which its readers reach it.</summary>
internal sealed class OpenRecording : IAsyncDisposable
{
    private const int Beginning = 4096; // bytes that tell what a file is

    private readonly MediaDoor _door;
    private readonly MediaLimits _limits;

    private OpenRecording(IMediaStore store, VideoOptions options, MediaLimits limits)
    {
        (Store, Options, _limits) = (store, options, limits);
        _door = new MediaDoor(Open);
    }

    public IMediaStore Store { get; }

    public VideoOptions Options { get; }

    public MediaDoor Door => _door;

    public MediaLimits Limits => _limits;

    public MediaInfo Info { get; private set; } = null!;

    /// <summary>Reads the source.</summary>
    public FrameReader Reader { get; private set; } = null!;

    /// <summary>Opens a recording and asks what it is.</summary>
    /// <exception cref="FaceDeidException">It is refused.</exception>
    public static async Task<OpenRecording> OpenAsync(
        IMediaStore store, VideoOptions options, MediaLimits limits, CancellationToken cancellationToken)
    {
        var recording = new OpenRecording(store, options, limits);
        try
        {
            recording.Info = await recording.ProbeAsync(VideoObjects.Source, cancellationToken);
            recording.Reader = new FrameReader(
                recording._door, VideoObjects.Source, recording.Info, limits, options.OnDamage);
            return recording;
        }
        catch
        {
            await recording.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens an object that was encoded here.</summary>
    public async Task<FrameReader> OpenAsync(string name, CancellationToken cancellationToken) => new(
        _door, name, await ProbeAsync(name, cancellationToken), _limits, VideoDamagePolicy.Error);

    public async Task<MediaInfo> ProbeAsync(string name, CancellationToken cancellationToken)
    {
        await using var file = Store.OpenRead(name);
        var start = new byte[Beginning];
        var read = await file.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return await MediaProbe.ReadAsync(_door, name, start.AsMemory(0, read), file.Length, _limits, cancellationToken);
    }

    /// <summary>Begins to encode a segment.</summary>
    public FrameWriter Encode(FrameTimes times, Stream target, CancellationToken cancellationToken) =>
        new(EncodingOf(times), target, cancellationToken);

    /// <summary>Puts the segments together with the sound.</summary>
    public Task JoinAsync(FrameTimes times, SegmentFrames segments, Stream target, CancellationToken cancellationToken) =>
        JoinAsync(
            times, segments, VideoObjects.Rendered, EncodingOf(times),
            new JoinOptions(Options.Container, Options.Audio, Options.Subtitles), target, cancellationToken);

    /// <summary>Puts the segments of a mask together.</summary>
    public Task JoinMaskAsync(
        FrameTimes times, SegmentFrames segments, VideoEncoding encoding, Stream target, CancellationToken cancellationToken) =>
        JoinAsync(
            times, segments, VideoObjects.MaskSegment, encoding,
            new JoinOptions(VideoContainer.Mp4, AudioPolicy.Drop, SubtitlePolicy.Drop), target, cancellationToken);

    private async Task JoinAsync(
        FrameTimes times, SegmentFrames segments, Func<int, string> nameOf, VideoEncoding encoding, JoinOptions options,
        Stream target, CancellationToken cancellationToken)
    {
        var joiner = new Joiner(Door, VideoObjects.Source, encoding, Limits);
        await using (var joined = Store.Create(VideoObjects.Joined))
        {
            await joiner.WriteAsync(
                [.. Enumerable.Range(0, segments.CountOf(times.Frames.Count)).Select(segment => new Segment(
                    () => Store.OpenRead(nameOf(segment)), times.Frames[segments.First(segment)].Time))],
                times.Frames[^1].Duration, options, joined, cancellationToken);
            await joined.CompleteAsync(cancellationToken);
        }

        await using var file = Store.OpenRead(VideoObjects.Joined);
        await SeekIndex.WriteAsync(options.Container, file, target, cancellationToken);
    }

    private Stream? Open(string name)
    {
        try
        {
            return Store.OpenRead(name);
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    private VideoEncoding EncodingOf(FrameTimes times) =>
        VideoEncoding.Of(Info, times) with { Codec = Options.WrittenCodec, Crf = Options.RateFactor };

    public ValueTask DisposeAsync() => _door.DisposeAsync();
}
