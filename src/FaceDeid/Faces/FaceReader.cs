using FaceDeid.Faces.Detection;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Faces;

/// <summary>
/// The one door to faces, for files and for pixels: reads each header once, keeps room for the pixels, decodes them once, finds
/// the faces and says which is the main one. Thread-safe.
/// </summary>
internal sealed class FaceReader(
    ImageDecoder decoder, PixelBudget budget, FaceFinder finder, LandmarkPredictor predictor, WorkerGate gate,
    SpareMemory spare)
{
    internal ImageDecoder Decoder => decoder;

    internal PixelBudget Budget => budget;

    internal FaceFinder Finder => finder;

    internal LandmarkPredictor Predictor => predictor;

    internal SpareMemory Spare => spare;

    /// <summary>Works on files in a worker slot, for which it waits.</summary>
    /// <param name="files">Whole picture files that are decoded together.</param>
    /// <param name="work">What is done.</param>
    /// <param name="cancellationToken">Releases the caller at once and stops the work before its next step.</param>
    public Task<T> RunAsync<T>(IReadOnlyList<byte[]> files, Func<Reading, T> work, CancellationToken cancellationToken) =>
        gate.RunAsync(() => Run(files, work, cancellationToken), cancellationToken);

    /// <summary>Works on files, from inside a worker slot: a header too can hold text that takes seconds to unpack.</summary>
    /// <inheritdoc cref="RunAsync"/>
    public T Run<T>(IReadOnlyList<byte[]> files, Func<Reading, T> work, CancellationToken cancellationToken)
    {
        using var reading = new Reading(this, cancellationToken);
        reading.Open(files);
        return work(reading);
    }

    /// <summary>Pixels that are in memory, as if they came from a lossless file; the caller owns the result.</summary>
    /// <param name="bgr">The colours, <c>CV_8UC3</c>; they must stay as they are while the result is used.</param>
    /// <param name="alpha">The opacity, <c>CV_8UC1</c>; null: all is opaque.</param>
    public static UprightImage Pixels(Mat bgr, Mat? alpha)
    {
        var stretch = ContrastStretch.For(bgr);
        return new UprightImage(bgr.Share(), alpha?.Share()) { Stretch = stretch, Stretched = stretch?.Apply(bgr) };
    }
}
