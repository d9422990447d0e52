using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace FaceDeid.Core;

/// <summary>The metrics of recordings. No label ever holds anything read from a recording or a request.</summary>
internal static class VideoDiagnostics
{
    private static readonly Meter Meter = new(FaceDeidDiagnostics.Name);

    private static readonly Counter<long> Frames =
        Meter.CreateCounter<long>("facedeid.video.frames", "{frame}", "Frames of recordings that were worked on, by phase.");

    private static readonly Histogram<double> FrameTime =
        Meter.CreateHistogram<double>("facedeid.video.frame", "s", "Time one step took for a frame of a recording, by step.");

    private static readonly Counter<long> Faces =
        Meter.CreateCounter<long>("facedeid.video.faces", "{face}", "Faces followed through recordings, by evidence.");

    private static readonly UpDownCounter<int> Children =
        Meter.CreateUpDownCounter<int>("facedeid.video.children", "{process}", "Programs of ffmpeg that are running.");

    /// <summary>A frame went through a phase.</summary>
    public static void CountFrame(string phase) => Frames.Add(1, new KeyValuePair<string, object?>("phase", phase));

    /// <summary>Faces were followed through a recording that is done.</summary>
    public static void CountFaces(string kind, int count) => Faces.Add(count, new KeyValuePair<string, object?>("kind", kind));

    /// <summary>A program started, or is gone.</summary>
    public static void CountChildren(int difference) => Children.Add(difference);

    /// <summary>Times a step of a frame until it is disposed.</summary>
    public static Timed Step(string name) => new(name, Stopwatch.GetTimestamp());

    /// <summary>A step that is under way.</summary>
    /// <param name="Name">What it is called.</param>
    /// <param name="Start">When it began.</param>
    public readonly record struct Timed(string Name, long Start) : IDisposable
    {
        public void Dispose() => FrameTime.Record(
            Stopwatch.GetElapsedTime(Start).TotalSeconds, new KeyValuePair<string, object?>("step", Name));
    }
}
