namespace FaceDeid.Imaging.Formats;

/// <summary>What a picture's header may claim before any of its pixels are decoded.</summary>
/// <param name="MaxMegapixels">Largest width x height, in units of 1,000,000 pixels.</param>
/// <param name="MaxSide">Longest width or height, in pixels.</param>
public sealed record ImageLimits(int MaxMegapixels = ImageLimits.DefaultMegapixels, int MaxSide = ImageLimits.DefaultSide)
{
    /// <summary>The largest picture, where nobody says otherwise.</summary>
    public const int DefaultMegapixels = 80;

    /// <summary>The longest side, where nobody says otherwise.</summary>
    public const int DefaultSide = 16_384;

    /// <summary>Refuses what is larger.</summary>
    /// <exception cref="FaceDeidException"><see cref="FaceDeidError.TooManyPixels"/>.</exception>
    internal void Check(ImageSize size)
    {
        if ((long)size.Width * size.Height > MaxMegapixels * 1_000_000L || Math.Max(size.Width, size.Height) > MaxSide)
            throw Exceeded(size);
    }

    /// <summary>The refusal of what is larger.</summary>
    internal FaceDeidException Exceeded(ImageSize size) => new(
        FaceDeidError.TooManyPixels,
        $"The picture is {size.Width} x {size.Height} pixels. "
        + $"The limits are {MaxMegapixels} megapixels and {MaxSide} pixels a side: send a smaller one.");
}
