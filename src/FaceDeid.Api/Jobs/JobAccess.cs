using FaceDeid.Api.Access;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Whose job it is: that of the key or token that sent it, or, where nobody is asked who they are, everybody's. For others there
/// is none, but for who has the scope of its group.
/// </summary>
internal static class JobAccess
{
    /// <summary>Who asks, as a job names its owner.</summary>
    public static string OwnerOf(HttpContext context) => JobEngine.HashOf(Caller.Of(context)?.Name ?? "anonymous");

    public static bool SeesAll(this JobGroup group, HttpContext context) =>
        group.Scope is { } scope && Caller.Of(context)?.Scopes.Contains(scope, StringComparer.Ordinal) == true;

    /// <summary>The job of a name, deleted ones included.</summary>
    /// <exception cref="ProblemException">404: there is none for the caller.</exception>
    public static JobRow FindAny(this JobEngine engine, HttpContext context, JobGroup group, string id) =>
        engine.Find(id) is { } job && group.Has(job)
        && (group.SeesAll(context) || string.Equals(job.Owner, OwnerOf(context), StringComparison.Ordinal))
            ? job
            : throw NotFound();

    /// <summary>The job of a name.</summary>
    /// <exception cref="ProblemException">404: there is none for the caller. 410: its time is over.</exception>
    public static JobRow FindOwn(this JobEngine engine, HttpContext context, JobGroup group, string id, TimeProvider time)
    {
        var job = engine.FindAny(context, group, id);
        if (job.IsDeleted)
            throw NotFound();
        return job.State == JobState.Expired || job.Expires <= time.GetUtcNow()
            ? throw new ProblemException(ProblemKinds.Expired, "What was sent and its result are deleted. Send it again.")
            : job;
    }

    private static ProblemException NotFound() => new(
        ProblemKinds.NotFound, "There is nothing of this id here, or it is not yours.");
}
