using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Media;

/// <summary>Asks ffprobe what a recording is, and judges it by the limits, before anything is decoded.</summary>
internal static partial class MediaProbe
{
    private const int MostAnswer = 8 << 20;

    /// <summary>Some recorders write the rate of their clock, not of their frames.</summary>
    private const double RateTolerance = 1.02;

    /// <summary>What a recording behind a door is.</summary>
    /// <param name="door">What it is read through.</param>
    /// <param name="name">Its name there.</param>
    /// <param name="start">Its first <see cref="Sniffer.Length"/> bytes.</param>
    /// <param name="bytes">How many there are in all.</param>
    /// <param name="limits">What it may be.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="FaceDeidException">It is not taken, or cannot be read.</exception>
    public static async Task<MediaInfo> ReadAsync(
        MediaDoor door, string name, ReadOnlyMemory<byte> start, long bytes, MediaLimits limits,
        CancellationToken cancellationToken)
    {
        if (bytes > limits.MaxBytes)
            throw MediaRefusals.TooLong(limits);
        var demuxer = Sniffer.Demuxer(start.Span);
        string[] arguments =
        [
            "-hide_banner", "-max_alloc", "536870912", "-v", "error", "-show_streams", "-show_format", "-show_chapters",
            "-show_programs", "-show_data", "-of", "json=c=1",
            .. MediaArguments.Probing(MediaArguments.Http, demuxer, limits), "-i", MediaProcess.Url(door, name),
        ];
        await using var program = MediaProcess.Start(MediaProcess.Ffprobe, arguments, door, heard: null, cancellationToken);
        using var answer = await AnswerAsync(program, cancellationToken);
        var code = await program.EndAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (door.Failure is FaceDeidException failure)
            throw failure;
        if (answer is null || code != 0)
        {
            throw program.Fault(code) ?? (program.Complaint().Contains("max_streams", StringComparison.Ordinal)
                ? MediaRefusals.TooManyStreams(limits)
                : MediaRefusals.Corrupt());
        }

        return Judge(answer.RootElement, demuxer, limits) with
        {
            IsCutOff = demuxer is "matroska" && MatroskaLength.IsCutOff(start.Span, bytes),
        };
    }

    private static async Task<JsonDocument?> AnswerAsync(MediaProcess program, CancellationToken cancellationToken)
    {
        using var text = new MemoryStream();
        var buffer = new byte[64 << 10];
        while (text.Length <= MostAnswer)
        {
            using var watch = program.Watch();
            var read = await program.Output.ReadAsync(buffer, cancellationToken);
            if (read > 0)
            {
                text.Write(buffer, 0, read);
                continue;
            }

            text.Position = 0;
            try
            {
                return JsonDocument.Parse(text);
            }
            catch (JsonException)
            {
                return null;
            }
        }

        return null;
    }

    private static MediaInfo Judge(JsonElement probe, string demuxer, MediaLimits limits)
    {
        var streams = Items(probe, "streams");
        if (streams.Count > limits.MaxStreams)
            throw MediaRefusals.TooManyStreams(limits);
        var pictures = streams.Where(stream => Is(stream, "video") && !IsAttached(stream)).ToList();
        if (pictures.Count == 0)
            throw MediaRefusals.Unsupported();
        var video = pictures.MaxBy(stream => IsDefault(stream));
        var codec = Text(video, "codec_name") ?? "";
        if (!MediaArguments.Codecs.Contains(codec, StringComparer.Ordinal))
            throw MediaRefusals.Unsupported();

        var rotation = Rotation(video);
        var shown = Size(video, rotation, limits);
        var format = probe.GetProperty("format");
        var duration = Seconds(video, "duration") ?? Seconds(format, "duration");
        var frames = Frames(video, duration);
        if (duration > limits.MaxDuration.TotalSeconds || frames > limits.MaxFrames
            || (duration > 1 && frames / duration > limits.MaxFrameRate * RateTolerance))
        {
            throw MediaRefusals.TooLong(limits);
        }

        var isHighDynamicRange = Text(video, "color_transfer") is "smpte2084" or "arib-std-b67";
        var sounds = streams.Where(stream => Is(stream, "audio")).ToList();
        var subtitles = streams.Where(IsSubtitleOfText).Select(stream => Number(stream, "index") ?? 0).ToList();
        return new MediaInfo(
            demuxer, codec, Number(video, "index") ?? 0, Even(shown), shown, rotation,
            IsInterlaced: Text(video, "field_order") is not (null or "progressive" or "unknown"), isHighDynamicRange,
            IsRgb(video), BitDepth(video),
            isHighDynamicRange || IsRgb(video) ? VideoColour.Bt709 : Colour(video), PixelAspect(video, rotation), frames,
            duration is { } seconds ? TimeSpan.FromSeconds(seconds) : null, Audio(sounds), subtitles,
            Dropped(probe, streams, subtitles.Count + Math.Min(sounds.Count, 1) + 1));
    }

    private static ImageSize Size(JsonElement video, int rotation, MediaLimits limits)
    {
        var (width, height) = (Number(video, "width") ?? 0, Number(video, "height") ?? 0);
        if (width <= 0 || height <= 0)
            throw MediaRefusals.Unsupported();
        if (Math.Max(width, height) > limits.MaxLongSide || Math.Min(width, height) > limits.MaxShortSide)
            throw MediaRefusals.TooManyPixels(limits);
        return rotation is 90 or 270 ? new ImageSize(height, width) : new ImageSize(width, height);
    }

    private static ImageSize Even(ImageSize size) => new((size.Width + 1) & ~1, (size.Height + 1) & ~1);

