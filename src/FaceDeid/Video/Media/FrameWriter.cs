using System.Globalization;
using OpenCvSharp;

namespace FaceDeid.Video.Media;

/// <summary>
/// Encodes frames to a segment: fragmented MP4 without sound whose time begins at 0, for a <see cref="Joiner"/>. The same frames
/// give the same bytes. One writer at a time.
/// </summary>
internal sealed class FrameWriter : IAsyncDisposable
{
    private const int Buffer = 128 << 10;
    private const int KeyFrameSeconds = 2;
    private const int Reference = 51; // the scale of crf
    private const int LongScale = 63; // of VP9 and AV1

    private readonly VideoEncoding _encoding;
    private readonly MediaProcess _program;
    private readonly Task _output;
    private Task _behind = Task.CompletedTask;
    private long? _start;

    /// <summary>Starts the encoder.</summary>
    /// <param name="encoding">How.</param>
    /// <param name="output">Where the segment goes, as it comes; not disposed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.MediaUnavailable"/>.</exception>
    public FrameWriter(VideoEncoding encoding, Stream output, CancellationToken cancellationToken)
    {
        _encoding = encoding;
        _program = MediaProcess.Start(MediaProcess.Ffmpeg, Arguments(encoding), door: null, heard: null, cancellationToken);
        _output = CopyAsync(_program, output, cancellationToken);
    }

    /// <summary>Writes the next frame.</summary>
    /// <param name="pixels">I420, of the encoding's size.</param>
    /// <param name="time">In ticks, later than the one before.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.MediaUnavailable"/>: the encoder gave up.</exception>
    public async Task WriteAsync(Mat pixels, long time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var header = _start is null
            ? RawMatroska.Header(_encoding.Info.Size, _encoding.TimeBase.Nanoseconds(_encoding.MeanFrame))
            : [];
        _start ??= time;
        var bytes = (int)pixels.Total();
        byte[] head = [.. header, .. RawMatroska.FrameHeader(bytes, _encoding.TimeBase.Nanoseconds(time - _start.Value))];
        try
        {
            using var timed = VideoDiagnostics.Step("encode");
            using var watch = _program.Watch();
            await Task.Run(() => Send(_program.Input, head, pixels), CancellationToken.None);
        }
        catch (IOException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var code = await EndAsync(); // or the output's own reason
            throw _program.Fault(code) ?? MediaRefusals.Unavailable(e);
        }
    }

    /// <summary>
    /// Takes frames over and writes them while the caller prepares the next ones; returns when those before are written.
    /// </summary>
    /// <param name="frames">The next ones.</param>
    /// <param name="report">Told the number of each that is written.</param>
    /// <param name="cancellationToken">Nobody waits any more.</param>
    /// <exception cref="FaceDeidException">As <see cref="WriteAsync(Mat, long, CancellationToken)"/>.</exception>
    public Task WriteBehindAsync(IReadOnlyList<VideoFrame> frames, Action<int> report, CancellationToken cancellationToken)
    {
        var before = _behind;
        _behind = WriteAsync(frames, before, report, cancellationToken);
        return before;
    }

    /// <summary>All frames were given: waits for the rest of the segment.</summary>
    /// <exception cref="FaceDeidException">As <see cref="WriteAsync(Mat, long, CancellationToken)"/>.</exception>
    public async Task CompleteAsync(CancellationToken cancellationToken)
    {
        await _behind;
        await _program.Input.DisposeAsync();
        var code = await EndAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (code != 0 || _program.WasEnded)
            throw _program.Fault(code) ?? MediaRefusals.Unavailable(new IOException(_program.Complaint()));
    }

