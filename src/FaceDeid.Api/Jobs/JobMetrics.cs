using System.Diagnostics.Metrics;
using FaceDeid.Video.Spool;

namespace FaceDeid.Api.Jobs;

/// <summary>How many jobs there are, how long they waited, and what they take of the disk.</summary>
internal sealed class JobMetrics : IDisposable
{
    private readonly Meter _meter = new(FaceDeidDiagnostics.Name);
    private readonly Histogram<double> _waited;

    public JobMetrics(MediaSpool spool, JobTable table)
    {
        _waited = _meter.CreateHistogram<double>(
            "facedeid.video.queue", "s", "How long recordings and other jobs waited for their turn.");
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

    public void Dispose() => _meter.Dispose();
}
