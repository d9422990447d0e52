using FaceDeid.Imaging;
using OpenCvSharp;

namespace FaceDeid.Faces.Detection;

/// <summary>
/// The pixels in which faces are looked for, in the form each detector wants. Owns what it was made of and what it makes;
/// detectors may look at it side by side.
/// </summary>
public sealed class SearchImage : IDisposable
{
    private readonly Lazy<Mat> _gray;
    private readonly List<Mat> _halves = [];
    private readonly Lock _halving = new();

    /// <summary>Takes over blue-green-red pixels, <c>CV_8UC3</c>.</summary>
    internal SearchImage(Mat bgr)
    {
        if (bgr.Type() != MatType.CV_8UC3)
            throw new ArgumentException($"Faces are looked for in CV_8UC3, not in {bgr.Type()}.", nameof(bgr));
        Bgr = bgr;
        _gray = new Lazy<Mat>(bgr.ToGray);
    }

    /// <summary>The pixels of a picture as they are looked at: stretched where it has little contrast.</summary>
    internal static SearchImage Create(UprightImage picture) => new(picture.ToLook());

    /// <summary>Blue, green, red, <c>CV_8UC3</c>; owned by this object.</summary>
    internal Mat Bgr { get; }

    /// <summary>The luminance, <c>CV_8UC1</c>, made when first asked for; owned by this object.</summary>
    internal Mat Gray => _gray.Value;

    /// <summary>Pixels from left to right.</summary>
    public int Width => Bgr.Width;

    /// <summary>Pixels from top to bottom.</summary>
    public int Height => Bgr.Height;

    /// <summary>A row of pixels: blue, green and red of each, 0 to 255.</summary>
    /// <param name="y">0 to <see cref="Height"/> - 1.</param>
    public ReadOnlySpan<byte> BgrRow(int y) => Bgr.Row<byte>(y);

    /// <summary>A row's luminance, 0 to 255.</summary>
    /// <param name="y">0 to <see cref="Height"/> - 1.</param>
    public ReadOnlySpan<byte> GrayRow(int y) => Gray.Row<byte>(y);

    /// <summary>
    /// The colours halved so many times, by area averaging; made when first asked for, and owned by this object.
    /// </summary>
    internal Mat Halved(int times)
    {
        if (times == 0)
            return Bgr;
        lock (_halving)
        {
            while (_halves.Count < times)
            {
                var last = _halves.Count == 0 ? Bgr : _halves[^1];
                var size = new Size((last.Width + 1) / 2, (last.Height + 1) / 2);
                _halves.Add(last.Resize(size, 0, 0, InterpolationFlags.Area));
            }

            return _halves[times - 1];
        }
    }

    /// <summary>Frees the halved colours, when faces were found and nobody looks at this any more for now.</summary>
    internal void ForgetHalves()
    {
        lock (_halving)
        {
            _halves.ForEach(half => half.Dispose());
            _halves.Clear();
        }
    }

    /// <summary>A smaller copy by area averaging; the caller owns it.</summary>
    /// <param name="maxSide">Longest side of the copy in pixels.</param>
    internal SearchImage Reduced(int maxSide)
    {
        var scale = maxSide / (double)Math.Max(Width, Height);
        var size = new Size(Math.Max(1, (int)Math.Round(Width * scale)), Math.Max(1, (int)Math.Round(Height * scale)));
        return new SearchImage(HalvedFor(1 / scale).Resize(size, 0, 0, InterpolationFlags.Area));
    }

    /// <summary>The colours halved as often as something that is so many times smaller still lies within them.</summary>
    internal Mat HalvedFor(double reduction) => Halved(Math.Max(0, (int)Math.Log2(reduction)));

    /// <inheritdoc/>
    public void Dispose()
    {
        Bgr.Dispose();
        ForgetHalves();
        if (_gray.IsValueCreated)
            _gray.Value.Dispose();
    }
}
