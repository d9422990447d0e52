namespace FaceDeid.Dlib;

/// <summary>
/// An 8-bit gray picture in the caller's memory, top row first. dlib reads it in place: nothing is copied, nothing is kept.
/// </summary>
public readonly ref struct GrayPixels
{
    /// <summary>Describes a picture whose rows follow each other without a gap.</summary>
    /// <inheritdoc cref="GrayPixels(ReadOnlySpan{byte}, int, int, int)"/>
    public GrayPixels(ReadOnlySpan<byte> pixels, int width, int height)
        : this(pixels, width, height, width)
    {
    }

    /// <summary>Describes a picture whose rows may be padded.</summary>
    /// <param name="pixels">At least <c>stride * (height - 1) + width</c> bytes, one for each pixel: 0 black, 255 white.</param>
    /// <param name="width">Pixels in a row, at least 1.</param>
    /// <param name="height">Rows, at least 1.</param>
    /// <param name="stride">Bytes from the start of one row to the start of the next, at least <paramref name="width"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">A measure is below its minimum.</exception>
    /// <exception cref="ArgumentException"><paramref name="pixels"/> is too short for these measures.</exception>
    public GrayPixels(ReadOnlySpan<byte> pixels, int width, int height, int stride)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        ArgumentOutOfRangeException.ThrowIfLessThan(stride, width);
        if (pixels.Length < ((long)stride * (height - 1)) + width)
            throw new ArgumentException("There are fewer pixels than width, height and stride ask for.", nameof(pixels));

        Pixels = pixels;
        Width = width;
        Height = height;
        Stride = stride;
    }

    /// <summary>The pixels, with whatever padding lies between the rows.</summary>
    public ReadOnlySpan<byte> Pixels { get; }

    /// <summary>Pixels in a row.</summary>
    public int Width { get; }

    /// <summary>Rows.</summary>
    public int Height { get; }

    /// <summary>Bytes from the start of one row to the start of the next.</summary>
    public int Stride { get; }
}
