namespace FaceDeid.Video.Media;

/// <summary>What is said of recordings that are not taken.</summary>
internal static class MediaRefusals
{
    public static FaceDeidException Unsupported() => new(
        FaceDeidError.UnsupportedVideo,
        "The file is not a recording that is read. Send MP4, MOV, Matroska, WebM, AVI, MPEG-TS or MPEG-PS "
        + "with pictures in a common codec such as H.264.");

    public static FaceDeidException Corrupt(Exception? inner = null) => new(
        FaceDeidError.CorruptVideo,
        "The recording is damaged or incomplete. Send it again, or accept damage: such frames are then covered as a whole.",
        inner);

    public static FaceDeidException TooLong(MediaLimits limits) => new(
        FaceDeidError.TooLong,
        FormattableString.Invariant(
            $"The recording is too long: at most {limits.MaxBytes / 1_000_000} MB, {limits.MaxDuration.TotalHours} hours, ")
        + FormattableString.Invariant(
            $"{limits.MaxFrames} frames and {limits.MaxFrameRate} frames a second are read. Send it in parts."));

    public static FaceDeidException TooManyPixels(MediaLimits limits) => new(
        FaceDeidError.TooManyPixels,
        $"The recording's frames are too large: at most {limits.MaxLongSide} x {limits.MaxShortSide} pixels are read. "
        + "Make them smaller.");

    public static FaceDeidException TooManyStreams(MediaLimits limits) => new(
        FaceDeidError.TooManyStreams,
        $"The recording has too many streams: at most {limits.MaxStreams} are read. Leave some out.");

    public static FaceDeidException Unavailable(Exception? inner = null) => new(
        FaceDeidError.MediaUnavailable,
        "The programs that read and write recordings do not work here. Tell the operator.", inner);

    /// <summary>By whom is not known: mostly by a kernel that has no memory left.</summary>
    public static FaceDeidException Lost() => new(
        FaceDeidError.MediaUnavailable,
        "A program that reads or writes recordings was ended from outside, mostly for want of memory. Try again later.");
}
