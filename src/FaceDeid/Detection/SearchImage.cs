using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Detection;

/// <summary>A picture to look for faces in: its colours, and its luminance, which is computed when first asked for.</summary>
internal sealed class SearchImage(Mat bgr) : IDisposable
{
    private readonly Lazy<Mat> _gray = new(bgr.ToGray);

    /// <summary>The pixels, <c>CV_8UC3</c>; owned by whoever made this object.</summary>
    public Mat Bgr => bgr;

    /// <summary>The luminance, <c>CV_8UC1</c>; owned by this object.</summary>
    public Mat Gray => _gray.Value;

    public void Dispose()
    {
        if (_gray.IsValueCreated)
            _gray.Value.Dispose();
    }
}
