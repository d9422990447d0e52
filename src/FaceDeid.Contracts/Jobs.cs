namespace FaceDeid.Contracts;

/// <summary>How far a job is.</summary>
public enum JobState
{
    /// <summary>It is being uploaded.</summary>
    Receiving,

    /// <summary>It is there, and waits for its turn.</summary>
    Queued,

    /// <summary>What was sent is looked at: faces are found, and in recordings followed.</summary>
    Analysing,

    /// <summary>It waits for who looks at what was found.</summary>
    Review,

    /// <summary>The result is being written.</summary>
    Rendering,

    /// <summary>The result is there.</summary>
    Done,

    /// <summary>It could not be done; `error` says why.</summary>
    Failed,

    /// <summary>It was stopped by who sent it.</summary>
    Cancelled,

    /// <summary>It was deleted when its time was over.</summary>
    Expired,
}

/// <summary>What a job makes.</summary>
public enum JobKind
{
    /// <summary>A recording whose faces are protected.</summary>
    Video,

    /// <summary>A collection of people who are hidden among each other.</summary>
    Collection,

    /// <summary>A report of what a de-identified set is worth.</summary>
    Evaluation,
}

/// <summary>Work that goes on after it was sent, and what becomes of it.</summary>
/// <param name="Id">Its name: 128 random bits, 32 hexadecimal digits.</param>
/// <param name="Kind">What it makes.</param>
/// <param name="State">How far it is.</param>
/// <param name="Created">When its upload began.</param>
/// <param name="Started">When the work began; left out: it waits.</param>
/// <param name="Ended">When it was done, failed or was cancelled; left out: it was not.</param>
/// <param name="Expires">When all of it is deleted; left out: it has not ended.</param>
/// <param name="Progress">How far the work is; left out: it has not begun.</param>
/// <param name="Warnings">What to look at in the report, by code.</param>
/// <param name="Error">
/// Why it failed; left out: it did not. Of a recording in `review`: why what was asked for last could not be rendered.
/// </param>
/// <param name="Links">Where more of it is.</param>
public sealed record Job(
    string Id,
    JobKind Kind,
    JobState State,
    DateTimeOffset Created,
    DateTimeOffset? Started,
    DateTimeOffset? Ended,
    DateTimeOffset? Expires,
    Job.WorkProgress? Progress,
    IReadOnlyList<string> Warnings,
    Job.Failure? Error,
    Job.Addresses Links)
{
    /// <summary>How far the work is.</summary>
    /// <param name="Phase">What is being done.</param>
    /// <param name="Done">Frames, pictures or other pieces done in this phase.</param>
    /// <param name="Total">Pieces in all; 0: not known.</param>
    /// <param name="SecondsLeft">Seconds until the phase ends, at the pace so far; left out: not known.</param>
    /// <param name="Faces">
    /// Of a recording: people, or parts of their ways, that were found so far; left out: it is none.
    /// </param>
    public sealed record WorkProgress(string Phase, int Done, int Total, double? SecondsLeft, int? Faces);

    /// <summary>Why it failed.</summary>
    /// <param name="Code">Stable name of the cause: program against it.</param>
    /// <param name="Detail">What to change. Never quotes what was sent.</param>
    /// <param name="Errors">What is wrong with each field, picture or row, as in a problem document.</param>
    public sealed record Failure(string Code, string Detail, IReadOnlyDictionary<string, string>? Errors = null);

    /// <summary>Addresses on this service.</summary>
    /// <param name="Self">This.</param>
    /// <param name="Events">Its progress as it comes about.</param>
    /// <param name="Result">The recording, archive or report that was made; left out: it is not there.</param>
    /// <param name="Report">What was done, as JSON; left out: it is not there.</param>
    /// <param name="Tracks">Of a recording: who was followed where; left out: it is not there.</param>
    public sealed record Addresses(string Self, string Events, string? Result, string? Report, string? Tracks);
}

/// <summary>A page of jobs, the newest first.</summary>
/// <param name="Jobs">The jobs.</param>
/// <param name="Cursor">What to send as `cursor` for the next page; left out: this is the last.</param>
public sealed record JobList(IReadOnlyList<Job> Jobs, string? Cursor);

/// <summary>A page of recordings, the newest first.</summary>
/// <param name="Videos">The recordings.</param>
/// <param name="Cursor">What to send as `cursor` for the next page; left out: this is the last.</param>
public sealed record VideoList(IReadOnlyList<Job> Videos, string? Cursor);
