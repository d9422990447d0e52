using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FaceDeid.Core;

/// <summary>The library's traces and metrics. No label ever holds anything read from a picture or a request.</summary>
public static class FaceDeidDiagnostics
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "FaceDeid";

    private static readonly ActivitySource Source = new(Name);
    private static readonly Meter Meter = new(Name);

    private static readonly Histogram<double> StepDuration =
        Meter.CreateHistogram<double>("facedeid.step.duration", "s", "Time one step of the pipeline took, by step.");

    private static readonly Counter<long> FacesFound =
        Meter.CreateCounter<long>("facedeid.faces", "{face}", "Faces found, by detector.");

    private static readonly Counter<long> CagedRuns =
        Meter.CreateCounter<long>("facedeid.caged", "{process}", "Pictures given to a locked decoder, by how it ended.");

    internal static readonly UpDownCounter<int> WorkersWaiting =
        Meter.CreateUpDownCounter<int>("facedeid.workers.waiting", "{request}", "Requests that wait for a worker slot.");

    internal static readonly UpDownCounter<int> WorkersBusy =
        Meter.CreateUpDownCounter<int>("facedeid.workers.busy", "{worker}", "Worker slots in use.");

    /// <summary>Runs one step of a pipeline: checks for cancellation first, then traces and times it.</summary>
    internal static T Step<T>(string name, Func<T> work, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        using var activity = Source.StartActivity(name);
        var start = Stopwatch.GetTimestamp();
        try
        {
            return work();
        }
        catch (Exception e)
        {
            activity?.SetStatus(ActivityStatusCode.Error, e.GetType().Name);
            throw;
        }
        finally
        {
            StepDuration.Record(Stopwatch.GetElapsedTime(start).TotalSeconds, new KeyValuePair<string, object?>("step", name));
        }
    }

    /// <summary>One decoder in its cage ended: <c>read</c>, <c>refused</c>, <c>timeout</c> or <c>failed</c>.</summary>
    internal static void CountCaged(string outcome) => CagedRuns.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    internal static void CountFaces(DetectorKind detector, int count) =>
        FacesFound.Add(count, new KeyValuePair<string, object?>("detector", detector.ToString().ToLowerInvariant()));
}
