using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Media;

/// <summary>What becomes of a recording's other parts, and how the result is packed.</summary>
/// <param name="Container">The file's format.</param>
/// <param name="Audio">What becomes of the sound.</param>
/// <param name="Subtitles">What becomes of subtitles.</param>
internal sealed record JoinOptions(VideoContainer Container, AudioPolicy Audio, SubtitlePolicy Subtitles);

/// <summary>A part of the result's frames.</summary>
/// <param name="Open">Opens what a <see cref="FrameWriter"/> wrote; to be disposed by the joiner. It can seek.</param>
/// <param name="Start">The time of its first frame, in ticks.</param>
internal readonly record struct Segment(Func<Stream> Open, long Start);

/// <summary>
/// Puts the segments together, adds the recording's sound and packs both. Times are those of the recording, all moved alike so
/// that the earliest is 0. Nothing else of the recording gets into the result: no tags, places, covers, chapters or data.
/// </summary>
internal sealed class Joiner(MediaDoor door, string original, VideoEncoding encoding, MediaLimits limits)
{
    private const double Pitch = 0.8; // of a shifted voice
    private const int PreSkip = 312; // samples of libopus
    private const double OpusRate = 48_000;

    /// <summary>What each container holds without being encoded anew.</summary>
    private static readonly string[] OfMp4 = ["aac", "mp3", "mp2", "ac3", "eac3", "opus", "flac", "alac"];
    private static readonly string[] OfWebm = ["opus", "vorbis"];

    /// <summary>Writes the result.</summary>
    /// <param name="segments">In order.</param>
    /// <param name="lastDuration">How long the last frame of all is shown, in ticks; 0: the recording does not say.</param>
    /// <param name="options">How.</param>
    /// <param name="output">Where to; not disposed.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FaceDeidException">The sound is damaged, or the programs do not work.</exception>
    public async Task WriteAsync(
        IReadOnlyList<Segment> segments, long lastDuration, JoinOptions options, Stream output,
        CancellationToken cancellationToken)
    {
        await using var program = MediaProcess.Start(
            MediaProcess.Ffmpeg, Arguments(segments[0].Start, options), door, heard: null, cancellationToken);
        var copying = FrameWriter.CopyAsync(program, output, cancellationToken);
        try
        {
            await using var input = new WatchedStream(program);
            for (var i = 0; i < segments.Count; i++)
            {
                await using var segment = segments[i].Open();
                var unit = encoding.TimeBase.Numerator;
                var last = i == segments.Count - 1 && lastDuration > 0 ? lastDuration * unit : (long?)null;
                await FragmentedMp4.AppendAsync(
                    segment, input, (segments[i].Start - segments[0].Start) * unit, isFirst: i == 0, last, cancellationToken);
            }

            await program.Input.DisposeAsync();
        }
        catch (IOException)
        {
            await program.EndSoonAsync(); // its own end says why
        }

        var code = await program.EndAsync();
        cancellationToken.ThrowIfCancellationRequested();
        await copying;
        if (door.Failure is FaceDeidException failure)
            throw failure;
        if (program.Fault(code) is { } fault)
            throw fault;
        if (code != 0 || program.WasEnded)
            throw new FaceDeidException(
                FaceDeidError.CorruptVideo,
                "The recording's sound or subtitles cannot be kept. Send it without them, or ask for them to be dropped.",
                new IOException(program.Complaint()));
    }

