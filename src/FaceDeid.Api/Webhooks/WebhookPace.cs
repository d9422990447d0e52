namespace FaceDeid.Api.Webhooks;

/// <summary>How patient the service is with receivers.</summary>
/// <param name="Limit">Longest time of a try.</param>
/// <param name="Waits">What passes between one try and the next.</param>
internal sealed record WebhookPace(TimeSpan Limit, params IReadOnlyList<TimeSpan> Waits)
{
    /// <summary>Five tries within an hour: a receiver that restarts misses nothing.</summary>
    public static readonly WebhookPace Default = new(
        TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(30), TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(10),
        TimeSpan.FromMinutes(45));
}
