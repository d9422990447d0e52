namespace FaceDeid.Api.Videos;

/// <summary>The objects of a recording, beside those that every job has.</summary>
internal static class VideoObjects
{
    /// <summary>The kind of these jobs.</summary>
    public const string Kind = "video";

    /// <summary>The recording as it was sent.</summary>
    public const string Source = "source";

    /// <summary>The new recording.</summary>
    public const string Result = "result";

    /// <summary>The coverage report, JSON.</summary>
    public const string Report = "report";

    /// <summary>The tracks, JSON.</summary>
    public const string Tracks = "tracks";

    /// <summary>A reference photo.</summary>
    /// <param name="field"><c>keep</c> or <c>only</c>.</param>
    /// <param name="number">From 1.</param>
    public static string Reference(string field, int number) => $"{field}-{number}";

    /// <summary>How a file of the result's format is sent.</summary>
    public static (string MediaType, string Extension) FileType(VideoContainer container) => container switch
    {
        VideoContainer.Mp4 => ("video/mp4", "mp4"),
        VideoContainer.Mkv => ("video/x-matroska", "mkv"),
        _ => ("video/webm", "webm"),
    };
}
