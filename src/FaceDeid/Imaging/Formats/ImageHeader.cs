namespace FaceDeid.Imaging.Formats;

/// <summary>What a picture's header says, read before any pixel is decoded.</summary>
/// <param name="Format">The format, told from the content and never from a file name.</param>
/// <param name="Size">Width and height in pixels, upright (the EXIF orientation applied).</param>
/// <param name="Orientation">The EXIF orientation, 1 (upright) to 8.</param>
/// <param name="HasAlpha">Whether there is an alpha channel.</param>
public sealed record ImageHeader(ImageFormat Format, ImageSize Size, int Orientation, bool HasAlpha)
{
    /// <summary>Bytes that a pixel takes at most until the picture is decoded, upright and looked at.</summary>
    internal int BytesPerPixel { get; init; }
}
