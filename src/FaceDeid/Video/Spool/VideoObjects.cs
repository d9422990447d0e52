using System.Globalization;

namespace FaceDeid.Video.Spool;

/// <summary>The names of a recording's objects in its store.</summary>
public static class VideoObjects
{
    /// <summary>The recording as it was sent.</summary>
    public const string Source = "source";

    /// <summary>The de-identified recording.</summary>
    public const string Result = "result";

    /// <summary>A <see cref="VideoReport"/> as JSON.</summary>
    public const string Report = "report";

    /// <summary><see cref="VideoTracks"/> as JSON.</summary>
    public const string Tracks = "tracks";

    /// <summary>Whose face each person gets.</summary>
    internal const string Plan = "plan";

    /// <summary>The result before it has an index.</summary>
    internal const string Joined = "joined";

    /// <summary>White where something is treated, as a recording.</summary>
    public const string Mask = "mask";

    /// <summary>Moments of the tracks.</summary>
    internal const string Thumbnails = "thumbnails";

    /// <summary>How many frames there are, when all were analysed.</summary>
    internal const string Frames = "frames";

    /// <summary>The frames as the container announces them, where several machines share the work.</summary>
    internal const string Announced = "announced";

    /// <summary>Says that one machine alone has to do it.</summary>
    internal const string Alone = "alone";

    /// <summary>The name of the revision whose segments can be rendered by whoever has time.</summary>
    internal const string Ready = "ready";

    /// <summary>The name of the revision that result and report belong to.</summary>
    internal const string Made = "made";

    /// <summary>The tracks after a revision.</summary>
    internal static string Reviewed(string revision) => $"reviewed-{revision}";

    /// <summary>What was found in a segment.</summary>
    internal static string Analysis(int segment) => Name("analysis", segment);

    /// <summary>A segment with its faces treated.</summary>
    internal static string Rendered(int segment) => Name("segment", segment);

    /// <summary>What the second search of a segment gave.</summary>
    internal static string Verified(int segment) => Name("verified", segment);

    /// <summary>A segment of the mask.</summary>
    internal static string MaskSegment(int segment) => Name("mask", segment);

    /// <summary>What a segment of the mask shows.</summary>
    internal static string MaskPrint(int segment) => Name("maskprint", segment);

    private static string Name(string kind, int segment) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{segment:D4}");
}
