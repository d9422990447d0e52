using System.Diagnostics.Metrics;
using FaceDeid.Api.Webhooks;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>How many jobs there are, how long they waited, what they take of the disk, and who was told of them.</summary>
internal sealed class JobMetrics : IDisposable
{
    private readonly Meter _meter = new(FaceDeidDiagnostics.Name);
    private readonly Histogram<double> _waited;
    private readonly Counter<long> _told;

    public JobMetrics(MediaSpool spool, JobTable table)
    {
        _waited = _meter.CreateHistogram<double>(
            "facedeid.video.queue", "s", "How long recordings and other jobs waited for their turn.");
        _told = _meter.CreateCounter<long>("facedeid.webhooks", "{try}", "Tries to tell receivers of jobs, by outcome.");
        _meter.CreateObservableGauge(
            "facedeid.video.spool", () => spool.UsedBytes, "By", "Bytes of recordings and other jobs on the disk.");
        _meter.CreateObservableGauge(
            "facedeid.videos",
            () => table.Counts().Select(row =>
                new Measurement<int>(row.Count, new KeyValuePair<string, object?>("state", WireNames.Of(row.State)))),
            "{job}", "Recordings and other jobs, by state.");
    }

    /// <summary>A job's turn has come.</summary>
    public void Began(JobRow job)
    {
        if (job is { Attempts: 1, Queued: { } queued, Started: { } started })
            _waited.Record((started - queued).TotalSeconds);
    }

    /// <summary>It was tried to tell a receiver.</summary>
    public void Told(WebhookOutcome outcome) =>
        _told.Add(1, new KeyValuePair<string, object?>("outcome", WireNames.Of(outcome)));

    public void Dispose() => _meter.Dispose();
}
