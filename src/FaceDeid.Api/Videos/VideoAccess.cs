using FaceDeid.Api.Access;
using FaceDeid.Api.Jobs;

namespace FaceDeid.Api.Videos;

/// <summary>
/// Whose recording it is: that of the key or token that sent it, or, where nobody is asked who they are, everybody's. For others
/// there is none, but for who has the scope <c>videos</c>.
/// </summary>
internal static class VideoAccess
{
    /// <summary>Who asks, as a recording names its owner.</summary>
    public static string OwnerOf(HttpContext context) => JobEngine.HashOf(Caller.Of(context)?.Name ?? "anonymous");

    public static bool SeesAll(HttpContext context) =>
        Caller.Of(context)?.Scopes.Contains(Scopes.Videos, StringComparer.Ordinal) == true;

    /// <summary>The recording of a name, deleted ones included.</summary>
    /// <exception cref="ProblemException">404: there is none for the caller.</exception>
    public static JobRow FindAny(this JobEngine engine, HttpContext context, string id) =>
        engine.Find(id) is { Kind: VideoFiles.Kind } job
        && (SeesAll(context) || string.Equals(job.Owner, OwnerOf(context), StringComparison.Ordinal))
            ? job
            : throw NotFound();

    /// <summary>The recording of a name.</summary>
    /// <exception cref="ProblemException">404: there is none for the caller. 410: its time is over.</exception>
    public static JobRow FindOwn(this JobEngine engine, HttpContext context, string id, TimeProvider time)
    {
        var job = engine.FindAny(context, id);
        if (job.IsDeleted)
            throw NotFound();
        return job.State == JobState.Expired || job.Expires <= time.GetUtcNow()
            ? throw new ProblemException(ProblemKinds.Expired, "The recording and its result are deleted. Send it again.")
            : job;
    }

    private static ProblemException NotFound() => new(
        ProblemKinds.NotFound, "There is no recording of this id, or it is not yours.");
}
