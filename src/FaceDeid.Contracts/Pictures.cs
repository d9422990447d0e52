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

/// <summary>What was done to a picture before faces were looked for, where that changes what is seen.</summary>
public enum PictureNote
{
    /// <summary>Its colours were converted to sRGB; what sRGB does not have was clipped.</summary>
    ColorConverted,

    /// <summary>It was of high dynamic range (PQ or HLG), and was brought to the range of sRGB.</summary>
    ToneMapped,

    /// <summary>It was damaged, and what its decoder showed was taken as the picture, because the caller asked for it.</summary>
    Damaged,

    /// <summary>
    /// It has so little contrast that faces were looked for in a copy with more. What is answered has its own contrast.
    /// </summary>
    ContrastStretched,
}
