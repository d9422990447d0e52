using FaceDeid.Api.Webhooks;

namespace FaceDeid.Api.Jobs;

/// <summary>
/// Tells receivers what became of jobs, until they have taken it or there are no more tries. The table says what they were not
/// told yet: so nothing is forgotten when the process ends, and nothing is told again once it was taken.
/// </summary>
internal sealed partial class JobNotifier(JobTable table, WebhookSender sender, JobMetrics metrics, ILogger logger)
{
    /// <summary>What was not told yet.</summary>
    /// <param name="job">Of this job; null: of all.</param>
    public IReadOnlyList<JobNotice> Pending(string? job = null) => table.Notices(job);

    /// <summary>Tells a receiver once.</summary>
    /// <param name="job">Of which job.</param>
    /// <param name="notice">Name of what is to be told. When it is true no more, nothing is.</param>
    /// <param name="tries">How often it was tried before.</param>
    /// <param name="cancellationToken">The service goes down.</param>
    /// <returns>How long to wait for the next try; null: there is none.</returns>
    public async Task<TimeSpan?> TellAsync(string job, string notice, int tries, CancellationToken cancellationToken)
    {
        if (Pending(job).FirstOrDefault(one => string.Equals(one.Id, notice, StringComparison.Ordinal)) is not { } pending)
            return null;
        var outcome = await sender.SendAsync(pending.Webhook, pending.ToMessage(), cancellationToken);
        metrics.Told(outcome);
        if (outcome is not (WebhookOutcome.Delivered or WebhookOutcome.Gone))
        {
            if (tries < sender.Pace.Waits.Count)
                return sender.Pace.Waits[tries];
            LogGivenUp(logger, job, pending.Webhook.IdnHost, tries + 1, outcome);
        }

        table.Notified(pending);
        return null;
    }

    // The address may hold a secret, its host does not.
    [LoggerMessage(
        EventId = 4, Level = LogLevel.Warning,
        Message = "The webhook of the job {Job} at {Host} was given up after {Tries} tries, the last one of which was {Outcome}")]
    private static partial void LogGivenUp(ILogger logger, string job, string host, int tries, WebhookOutcome outcome);
}
