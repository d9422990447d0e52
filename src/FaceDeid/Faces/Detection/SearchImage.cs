using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// The pixels in which faces are looked for, in the form each detector wants. Owns what it was made of and what it makes; detectors may
/// look at it side by side.
/// </summary>
internal sealed class SearchImage : IDisposable
{
    private readonly Lazy<Mat> _gray;

    /// <summary>Takes over blue-green-red pixels, <c>CV_8UC3</c>.</summary>
    public SearchImage(Mat bgr)
    {
        if (bgr.Type() != MatType.CV_8UC3)
            throw new ArgumentException($"Faces are looked for in CV_8UC3, not in {bgr.Type()}.", nameof(bgr));
        Bgr = bgr;
        _gray = new Lazy<Mat>(bgr.ToGray);
    }

    /// <summary>The pixels of a picture as they are looked at: stretched where it has little contrast.</summary>
    public static SearchImage Of(UprightImage picture) => new(picture.ToLook());

    /// <summary>Blue, green, red, <c>CV_8UC3</c>; owned by this object.</summary>
    public Mat Bgr { get; }

    /// <summary>The luminance, <c>CV_8UC1</c>, made when first asked for; owned by this object.</summary>
    public Mat Gray => _gray.Value;

    public int Width => Bgr.Width;

    public int Height => Bgr.Height;

    /// <summary>A smaller copy by area averaging; the caller owns it.</summary>
    /// <param name="maxSide">Longest side of the copy in pixels.</param>
    public SearchImage Reduced(int maxSide)
    {
        var scale = maxSide / (double)Math.Max(Width, Height);
        var size = new Size(Math.Max(1, (int)Math.Round(Width * scale)), Math.Max(1, (int)Math.Round(Height * scale)));
        return new SearchImage(Bgr.Resize(size, 0, 0, InterpolationFlags.Area));
    }

    public void Dispose()
    {
        Bgr.Dispose();
        if (_gray.IsValueCreated)
            _gray.Value.Dispose();
    }
}
