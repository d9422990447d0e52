namespace FaceDeid.Dlib;

/// <summary>
/// dlib's shape predictor: an ensemble of regression trees that moves a mean shape onto a face (Kazemi and Sullivan 2014, "One
/// Millisecond Face Alignment"). The model <c>shape_predictor_68_face_landmarks.dat</c> gives the 68 points of iBUG 300-W.
/// </summary>
/// <remarks>It does not change after loading: any number of threads may share one.</remarks>
public sealed class ShapePredictor : IDisposable
{
    private readonly NativeMethods.PredictorHandle _handle;

    private ShapePredictor(NativeMethods.PredictorHandle handle, int pointCount)
    {
        _handle = handle;
        PointCount = pointCount;
    }

    /// <summary>How many points a prediction has.</summary>
    public int PointCount { get; }

    /// <summary>Loads a model; the 68-point one (100 MB) takes about 0.2 s and 66 MB of memory.</summary>
    /// <param name="path">The file, as dlib's <c>serialize</c> writes it. It is read once; every index in it is checked.</param>
    /// <exception cref="ArgumentException"><paramref name="path"/> is null or empty.</exception>
    /// <exception cref="DlibException">
    /// <see cref="DlibError.FileUnreadable"/>, <see cref="DlibError.CorruptModel"/> or <see cref="DlibError.OutOfMemory"/>.
    /// </exception>
    /// <exception cref="DllNotFoundException">The native library, or dlib itself (Debian: libdlib19.1), is missing.</exception>
    public static ShapePredictor Load(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        NativeMethods.ThrowIfFailed(NativeMethods.LoadPredictor(path, out var handle));
        NativeMethods.ThrowIfFailed(NativeMethods.GetPointCount(handle, out var pointCount));
        return new ShapePredictor(handle, pointCount);
    }

    /// <summary>Predicts the points of one face, in about 0.5 ms.</summary>
    /// <param name="image">The picture, upright.</param>
    /// <param name="face">The face as dlib's detector boxes it; at least one pixel, within 2^24 pixels of the origin.</param>
    /// <param name="points">
    /// Receives the points in the model's order, in its first <see cref="PointCount"/> places. They may lie outside the picture.
    /// </param>
    /// <exception cref="ArgumentException"><paramref name="points"/> has fewer than <see cref="PointCount"/> places.</exception>
    /// <exception cref="ObjectDisposedException">The predictor is disposed.</exception>
    /// <exception cref="DlibException"><paramref name="image"/> or <paramref name="face"/> is empty or out of range.</exception>
    public void Predict(GrayPixels image, DlibRectangle face, Span<DlibPoint> points)
    {
        if (points.Length < PointCount)
            throw new ArgumentException($"There must be room for {PointCount} points.", nameof(points));

        NativeMethods.ThrowIfFailed(NativeMethods.Predict(
            _handle, image.Pixels, image.Width, image.Height, image.Stride, face, points, points.Length));
    }

    /// <summary>Predicts the points of one face into a new array.</summary>
    /// <returns><see cref="PointCount"/> points in the model's order.</returns>
    /// <inheritdoc cref="Predict(GrayPixels, DlibRectangle, Span{DlibPoint})"/>
    public DlibPoint[] Predict(GrayPixels image, DlibRectangle face)
    {
        var points = new DlibPoint[PointCount];
        Predict(image, face, points);
        return points;
    }

    /// <summary>Frees the native predictor. Further calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _handle.Dispose();
}
