using FaceDeid.Imaging.Formats;
using NetVips;

namespace FaceDeid.Imaging;

/// <summary>A picture file whose header was read, and whose pixels can be decoded, once. For one thread at a time.</summary>
/// <param name="source">The file.</param>
/// <param name="header">What it says of itself.</param>
/// <param name="image">
/// What libvips opened, which is this object's; null: it is a plain JPEG, or the locked decoder reads it.
/// </param>
internal sealed class OpenedPicture(PictureFile source, ImageHeader header, Image? image) : IDisposable
{
    public PictureFile Source => source;

    public ImageHeader Header => header;

    public Image? Image => image;

    public void Dispose() => image?.Dispose();
}
