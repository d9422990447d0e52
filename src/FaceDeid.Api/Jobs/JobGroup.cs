namespace FaceDeid.Api.Jobs;

/// <summary>Jobs that have their addresses in common.</summary>
/// <param name="Path">Where they are.</param>
/// <param name="Scope">Who has it sees and ends everybody's; null: nobody does.</param>
/// <param name="Kinds">Which they are.</param>
internal sealed record JobGroup(string Path, string? Scope, params IReadOnlyList<JobKind> Kinds)
{
    /// <summary>Recordings.</summary>
    public static readonly JobGroup Videos = new("/v1/videos", Scopes.Videos, JobKind.Video);

    /// <summary>What can also be had at once.</summary>
    public static readonly JobGroup Others = new("/v1/jobs", Scope: null, JobKind.Collection, JobKind.Evaluation);

    /// <summary>Where a job is.</summary>
    public static JobGroup Of(JobRow job) => Videos.Has(job) ? Videos : Others;

    public bool Has(JobRow job) => Kinds.Any(kind => string.Equals(WireNames.Of(kind), job.Kind, StringComparison.Ordinal));
}
