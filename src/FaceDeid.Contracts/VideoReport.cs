using System.Text.Json.Serialization;

namespace FaceDeid.Contracts;

/// <summary>
/// What was done to a recording, frame by frame where it matters. Times are those of the frames, not counted ones.
/// </summary>
/// <param name="Source">What was sent.</param>
/// <param name="Result">What came of it.</param>
/// <param name="Method">The method that was asked for.</param>
/// <param name="Quality">How often it was searched in full.</param>
/// <param name="Coverage">How the places of faces are known.</param>
/// <param name="Tracks">Every face that was followed, those left alone too, in the order of their beginnings.</param>
/// <param name="Regions">Areas that were always covered, or never searched.</param>
/// <param name="Shots">First and last frame between two cuts.</param>
/// <param name="Warnings">What a person should look at.</param>
/// <param name="Models">What it was done with.</param>
/// <param name="Signature">Who vouches for it, the last member; null: it is not signed.</param>
public sealed record VideoReport(
    VideoSource Source, VideoResult Result, DeidentificationMethod Method, VideoQuality Quality, VideoCoverage Coverage,
    IReadOnlyList<TrackReport> Tracks, IReadOnlyList<VideoRegion> Regions, IReadOnlyList<FrameRange> Shots,
    IReadOnlyList<VideoWarning> Warnings, IReadOnlyList<CertificateModel> Models,
    [property: JsonPropertyOrder(1)] ReportSignature? Signature = null);

/// <summary>The signature of a report, over its bytes as they would be without this member.</summary>
/// <param name="Algorithm">Always <c>ECDSA-SHA256</c>.</param>
/// <param name="KeyId">SHA-256 of the public key (its DER SubjectPublicKeyInfo), lower-case hexadecimal.</param>
/// <param name="Value">The signature, DER, lower-case hexadecimal.</param>
public sealed record ReportSignature(string Algorithm, string KeyId, string Value);

/// <summary>A recording as it was sent.</summary>
/// <param name="Container">ffmpeg's name of the file format.</param>
/// <param name="Codec">ffmpeg's name of the picture's codec.</param>
/// <param name="Width">Of a frame as it is shown, upright, in pixels.</param>
/// <param name="Height">The same.</param>
/// <param name="Frames">How many there are.</param>
/// <param name="DurationSeconds">From the first frame to the last, and as long as the one before that.</param>
/// <param name="VariableRate">Whether frames are not equally far apart.</param>
/// <param name="Rotation">Degrees clockwise by which it was turned upright.</param>
/// <param name="Interlaced">Whether its fields were put together.</param>
/// <param name="Dropped">What was left out.</param>
public sealed record VideoSource(
    string Container, string Codec, int Width, int Height, int Frames, double DurationSeconds, bool VariableRate, int Rotation,
    bool Interlaced, VideoDropped Dropped);

/// <summary>How much of a file was left out.</summary>
/// <param name="Streams">Streams of data, subtitles, attachments, further pictures and sounds.</param>
/// <param name="Tags">Tags of the file and its streams.</param>
/// <param name="Chapters">Chapters.</param>
/// <param name="CoverArt">Whether there was a picture for the cover.</param>
public sealed record VideoDropped(int Streams, int Tags, int Chapters, bool CoverArt);

/// <summary>The de-identified recording.</summary>
/// <param name="Sha256">Of the file.</param>
/// <param name="Container">Its format.</param>
/// <param name="Codec">The picture's codec.</param>
/// <param name="Frames">How many frames were counted in the file.</param>
/// <param name="DurationSeconds">As <see cref="VideoSource.DurationSeconds"/>.</param>
/// <param name="TimestampsEqual">
/// Whether every frame of the file is shown as long after the first as in what was sent: to the microsecond, in Matroska and
/// WebM, which count no finer, to the millisecond.
/// </param>
public sealed record VideoResult(
    string Sha256, VideoContainer Container, VideoCodec Codec, int Frames, double DurationSeconds, bool TimestampsEqual);