    private static int? Frames(JsonElement video, double? duration)
    {
        if (Number(video, "nb_frames") is { } said)
            return said;
        return Rate(Text(video, "avg_frame_rate")) is { } rate && duration is { } seconds
            ? (int)Math.Min(int.MaxValue, Math.Ceiling(seconds * rate))
            : null;
    }

    private static double? Rate(string? fraction)
    {
        var parts = (fraction ?? "").Split('/');
        return parts.Length == 2 && Parse(parts[0]) is > 0 and var numerator && Parse(parts[1]) is > 0 and var denominator
            ? numerator / denominator
            : null;
    }

    /// <summary>The matrix says by how much counter-clockwise; ffmpeg turns by the nearest quarter only.</summary>
    private static int Rotation(JsonElement video)
    {
        var said = Items(video, "side_data_list").Select(data => Number(data, "rotation"))
            .FirstOrDefault(turn => turn is not null);
        return (((-(said ?? 0) % 360) + 360 + 45) % 360 / 90 * 90) % 360;
    }

    private static int BitDepth(JsonElement video)
    {
        var format = Text(video, "pix_fmt") ?? "";
        return format.Contains("12", StringComparison.Ordinal) && !format.Contains("nv12", StringComparison.Ordinal) ? 12
            : format.Contains("10", StringComparison.Ordinal) && !format.Contains("410", StringComparison.Ordinal) ? 10
            : format.Contains("16", StringComparison.Ordinal) ? 16 : 8;
    }

    private static bool IsRgb(JsonElement video) =>
        Text(video, "color_space") is "gbr" || (Text(video, "pix_fmt") ?? "").Contains("rgb", StringComparison.Ordinal);

    private static VideoColour Colour(JsonElement video) => new(
        Known(video, "color_range"), Known(video, "color_space"),
        Known(video, "color_primaries"), Known(video, "color_transfer"));

    // Words of ffprobe's own, or none: they become options.
    private static string? Known(JsonElement video, string name) =>
        Text(video, name) is { } word && word is not ("unknown" or "reserved") && word.All(IsOfWord) ? word : null;

    private static bool IsOfWord(char letter) => char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_';

    private static string PixelAspect(JsonElement video, int rotation)
    {
        var parts = (Text(video, "sample_aspect_ratio") ?? "").Split(':');
        if (parts.Length != 2 || Parse(parts[0]) is not (> 0 and < 10000 and var width)
            || Parse(parts[1]) is not (> 0 and < 10000 and var height))
        {
            return "1:1";
        }

        return rotation is 90 or 270
            ? string.Create(CultureInfo.InvariantCulture, $"{height}:{width}")
            : string.Create(CultureInfo.InvariantCulture, $"{width}:{height}");
    }

    private static AudioStream? Audio(List<JsonElement> sounds) => sounds.Count == 0
        ? null
        : sounds.MaxBy(IsDefault) is var sound
            ? new AudioStream(Number(sound, "index") ?? 0, Text(sound, "codec_name") ?? "", Seconds(sound, "start_time") ?? 0,
                Number(sound, "sample_rate") ?? 48_000)
            {
                PreSkip = PreSkip(Text(sound, "extradata")),
            }
            : null;

    /// <summary>Of Opus: bytes 10 and 11 of its header (RFC 7845), of which ffprobe gives a dump, in pairs.</summary>
    private static int PreSkip(string? dump) =>
        OpusHead().Match(dump ?? "") is { Success: true } head
            ? Convert.FromHexString(head.Groups["skip"].ValueSpan) is var bytes ? bytes[0] | (bytes[1] << 8) : 0
            : 0;

    [GeneratedRegex("^\\s*00000000: 4f70 7573 4865 6164 [0-9a-f]{4} (?<skip>[0-9a-f]{4}) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex OpusHead();

    private static DroppedParts Dropped(JsonElement probe, List<JsonElement> streams, int kept)
    {
        var tags = Tags(probe.GetProperty("format")) + streams.Sum(Tags) + Items(probe, "chapters").Sum(Tags)
            + Items(probe, "programs").Sum(Tags);
        return new DroppedParts(streams.Count - kept, tags, Items(probe, "chapters").Count, streams.Exists(IsAttached));
    }

    private static bool IsSubtitleOfText(JsonElement stream) =>
        Is(stream, "subtitle") && Text(stream, "codec_name") is "mov_text" or "subrip" or "srt" or "ass" or "webvtt" or "text";

    private static bool Is(JsonElement stream, string type) =>
        string.Equals(Text(stream, "codec_type"), type, StringComparison.Ordinal);

    private static bool IsAttached(JsonElement stream) =>
        Disposition(stream, "attached_pic") || Disposition(stream, "still_image");

    private static bool IsDefault(JsonElement stream) => Disposition(stream, "default");

    private static bool Disposition(JsonElement stream, string name) =>
        stream.TryGetProperty("disposition", out var all) && all.TryGetProperty(name, out var flag) && flag.GetInt32() != 0;

    private static int Tags(JsonElement part) => part.TryGetProperty("tags", out var tags) ? tags.GetPropertyCount() : 0;

    private static List<JsonElement> Items(JsonElement part, string name) =>
        part.TryGetProperty(name, out var items) ? [.. items.EnumerateArray()] : [];

    private static string? Text(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static int? Number(JsonElement part, string name) =>
        part.TryGetProperty(name, out var value) && Parse(value.ToString()) is { } number && Math.Abs(number) <= int.MaxValue
            ? (int)number
            : null;

    private static double? Seconds(JsonElement part, string name) => Parse(Text(part, name));

    private static double? Parse(string? text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number)
            ? number
            : null;
}