    /// <summary>Ends the encoder, if it has not ended.</summary>
    public async ValueTask DisposeAsync()
    {
        await _program.DisposeAsync();
        await _behind.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _output.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task WriteAsync(
        IReadOnlyList<VideoFrame> frames, Task before, Action<int> report, CancellationToken cancellationToken)
    {
        try
        {
            await before;
            foreach (var frame in frames)
            {
                await WriteAsync(frame.Pixels, frame.Time, cancellationToken);
                VideoDiagnostics.CountFrame("rendering");
                report(frame.Number);
            }
        }
        finally
        {
            foreach (var frame in frames)
                frame.Dispose();
        }
    }

    private async Task<int> EndAsync()
    {
        var code = await _program.EndAsync();
        await _output;
        return code;
    }

    /// <summary>Copies what a program writes as it comes. Where it cannot be taken, the program is ended.</summary>
    public static async Task CopyAsync(MediaProcess program, Stream output, CancellationToken cancellationToken)
    {
        var buffer = new byte[Buffer];
        try
        {
            for (int read; (read = await program.Output.ReadAsync(buffer, CancellationToken.None)) > 0;)
            {
                program.Moved();
                await output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            }
        }
        catch
        {
            program.End();
            throw;
        }
    }

    private static unsafe void Send(Stream stream, byte[] head, Mat pixels)
    {
        stream.Write(head);
        stream.Write(new ReadOnlySpan<byte>((void*)pixels.Data, (int)pixels.Total()));
    }

    private static string[] Arguments(VideoEncoding encoding) =>
    [
        .. MediaArguments.Program, "-loglevel", "error", "-nostats", "-xerror", "-copyts", "-protocol_whitelist", "pipe",
        "-format_whitelist", "matroska", "-codec_whitelist", "rawvideo", "-probesize", "32", "-analyzeduration", "0",
        "-fpsprobesize", "0", "-f", "matroska", "-i", "pipe:0", "-map", "0:v:0", "-vf", Filters(encoding.Info),
        "-fps_mode", "passthrough", "-enc_time_base",
        FormattableString.Invariant($"{encoding.TimeBase.Numerator}:{encoding.TimeBase.Denominator}"),
        "-force_key_frames",
        FormattableString.Invariant($"expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+{KeyFrameSeconds}))"),
        .. Codec(encoding), "-threads:v", MediaArguments.Text(encoding.Threads), "-map_metadata", "-1",
        "-fflags", "+bitexact", "-flags:v", "+bitexact+cgop", "-video_track_timescale",
        MediaArguments.Text(encoding.TimeBase.Denominator),
        "-movflags", "frag_keyframe+empty_moov+default_base_moof+skip_trailer", "-f", "mp4", "pipe:1",
    ];

    /// <summary>
    /// No pictures that are shown before one that was written before (B): so the order of decoding is that of showing, and
    /// segments can be put one after the other.
    /// </summary>
    private static string[] Codec(VideoEncoding encoding)
    {
        var crf = encoding.Crf.ToString(CultureInfo.InvariantCulture);
        var longCrf = (encoding.Crf * LongScale / Reference).ToString(CultureInfo.InvariantCulture);
        var threads = MediaArguments.Text(encoding.Threads);
        var (tick, mean) = (encoding.TimeBase, encoding.MeanFrame);
        var group = MediaArguments.Text((int)Math.Clamp(Math.Round(KeyFrameSeconds / tick.Seconds(mean)), 1, 240));
        return encoding.Codec switch
        {
            // Type 6: messages, among them the encoder's name and settings.
            VideoCodec.H264 =>
            [
                "-c:v", "libx264", "-preset", "superfast", "-crf", crf, "-bf", "0", "-g", "600", "-forced-idr", "1",
                "-bsf:v", "filter_units=remove_types=6",
            ],
            VideoCodec.H265 =>
            [
                "-c:v", "libx265", "-preset", "superfast", "-crf", crf, "-forced-idr", "1", "-tag:v", "hvc1", "-x265-params",
                $"log-level=error:info=0:bframes=0:open-gop=0:keyint=600:frame-threads=1:pools={threads}",
                "-bsf:v", "filter_units=remove_types=39|40",
            ],
            VideoCodec.Vp9 =>
            [
                "-c:v", "libvpx-vp9", "-crf", longCrf, "-b:v", "0", "-deadline", "realtime", "-cpu-used", "6", "-row-mt", "1",
                "-auto-alt-ref", "0", "-lag-in-frames", "0", "-g", "600",
            ],
            VideoCodec.Av1 =>
            [
                "-c:v", "libsvtav1", "-preset", "10", "-crf", longCrf, "-g", group, "-svtav1-params",
                $"lp={threads}:pred-struct=1:irefresh-type=2",
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(encoding), encoding.Codec, message: null),
        };
    }

    /// <summary>What the file says of colours and of the pixels' shape stays true, because both went through unchanged.</summary>
    private static string Filters(MediaInfo info)
    {
        var (range, matrix, primaries, transfer) = info.Colour;
        return $"setparams=range={range ?? "auto"}:colorspace={matrix ?? "auto"}:color_primaries={primaries ?? "auto"}"
            + $":color_trc={transfer ?? "auto"},setsar={info.PixelAspect.Replace(':', '/')}";
    }
}