    private string[] Arguments(long start, JoinOptions options)
    {
        var info = encoding.Info;
        var sound = options.Audio == AudioPolicy.Drop ? null : info.Audio;
        int[] subtitles = options.Subtitles == SubtitlePolicy.Keep ? [.. info.Subtitles] : [];
        var first = encoding.TimeBase.Seconds(start);
        var zero = sound is null ? first : Math.Min(first, sound.Start);
        string[] input = sound is null && subtitles.Length == 0
            ? []
            : MediaArguments.Door(door, original, info.Demuxer, limits, "-itsoffset", Seconds(Delay(sound, options) - zero));
        return
        [
            .. MediaArguments.Program, "-loglevel", "error", "-nostats", "-copyts",
            .. MediaArguments.Bounds("pipe", "mov", limits), "-itsoffset", Seconds(first - zero), "-i", "pipe:0", .. input,
            "-map", "0:v:0", "-c:v", "copy",
            .. sound is null ? [] : new[] { "-map", $"1:{MediaArguments.Text(sound.StreamIndex)}" },
            .. sound is null ? [] : Audio(sound, options),
            .. subtitles.SelectMany(index => new[] { "-map", $"1:{MediaArguments.Text(index)}" }),
            .. subtitles.Length == 0 ? [] : new[] { "-c:s", Subtitles(options.Container) },
            "-map_metadata", "-1", "-map_metadata:s:v", "-1", "-map_metadata:s:a", "-1", "-map_metadata:s:s", "-1",
            "-map_chapters", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact",
            "-max_interleave_delta", "0", "-max_muxing_queue_size", "4096", "-avoid_negative_ts", "disabled",
            "-strict", "experimental", // FLAC in MP4
            .. Container(options.Container), "pipe:1",
        ];
    }

    /// <summary>
    /// Who reads Matroska subtracts Opus's time of warming up from all times (RFC 9559, CodecDelay), but ffmpeg 5.1 does not add
    /// it when it writes: 6.5 ms, mostly.
    /// </summary>
    private static double Delay(AudioStream? sound, JoinOptions options)
    {
        if (sound is null || options.Container == VideoContainer.Mp4)
            return 0;
        var isOpus = IsCopied(sound, options) ? sound.Codec is "opus" : options.Container == VideoContainer.Webm;
        return !isOpus ? 0 : (IsCopied(sound, options) ? sound.PreSkip : PreSkip) / OpusRate;
    }

    private static bool IsCopied(AudioStream sound, JoinOptions options) =>
        options.Audio == AudioPolicy.Keep && options.Container switch
        {
            VideoContainer.Webm => OfWebm.Contains(sound.Codec, StringComparer.Ordinal),
            VideoContainer.Mp4 => OfMp4.Contains(sound.Codec, StringComparer.Ordinal),
            _ => true,
        };

    private static string[] Audio(AudioStream sound, JoinOptions options)
    {
        if (IsCopied(sound, options))
            return ["-c:a", "copy"];
        string[] encoder = options.Container == VideoContainer.Webm
            ? ["-c:a", "libopus", "-b:a", "128k"]
            : ["-c:a", "aac", "-b:a", "160k"];
        string[] filter = options.Audio == AudioPolicy.Shift
            ?
            [
                "-af",
                FormattableString.Invariant(
                    $"asetrate={sound.SampleRate * Pitch},aresample={sound.SampleRate},atempo={1 / Pitch}"),
            ]
            : [];
        return [.. encoder, .. filter];
    }

    private static string Subtitles(VideoContainer container) => container switch
    {
        VideoContainer.Mp4 => "mov_text",
        VideoContainer.Webm => "webvtt",
        _ => "subrip",
    };

    private string[] Container(VideoContainer container) => container switch
    {
        VideoContainer.Mp4 =>
        [
            "-video_track_timescale", MediaArguments.Text(encoding.TimeBase.Denominator),
            // Of the offsets between picture and sound, too.
            "-movie_timescale", MediaArguments.Text(Math.Max(encoding.TimeBase.Denominator, 90_000)),
            "-movflags", "frag_keyframe+delay_moov+default_base_moof", "-f", "mp4",
        ],
        // Room for how long it is, which the index says.
        VideoContainer.Webm => ["-metadata:s:v:0", "DURATION=00:00:01", "-f", "webm"],
        _ => ["-metadata:s:v:0", "DURATION=00:00:01", "-f", "matroska"],
    };

    private static string Seconds(double seconds) => FormattableString.Invariant($"{seconds:F6}");

    /// <summary>The program's input, which has to move.</summary>
    private sealed class WatchedStream(MediaProcess program) : Stream
    {
        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            using var watch = program.Watch();
            await program.Input.WriteAsync(buffer, CancellationToken.None);
        }
    }
}
