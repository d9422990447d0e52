using System.Diagnostics.Metrics;

namespace FaceDeid.Benchmarks.Steps;

/// <summary>Listens to the library's histogram of step durations.</summary>
internal sealed class StepRecorder : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _lock = new();
    private Dictionary<string, double> _milliseconds = new(StringComparer.Ordinal);

    public StepRecorder()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument is { Name: "facedeid.step.duration", Meter.Name: FaceDeidDiagnostics.Name })
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<double>((_, seconds, tags, _) => Add(tags, seconds * 1000));
        _listener.Start();
    }

    /// <summary>Milliseconds by step since the last time, summed.</summary>
    public Dictionary<string, double> Take()
    {
        lock (_lock)
        {
            var taken = _milliseconds;
            _milliseconds = new Dictionary<string, double>(StringComparer.Ordinal);
            return taken;
        }
    }

    public void Dispose() => _listener.Dispose();

    private void Add(ReadOnlySpan<KeyValuePair<string, object?>> tags, double milliseconds)
    {
        foreach (var tag in tags)
        {
            if (tag is { Key: "step", Value: string step })
            {
                lock (_lock)
                    _milliseconds[step] = _milliseconds.GetValueOrDefault(step) + milliseconds;
            }
        }
    }
}
