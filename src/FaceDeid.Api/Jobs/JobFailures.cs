using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>How jobs fail that have nothing to blame in what was sent.</summary>
internal static class JobFailures
{
    public static Job.Failure EngineFailed() => new(
        "engine_failed", "Something failed inside the service, and nothing is delivered. Quote the id when you report it.");

    public static Job.Failure LostKey() => new(ProblemKinds.LostKey.Code, MediaSpool.LostKeyText);

    public static Job.Failure Timeout(TimeSpan most) => new(
        ProblemKinds.Timeout.Code,
        $"The work was not done in {most.TotalSeconds:0} seconds. Send fewer or smaller pictures, or a shorter recording.");

    /// <summary>What is said of a code when the reason itself cannot be read any more.</summary>
    public static Job.Failure Of(string code)
    {
        if (string.Equals(code, ProblemKinds.LostKey.Code, StringComparison.Ordinal))
            return LostKey();
        return ProblemKinds.All.FirstOrDefault(kind => string.Equals(kind.Code, code, StringComparison.Ordinal)) is { } row
            ? new Job.Failure(code, row.Title)
            : EngineFailed() with { Code = code };
    }
}
