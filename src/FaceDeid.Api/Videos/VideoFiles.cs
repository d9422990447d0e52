using FaceDeid.Api.Jobs;
using FaceDeid.Video.Spool;

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

    /// <summary>How a job's result is sent.</summary>
    public static async Task<ResultType> TypeOfAsync(JobRow job, IMediaStore store) =>
        (await VideoInput.WishesAsync(store, job.Input)).Container switch
        {
            VideoContainer.Mp4 => new ResultType("video/mp4", "mp4"),
            VideoContainer.Mkv => new ResultType("video/x-matroska", "mkv"),
            _ => new ResultType("video/webm", "webm"),
        };
}
