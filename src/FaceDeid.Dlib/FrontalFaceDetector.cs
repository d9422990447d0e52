namespace FaceDeid.Dlib;

/// <summary>
/// dlib's frontal face detector: histograms of oriented gradients over an image pyramid, five linear classifiers (King 2015,
/// "Max-Margin Object Detection"). It finds upright faces of about 80 pixels and more; of 40 upsampled once, of 20 twice.
/// </summary>
/// <remarks>
/// One instance serves one thread at a time; for several threads there is <see cref="FrontalFaceDetectorPool"/>. Between
/// calls it holds nothing of a picture but the faces that were found.
/// </remarks>
public sealed class FrontalFaceDetector : IDisposable
{
    /// <summary>The most often a picture can be doubled before detection.</summary>
    public const int MaxUpsample = 2;

    private readonly NativeMethods.DetectorHandle _handle;

    private FrontalFaceDetector(NativeMethods.DetectorHandle handle) => _handle = handle;

    /// <summary>Unpacks the model that is part of dlib; takes about 0.3 s. A <see cref="Clone"/> takes 0.1 ms.</summary>
    /// <exception cref="DlibException">Native memory ran out, or the native library is of another version.</exception>
    /// <exception cref="DllNotFoundException">The native library, or dlib itself (Debian: libdlib19.1), is missing.</exception>
    public static FrontalFaceDetector Create()
    {
        NativeMethods.ThrowIfFailed(NativeMethods.CreateDetector(out var handle));
        return new FrontalFaceDetector(handle);
    }

    /// <summary>
    /// An independent detector with the same model, in about 0.1 ms. Several threads may clone one detector as long as none
    /// uses it for detection meanwhile.
    /// </summary>
    /// <exception cref="ObjectDisposedException">This detector is disposed.</exception>
    /// <exception cref="DlibException">Native memory ran out.</exception>
    public FrontalFaceDetector Clone()
    {
        NativeMethods.ThrowIfFailed(NativeMethods.CloneDetector(_handle, out var handle));
        return new FrontalFaceDetector(handle);
    }

    /// <summary>
    /// Finds faces; the same as <c>detector.run(image, upsample, threshold)</c> of dlib for Python.
    /// </summary>
    /// <param name="image">The picture, upright. 500x375 pixels take about 12 ms on one core, 48 ms upsampled once.</param>
    /// <param name="upsample">
    /// How often the picture is doubled first, 0 to <see cref="MaxUpsample"/>: each time halves the smallest face that is found
    /// and takes four times the time and memory.
    /// </param>
    /// <param name="threshold">
    /// Finite; added to dlib's own threshold. 0 is dlib's choice, negative values find more faces and more that are none,
    /// positive ones only clear faces.
    /// </param>
    /// <returns>The faces, best score first; empty if there are none.</returns>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="upsample"/> or <paramref name="threshold"/> is out of range.
    /// </exception>
    /// <exception cref="ObjectDisposedException">The detector is disposed.</exception>
    /// <exception cref="DlibException">
    /// The picture is empty (<see langword="default"/>) or has a side above 2^28 pixels, or native memory ran out.
    /// </exception>
    public IReadOnlyList<FaceDetection> Detect(GrayPixels image, int upsample = 1, double threshold = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(upsample);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(upsample, MaxUpsample);
        if (!double.IsFinite(threshold))
            throw new ArgumentOutOfRangeException(nameof(threshold), threshold, "The threshold must be finite.");

        NativeMethods.ThrowIfFailed(NativeMethods.RunDetector(
            _handle, image.Pixels, image.Width, image.Height, image.Stride, upsample, threshold, out var count));
        if (count == 0)
            return [];

        var faces = new FaceDetection[count];
        NativeMethods.ThrowIfFailed(NativeMethods.GetDetectorResults(_handle, faces, faces.Length));
        return faces;
    }

    /// <summary>Frees the native detector. Further calls throw <see cref="ObjectDisposedException"/>.</summary>
    public void Dispose() => _handle.Dispose();
}
