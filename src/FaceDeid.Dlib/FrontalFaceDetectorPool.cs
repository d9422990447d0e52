namespace FaceDeid.Dlib;

/// <summary>
/// <see cref="FrontalFaceDetector"/> for any number of threads: a prototype that never detects, and clones of it that each
/// serve one call at a time. All members are thread-safe, except that no call may start after <see cref="Dispose"/>.
/// </summary>
public sealed class FrontalFaceDetectorPool : IDisposable
{
    private readonly FrontalFaceDetector _prototype = FrontalFaceDetector.Create();
    private readonly Stack<FrontalFaceDetector> _idle = [];
    private readonly Lock _lock = new();
    private readonly int _capacity;
    private bool _disposed;

    /// <summary>Creates the pool; takes about 0.3 s for the prototype.</summary>
    /// <param name="capacity">
    /// How many idle detectors are kept, at least 1. It is no limit on calls: when more run at once, the pool clones another
    /// detector (0.1 ms) and drops it afterwards.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="capacity"/> is below 1.</exception>
    /// <exception cref="DlibException">Native memory ran out, or the native library is of another version.</exception>
    /// <exception cref="DllNotFoundException">The native library, or dlib itself (Debian: libdlib19.1), is missing.</exception>
    public FrontalFaceDetectorPool(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _capacity = capacity;
    }

    /// <inheritdoc cref="FrontalFaceDetector.Detect"/>
    /// <exception cref="ObjectDisposedException">The pool is disposed.</exception>
    public IReadOnlyList<FaceDetection> Detect(GrayPixels image, int upsample = 1, double threshold = 0)
    {
        var detector = Rent();
        var kept = false;
        try
        {
            var faces = detector.Detect(image, upsample, threshold);
            kept = TryKeep(detector);
            return faces;
        }
        finally
        {
            // One too many, or its call threw and its state is unknown.
            if (!kept)
                detector.Dispose();
        }
    }

    /// <summary>Frees the idle detectors and the prototype; a detector at work is freed when its call ends.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _prototype.Dispose();
            while (_idle.TryPop(out var detector))
                detector.Dispose();
        }
    }

    private FrontalFaceDetector Rent()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_idle.TryPop(out var detector))
                return detector;
        }

        return _prototype.Clone();
    }

    private bool TryKeep(FrontalFaceDetector detector)
    {
        lock (_lock)
        {
            if (_disposed || _idle.Count >= _capacity)
                return false;

            _idle.Push(detector);
            return true;
        }
    }
}
