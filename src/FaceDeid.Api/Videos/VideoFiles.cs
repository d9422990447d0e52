namespace FaceDeid.Api.Videos;

/// <summary>What a recording's job is called and has, beside what the engine itself stores.</summary>
internal static class VideoFiles
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "video";

    /// <summary>The object of a reference photo.</summary>
    /// <param name="field"><c>keep</c> or <c>only</c>.</param>
    /// <param name="number">From 1.</param>
    public static string Reference(string field, int number) => $"{field}-{number}";

    /// <summary>How a file of the result's format is sent.</summary>
    public static (string MediaType, string Extension) Type(VideoContainer container) => container switch
    {
        VideoContainer.Mp4 => ("video/mp4", "mp4"),
        VideoContainer.Mkv => ("video/x-matroska", "mkv"),
        _ => ("video/webm", "webm"),
    };
}
