using System.Globalization;
using FaceDeid.Video.Spool;

namespace FaceDeid.Video.Media;

/// <summary>What ffmpeg and ffprobe are told of everything that they read.</summary>
internal static class MediaArguments
{
    /// <summary>Decoders of pictures whose output is taken, by the codecs that they read.</summary>
    public static readonly string[] Codecs =
    [
        "h264", "hevc", "vp8", "vp9", "av1", "mpeg1video", "mpeg2video", "mpeg4", "mjpeg", "prores", "dnxhd", "h263", "dvvideo",
        "ffv1", "huffyuv", "theora", "wmv2", "wmv3", "vc1", "msmpeg4v3",
    ];

    private const string Decoders =
        ",libdav1d,libaom-av1,libvpx,libvpx-vp9,rawvideo,"
        + "aac,aac_latm,mp3,mp3float,mp2,mp2float,ac3,eac3,opus,libopus,vorbis,"
        + "flac,alac,amrnb,amrwb,libopencore_amrnb,libopencore_amrwb,wmav2,adpcm_ms,adpcm_ima_wav,adpcm_ima_qt,"
        + "pcm_s16le,pcm_s16be,pcm_s24le,pcm_s24be,pcm_s32le,pcm_s32be,pcm_f32le,pcm_u8,pcm_s8,pcm_alaw,"
        + "pcm_mulaw,pcm_bluray,pcm_dvd,"
        + "mov_text,subrip,srt,ass,ssa,webvtt,text,"
        // What is left out has to be known, or the probe gives up.
        + "png,bmp,gif,webp,dvbsub,pgssub,dvdsub,cc_dec,dca,truehd,mlp,wmav1,wmapro,wavpack,tta,g723_1,gsm,qdm2,speex";

    /// <summary>What reads through a door.</summary>
    public const string Http = "http,tcp";

    /// <summary>
    /// Before every program's inputs: what the log says, and the most that is taken at once. Not for what describes a recording.
    /// </summary>
    public static readonly string[] Program = ["-hide_banner", "-nostdin", "-max_alloc", "536870912"];

    /// <summary>An input that is read through a door.</summary>
    public static string[] Door(MediaDoor door, string name, string demuxer, MediaLimits limits, params string[] more) =>
    [
        .. Bounds(Http, demuxer, limits), .. more, "-i", MediaProcess.Url(door, name),
    ];

    /// <summary>What bounds reading; the options of an input stand before it.</summary>
    public static string[] Bounds(string protocols, string demuxer, MediaLimits limits) =>
    [
        "-max_pixels", Text((long)limits.MaxLongSide * limits.MaxShortSide), .. Probing(protocols, demuxer, limits),
    ];

    /// <summary>The same where it is only asked what it is: how large its frames are is judged by who asks.</summary>
    public static string[] Probing(string protocols, string demuxer, MediaLimits limits) =>
    [
        "-protocol_whitelist", protocols, "-format_whitelist", demuxer, "-codec_whitelist", string.Join(',', Codecs) + Decoders,
        "-probesize", "20000000", "-analyzeduration", "20000000", "-max_streams", Text(limits.MaxStreams + 1),
        "-f", demuxer,
    ];

    public static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