/// <summary>How the places of faces are known.</summary>
/// <param name="FaceFrames">Faces in frames, all together.</param>
/// <param name="Detected">Of these, found in the frame itself.</param>
/// <param name="Bridged">Followed from both sides to the same place.</param>
/// <param name="Uncertain">Followed to different places, all of which are covered.</param>
/// <param name="Tails">Before the first and after the last find.</param>
/// <param name="Given">Placed by a person.</param>
/// <param name="FramesUncertain">Frames with an uncertain place.</param>
/// <param name="Verified">What a second search in the encoded result gave.</param>
public sealed record VideoCoverage(
    int FaceFrames, int Detected, int Bridged, int Uncertain, int Tails, int Given,
    IReadOnlyList<FrameRange> FramesUncertain, VideoVerification? Verified);

/// <summary>What a second search, in the encoded result, gave.</summary>
/// <param name="Frames">How many frames were decoded and searched.</param>
/// <param name="Found">Faces in them that were still somebody's who is protected, or that were not covered.</param>
/// <param name="Repaired">How many faces or places were then covered by a mask.</param>
public sealed record VideoVerification(int Frames, int Found, int Repaired);

/// <summary>Some frames, both ends included, from 0.</summary>
public sealed record FrameRange(int First, int Last);

/// <summary>One face that was followed.</summary>
/// <param name="Id">Its number, from 1.</param>
/// <param name="Person">Number of the person, which tracks of one person share; null: not recognisable.</param>
/// <param name="Treated">
/// Whether it was covered or replaced; false: left visible by <c>keep</c>, by <c>only</c> or by a person.
/// </param>
/// <param name="Evidence">How sure it is that it is a face.</param>
/// <param name="Frames">From its first frame to its last, tails included.</param>
/// <param name="From">When the first is shown, in seconds.</param>
/// <param name="To">When the last is shown, in seconds.</param>
/// <param name="Detected">Frames in which it was found.</param>
/// <param name="Bridged">Frames in which it was followed from both sides to one place.</param>
/// <param name="Uncertain">Frames with several possible places.</param>
/// <param name="LongestBridge">Frames of the longest gap between two finds.</param>
/// <param name="MeanScore">Of the finds, 0 to 1.</param>
/// <param name="Smallest">Smaller side of its smallest box, in pixels.</param>
/// <param name="Largest">Smaller side of its largest box, in pixels.</param>
/// <param name="Method">What was done; null: nothing.</param>
/// <param name="Fallbacks">Frames in which another method was used than the one that was asked for.</param>
/// <param name="Edited">Whether a person changed or drew it.</param>
public sealed record TrackReport(
    int Id, int? Person, bool Treated, TrackEvidence Evidence, FrameRange Frames, double From, double To, int Detected,
    int Bridged, int Uncertain, int LongestBridge, double MeanScore, int Smallest, int Largest, DeidentificationMethod? Method,
    int Fallbacks, bool Edited);

/// <summary>What a person should look at, or know.</summary>
public enum VideoWarning
{
    /// <summary>In some frames a face's place is not known surely; all possible places are covered.</summary>
    UncertainFrames,

    /// <summary>Some of what was followed may be no face.</summary>
    WeakTracks,

    /// <summary>Faces were left visible by <c>keep</c>, by <c>only</c> or by a person.</summary>
    FacesLeft,

    /// <summary>Areas were never searched: faces in them are visible.</summary>
    AreasIgnored,

    /// <summary>Tones of a high dynamic range were brought to the usual one.</summary>
    ToneMapped,

    /// <summary>Samples of more than 8 bits were brought to 8.</summary>
    DepthReduced,

    /// <summary>Fields were put together to frames.</summary>
    Deinterlaced,

    /// <summary>A side of odd length has one pixel more.</summary>
    Padded,

    /// <summary>Streams were left out.</summary>
    StreamsDropped,

    /// <summary>Voices are in the result.</summary>
    VoiceKept,

    /// <summary>The recording was damaged, and what its decoder showed was taken.</summary>
    Damaged,
}
