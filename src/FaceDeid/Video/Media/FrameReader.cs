using System.IO.Hashing;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using FaceDeid.Video.Spool;
using OpenCvSharp;

namespace FaceDeid.Video.Media;

/// <summary>
/// Decodes a recording to <see cref="VideoFrame"/>s: upright, progressive, of 8 bits and ordinary range, none left out and none
/// doubled. A few frames are decoded ahead; whoever reads decides how fast. One reader at a time.
/// </summary>
/// <remarks>
/// ffmpeg writes each frame's pixels to one pipe and its time to the other. A part of a recording is reached by the container's
/// index, and compared with what the first decode noted; where the index misleads, the part is decoded anew from the beginning.
/// </remarks>
internal sealed class FrameReader(
    MediaDoor door, string name, MediaInfo info, MediaLimits limits, VideoDamagePolicy onDamage, int threads = 2)
{
    private const int Ahead = 4;
    private const double SeekMargin = 0.5; // seconds
    private const int TooManyDamaged = 69; // ffmpeg's exit code where most frames were, which it says at the end

    /// <summary>The tick; known when the first frame was read.</summary>
    public TimeBase TimeBase { get; private set; }

    /// <summary>Decodes all of it. The caller owns the frames.</summary>
    /// <exception cref="FaceDeidException">Damaged, or longer than its header said and the limits allow.</exception>
    public async IAsyncEnumerable<VideoFrame> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var count = 0;
        await foreach (var frame in RunAsync(new Part(0, From: null, Seek: null), expected: null, cancellationToken))
        {
            if (++count > limits.MaxFrames)
            {
                frame.Dispose();
                throw MediaRefusals.TooLong(limits);
            }

            yield return frame;
        }
    }

    /// <summary>Decodes it from a frame on, of which its container says when it is shown. The caller owns the frames.</summary>
    /// <param name="first">The frame's number.</param>
    /// <param name="ticks">When it is shown, in ticks.</param>
    /// <param name="seconds">The same in seconds.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="FaceDeidException">It cannot be read from there.</exception>
    public IAsyncEnumerable<VideoFrame> ReadAsync(int first, long ticks, double seconds, CancellationToken cancellationToken) =>
        RunAsync(new Part(first, ticks, seconds - SeekMargin), expected: null, cancellationToken);

    /// <summary>Decodes a part of it, and makes sure that it is what the first decode gave. The caller owns the frames.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.CorruptVideo"/>: it is not.</exception>
    public async IAsyncEnumerable<VideoFrame> ReadAsync(
        FrameTimes expected, int first, int count, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var (next, end) = (first, first + count);
        // What a decoder makes of damage depends on where it begins.
        if (first > 0 && !expected.Frames.Any(frame => frame.IsDamaged))
        {
            await using var frames = RunAsync(PartFrom(first, isSought: true), expected, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            while (next < end && await MovedAsync(frames))
            {
                next++;
                yield return frames.Current;
            }
        }

        if (next < end)
        {
            await using var frames = RunAsync(PartFrom(next, isSought: false), expected, cancellationToken)
                .GetAsyncEnumerator(cancellationToken);
            for (; next < end; next++)
                yield return await frames.MoveNextAsync() ? frames.Current : throw MediaRefusals.Corrupt();
        }

        Part PartFrom(int number, bool isSought)
        {
            var from = expected.Frames[number].Time;
            return new Part(number, from, isSought ? expected.Base.Seconds(from) - SeekMargin : null);
        }
    }

    /// <summary>Where the way by the index fails, the long one says whether it is the recording's fault.</summary>
    private static async Task<bool> MovedAsync(IAsyncEnumerator<VideoFrame> frames)
    {
        try
        {
            return await frames.MoveNextAsync();
        }
        catch (FaceDeidException e) when (e.Code == FaceDeidError.CorruptVideo)
        {
            return false;
        }
    }

    private async IAsyncEnumerable<VideoFrame> RunAsync(
        Part part, FrameTimes? expected, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var queue = Channel.CreateBounded<VideoFrame>(
            new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });
#pragma warning disable IDISP013 // it is awaited below, before that is disposed
        var decoding = Task.Run(() => DecodeAsync(part, expected, queue.Writer, stop.Token), CancellationToken.None);
#pragma warning restore IDISP013
        try
        {
            await foreach (var frame in queue.Reader.ReadAllAsync(cancellationToken))
                yield return frame;
        }
        finally
        {
            await stop.CancelAsync();
            await decoding;
            while (queue.Reader.TryRead(out var left))
                left.Dispose();
        }
    }

    /// <summary>Whatever happens, the queue ends: with the reason, if it is a bad one.</summary>
    private async Task DecodeAsync(
        Part part, FrameTimes? expected, ChannelWriter<VideoFrame> queue, CancellationToken cancellationToken)
    {
        try
        {
            if (info.IsCutOff && onDamage == VideoDamagePolicy.Error)
                throw MediaRefusals.Corrupt();
            var log = new FrameLog(FrameBytes, coversDamage: onDamage == VideoDamagePolicy.Cover);
            await using var program = MediaProcess.Start(
                MediaProcess.Ffmpeg, Arguments(part), door, log.Hear, cancellationToken);
            var (number, isCut) = (part.First, false);
            try
            {
                for (; await NextAsync(program, log, number, cancellationToken) is { } frame; number++)
                    await TakeAsync(frame, log, expected, queue, cancellationToken);
            }
            catch (IOException)
            {
                isCut = true; // the program's end says why
            }

            var code = await program.EndAsync();
            cancellationToken.ThrowIfCancellationRequested();
            if (door.Failure is FaceDeidException failure)
                throw failure;
            if (log.LostInput)
                throw MediaRefusals.Lost();
            if (isCut || number == part.First || program.WasEnded || IsBad(code))
                throw program.Fault(code) ?? MediaRefusals.Corrupt();
            queue.Complete();
        }
        catch (Exception e)
        {
            queue.Complete(e);
        }
    }

    /// <summary>A program that gave up has left frames out, unless all that it says is that most were damaged.</summary>
    private bool IsBad(int code) => code != 0 && !(onDamage == VideoDamagePolicy.Cover && code == TooManyDamaged);

    private async Task TakeAsync(
        VideoFrame frame, FrameLog log, FrameTimes? expected, ChannelWriter<VideoFrame> queue,
        CancellationToken cancellationToken)
    {
        TimeBase = log.TimeBase;
        try
        {
            Compare(frame, expected);
            await queue.WriteAsync(frame, cancellationToken);
        }
        catch
        {
            frame.Dispose();
            throw;
        }
    }

    private async Task<VideoFrame?> NextAsync(
        MediaProcess program, FrameLog log, int number, CancellationToken cancellationToken)
    {
        var (width, height) = info.Size;
#pragma warning disable IDISP001 // the result's
        var pixels = new Mat(height / 2 * 3, width, MatType.CV_8UC1);
        VideoFrame? frame = null;
#pragma warning restore IDISP001
        try
        {
            using var timed = VideoDiagnostics.Step("decode");
            using var watch = program.Watch();
            var read = await Task.Run(() => Fill(program.Output, pixels), CancellationToken.None);
            if (read == FrameBytes && await log.NextAsync(cancellationToken) is { } line)
                frame = new VideoFrame(number, line.Time, Checksum(pixels), pixels, line.Duration, line.IsDamaged);
            else if (read != 0)
                throw new EndOfStreamException();
            return frame;
        }
        finally
        {
            if (frame is null)
                pixels.Dispose();
        }
    }

    private void Compare(VideoFrame frame, FrameTimes? expected)
    {
        if (expected is null)
            return;
        if (frame.Number >= expected.Frames.Count || expected.Base != TimeBase)
            throw MediaRefusals.Corrupt();
        var noted = expected.Frames[frame.Number];
        if (noted.Time != frame.Time || noted.Checksum != frame.Checksum || noted.IsDamaged != frame.IsDamaged)
            throw MediaRefusals.Corrupt();
    }

    private int FrameBytes => info.Size.Width * info.Size.Height / 2 * 3;

    private static unsafe int Fill(Stream stream, Mat pixels) =>
        stream.ReadAtLeast(Bytes(pixels), (int)pixels.Total(), throwOnEndOfStream: false);

    private static ulong Checksum(Mat pixels) => XxHash3.HashToUInt64(Bytes(pixels));

    private static unsafe Span<byte> Bytes(Mat pixels) => new((void*)pixels.Data, (int)pixels.Total());

    private string[] Arguments(Part part)
    {
        var covers = onDamage == VideoDamagePolicy.Cover;
        string[] damage = covers ? ["-flags", "+output_corrupt"] : ["-err_detect", "explode"];
        string[] seek = part.Seek is { } seconds
            ? ["-seek_timestamp", "1", "-noaccurate_seek", "-ss", FormattableString.Invariant($"{seconds:F6}")]
            : [];
        return
        [
            .. MediaArguments.Program, "-loglevel", covers ? "level+info" : "error", "-nostats",
            .. covers ? [] : new[] { "-xerror" },
            "-copyts",
            .. MediaArguments.Door(
                door, name, info.Demuxer, limits,
                [.. damage, "-threads", covers ? "1" : MediaArguments.Text(threads), .. seek]),
            "-map", MediaArguments.Text(0) + ":" + MediaArguments.Text(info.StreamIndex), "-vf", Filters(part, covers),
            "-c:v", "rawvideo", "-fps_mode", "passthrough", "-enc_time_base", "-1", "-map_metadata", "-1",
            "-f", "tee", "[f=rawvideo]pipe:1|[f=framecrc]pipe:2",
        ];
    }

    /// <summary>
    /// Frames that are as they should be go through untouched. What changes its size on the way is brought to the size of the
    /// beginning, and the last row and column are repeated where there is an odd number of them.
    /// </summary>
    private string Filters(Part part, bool covers)
    {
        List<string> filters = [];
        var shown = info.Shown;
        if (info.IsInterlaced)
            filters.Add("bwdif=mode=send_frame");
        if (info.IsHighDynamicRange)
        {
            filters.Add(
                "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=hable:desat=0,"
                + "zscale=t=bt709:m=bt709:r=tv,format=yuv420p");
        }

        var colour = info.IsRgb ? ":out_color_matrix=bt709:out_range=tv" : "";
        filters.Add(
            FormattableString.Invariant(
                $"scale={shown.Width}:{shown.Height}:flags=bicubic+accurate_rnd+full_chroma_int{colour}"));
        filters.Add(info.IsHighDynamicRange || info.IsRgb ? "format=yuv420p" : "format=yuv420p|yuvj420p");
        if (info.Size != shown)
        {
            filters.Add(FormattableString.Invariant($"pad={info.Size.Width}:{info.Size.Height}:0:0"));
            var (right, bottom) = (info.Size.Width - shown.Width, info.Size.Height - shown.Height);
            filters.Add(FormattableString.Invariant($"fillborders=right={right}:bottom={bottom}:mode=smear"));
        }

        if (part.From is { } from)
            filters.Add(FormattableString.Invariant($"trim=start_pts={from}"));
        if (covers)
            filters.Add("showinfo=checksum=0");
        return string.Join(',', filters);
    }

    /// <summary>What is decoded.</summary>
    /// <param name="First">The number of its first frame.</param>
    /// <param name="From">Its time, in ticks; null: all.</param>
    /// <param name="Seek">Where the container's index is asked to begin, in seconds; null: at its beginning.</param>
    private readonly record struct Part(int First, long? From, double? Seek);
}
