namespace FaceDeid.Imaging;

/// <summary>The picture formats that are read; all but TIFF and AVIF are also written.</summary>
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
}
