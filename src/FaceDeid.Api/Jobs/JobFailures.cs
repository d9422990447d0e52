using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>How jobs fail that have nothing to blame in what was sent.</summary>
internal static class JobFailures
{
    public static VideoJob.Failure EngineFailed() => new(
        "engine_failed", "Something failed inside the service, and nothing is delivered. Quote the id when you report it.");

    public static VideoJob.Failure LostKey() => new(ProblemKinds.LostKey.Code, MediaSpool.LostKeyText);

    public static VideoJob.Failure Timeout(TimeSpan most) => new(
        ProblemKinds.Timeout.Code,
        $"The work was not done in {most.TotalSeconds:0} seconds. Send a shorter recording, or one with a smaller picture.");

    /// <summary>What is said of a code when the reason itself cannot be read any more.</summary>
    public static VideoJob.Failure Of(string code)
    {
        if (string.Equals(code, ProblemKinds.LostKey.Code, StringComparison.Ordinal))
            return LostKey();
        return ProblemKinds.All.FirstOrDefault(kind => string.Equals(kind.Code, code, StringComparison.Ordinal)) is { } row
            ? new VideoJob.Failure(code, row.Title)
            : EngineFailed() with { Code = code };
    }
}
