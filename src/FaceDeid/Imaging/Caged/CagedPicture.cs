using FaceDeid.Imaging.Colour;
using NetVips;
using OpenCvSharp;

namespace FaceDeid.Imaging.Caged;

/// <summary>What came out of the cage: a picture as it is coded, and its ICC profile; empty: it has none.</summary>
internal sealed class CagedPicture(int width, int height, int channels, byte[] profile) : IDisposable
{
    /// <summary><c>CV_8UC3</c> red-green-blue or <c>CV_8UC4</c> with straight alpha; owned by this object.</summary>
    public Mat Pixels { get; } = new(height, width, MatType.CV_8UC(channels));

    /// <summary>
    /// The picture for libvips, with its profile. It shares the pixels: this object must outlive it. The caller owns it.
    /// </summary>
    public Image ToImage()
    {
        using var raw = Image.NewFromMemory(
            Pixels.Data, (ulong)(Pixels.Step() * Pixels.Rows), Pixels.Width, Pixels.Height, Pixels.Channels(),
                Enums.BandFormat.Uchar);
        using var image = raw.Copy(interpretation: Enums.Interpretation.Srgb);
        return profile.Length == 0 ? image.Copy()
            : image.Mutate(m => m.Set(GValue.BlobType, ColourProfile.ProfileField, profile));
    }

    public void Dispose() => Pixels.Dispose();
}
