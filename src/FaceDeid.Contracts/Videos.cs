namespace FaceDeid.Contracts;

/// <summary>How often a recording is searched in full for faces; in between, faces are followed.</summary>
public enum VideoQuality
{
    /// <summary>Each fifth frame.</summary>
    Fast,

    /// <summary>Each third frame.</summary>
    Normal,

    /// <summary>Each frame.</summary>
    Thorough,
}

/// <summary>What becomes of the sound.</summary>
public enum AudioPolicy
{
    /// <summary>It stays: voices can be recognised.</summary>
    Keep,

    /// <summary>It is left out.</summary>
    Drop,

    /// <summary>Its pitch is shifted by a constant: that can be undone, and is no anonymisation.</summary>
    Shift,
}

/// <summary>What becomes of subtitles.</summary>
public enum SubtitlePolicy
{
    /// <summary>They are left out.</summary>
    Drop,

    /// <summary>Those of text stay.</summary>
    Keep,
}

/// <summary>The file formats of recordings that are written.</summary>
public enum VideoContainer
{
    /// <summary>MP4, fragmented.</summary>
    Mp4,

    /// <summary>Matroska.</summary>
    Mkv,

    /// <summary>WebM.</summary>
    Webm,
}

/// <summary>The codecs in which pictures of recordings are written.</summary>
public enum VideoCodec
{
    /// <summary>H.264 (AVC).</summary>
    H264,

    /// <summary>H.265 (HEVC).</summary>
    H265,

    /// <summary>VP9.</summary>
    Vp9,

    /// <summary>AV1.</summary>
    Av1,
}

/// <summary>What happens to a damaged recording.</summary>
public enum VideoDamagePolicy
{
    /// <summary>It is refused.</summary>
    Error,

    /// <summary>What its decoder shows is taken, and damaged frames are covered as a whole.</summary>
    Cover,
}

/// <summary>How a face's place in a frame is known.</summary>
public enum PlaceKind
{
    /// <summary>It was found in this frame.</summary>
    Detected,

    /// <summary>It was found before and after, and following it from both sides leads to the same place.</summary>
    Bridged,

    /// <summary>It was found before and after, and following it leads to different places: all are covered.</summary>
    Uncertain,

    /// <summary>Before it was first found, or after it was last found.</summary>
    Tail,

    /// <summary>A person says so.</summary>
    Given,
}

/// <summary>How sure it is that what was followed is a face.</summary>
public enum TrackEvidence
{
    /// <summary>A second kind of detector, or the landmarks' check, agreed at least once.</summary>
    Strong,

    /// <summary>Only the search's own network says so: it may be none. It is covered all the same.</summary>
    Weak,

    /// <summary>A person drew it.</summary>
    Given,
}

/// <summary>What happens where a face was lost between two sightings.</summary>
public enum VideoUncertainPolicy
{
    /// <summary>Every place where it may be is covered.</summary>
    Cover,

    /// <summary>The recording fails.</summary>
    Error,
}
