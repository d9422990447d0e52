namespace FaceDeid.Contracts;

/// <summary>
/// The picture formats that are read; PNG, JPEG and WebP are also written. The last four are decoded in a locked process.
/// </summary>
public enum ImageFormat
{
    /// <summary>Portable Network Graphics, lossless.</summary>
    Png,

    /// <summary>JPEG, lossy, without alpha.</summary>
    Jpeg,

    /// <summary>WebP, lossy when written.</summary>
    Webp,

    /// <summary>Tagged Image File Format, one page.</summary>
    Tiff,

    /// <summary>AV1 still picture.</summary>
    Avif,

    /// <summary>HEVC still picture, the format of iPhones.</summary>
    Heic,

    /// <summary>Graphics Interchange Format, one frame.</summary>
    Gif,

    /// <summary>Windows or OS/2 bitmap.</summary>
    Bmp,

    /// <summary>JPEG XL, one frame.</summary>
    JpegXl,
}
