namespace FaceDeid.Api.Jobs;

/// <summary>What is known of a job without its key: nothing of what was sent.</summary>
/// <param name="Id">128 random bits, 32 hexadecimal digits.</param>
/// <param name="Kind">Whose work it is.</param>
/// <param name="Owner">Whose job it is: a hash.</param>
/// <param name="State">How far it is.</param>
/// <param name="Created">When it was begun.</param>
/// <param name="Queued">When it was complete, and could be worked on.</param>
/// <param name="Started">When the work began first.</param>
/// <param name="Ended">When it ended.</param>
/// <param name="Expires">When it is deleted.</param>
/// <param name="Phase">What the work is doing; null: it has not said so yet.</param>
/// <param name="Done">Pieces done in this phase.</param>
/// <param name="Total">Pieces in all; 0: not known.</param>
/// <param name="Faces">Faces so far.</param>
/// <param name="SecondsLeft">Until the phase ends, at the pace so far.</param>
/// <param name="Warnings">Codes.</param>
/// <param name="Error">Code of what it failed by.</param>
/// <param name="Attempts">How often the work began.</param>
/// <param name="Version">Grows with each change.</param>
/// <param name="IsDeleted">Whether only its name is left, so that who deletes it again is told the same.</param>
/// <param name="Input">The object with what a person changed last; null: nothing was changed.</param>
/// <param name="Runner">Who works on it, or did last; null: nobody has.</param>
internal sealed record JobRow(
    string Id, string Kind, string Owner, JobState State, DateTimeOffset Created, DateTimeOffset? Queued, DateTimeOffset? Started,
    DateTimeOffset? Ended, DateTimeOffset? Expires, string? Phase, int Done, int Total, int Faces, double? SecondsLeft,
    IReadOnlyList<string> Warnings, string? Error, int Attempts, long Version, bool IsDeleted, string? Input, string? Runner)
{
    public bool HasEnded => State is JobState.Done or JobState.Failed or JobState.Cancelled or JobState.Expired;
}
