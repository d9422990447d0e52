using FaceDeid.Api.Webhooks;

namespace FaceDeid.Api.Jobs;

/// <summary>Something that became of a job, and whom to tell.</summary>
/// <param name="Job">Whose state it is.</param>
/// <param name="Kind">Its kind.</param>
/// <param name="State">Its state.</param>
/// <param name="Warnings">Its warnings.</param>
/// <param name="Webhook">Where to tell it.</param>
/// <param name="Happened">Since when the job has this state.</param>
internal sealed record JobNotice(
    string Job, string Kind, JobState State, IReadOnlyList<string> Warnings, Uri Webhook, DateTimeOffset Happened)
{
    /// <summary>Of which states receivers are told; of who stops or deletes a job nobody is.</summary>
    public static readonly IReadOnlyList<JobState> States =
        [JobState.Review, JobState.Done, JobState.Failed, JobState.Expired];

    /// <summary>Its name. A job that is done a second time has another one.</summary>
    public string Id { get; } = $"{Job}-{WireNames.Of(State)}-{Happened.ToUnixTimeMilliseconds()}";

    /// <summary>What the receiver is told.</summary>
    public WebhookMessage ToMessage() => new(
        Id, $"{Kind}.{WireNames.Of(State)}", Happened, new WebhookMessage.Content(Job, WireNames.Of(State), Warnings));
}
