using System.Collections.Concurrent;
using System.Security.Cryptography;
using NetVips;

namespace FaceDeid.Imaging.Colour;

/// <summary>Brings any decoded picture to 8-bit sRGB (or 8-bit gray), with its alpha channel last.</summary>
internal static class ColourProfile
{
    public const string ProfileField = "icc-profile-data";

    /// <summary>
    /// A larger profile is refused: those of cameras take a few kilobytes, those of printers about two megabytes.
    /// </summary>
    public const int MostBytes = 4_000_000;

    private const int MostKnown = 64;

    /// <summary>Profiles seen so far, by SHA-256, and whether they change colours.</summary>
    private static readonly ConcurrentDictionary<string, bool> Foreign = new(StringComparer.Ordinal);

    /// <summary>Whether colours change on the way to sRGB.</summary>
    public static bool Converts(Image image, bool colourManaged) =>
        image.Interpretation == Enums.Interpretation.Cmyk || (colourManaged && HasForeignProfile(image));

    public static bool HasProfile(Image image) => image.Contains(ProfileField);

    /// <summary>The refusal of a profile that is larger than <see cref="MostBytes"/>.</summary>
    public static FaceDeidException TooLarge() => new(
        FaceDeidError.UnsupportedFormat,
        $"The picture's colour profile is larger than {MostBytes / 1_000_000} MB. Save the picture anew, in sRGB.");

    /// <summary>The image with the profile of another; the caller owns it.</summary>
    public static Image Tagged(Image image, Image like) => HasProfile(like)
        ? image.Mutate(m => m.Set(GValue.BlobType, ProfileField, (byte[])like.Get(ProfileField)))
        : image.Copy();

    /// <summary>Gray as three equal channels; the caller owns the image.</summary>
    public static Image ToColour(Image image)
    {
        if (image.Bands > 2)
            return image.Copy();
        using var gray = image[0];
        if (!image.HasAlpha())
            return gray.Bandjoin(gray, gray);
        using var alpha = image[1];
        return gray.Bandjoin(gray, gray, alpha);
    }

    /// <summary>
    /// The sample that stands for 1: libvips moves what has more than 8 bits up to 16, and leaves the rest zero.
    /// </summary>
    public static int Most(Image image)
    {
        if (image.Format != Enums.BandFormat.Ushort)
            return byte.MaxValue;
        var bits = image.Contains("bits-per-sample") ? Math.Clamp((int)image.Get("bits-per-sample"), 8, 16) : 16;
        return ((1 << bits) - 1) << (16 - bits);
    }

    /// <summary>The caller owns the result.</summary>
    /// <exception cref="VipsException">The samples have no meaning as a picture, or the profile does not fit them.</exception>
    public static Image ToSrgb(Image image, bool colourManaged)
    {
        if (Converts(image, colourManaged))
        {
            var isCmyk = image.Interpretation == Enums.Interpretation.Cmyk;
            return image.IccTransform("srgb", embedded: true, inputProfile: isCmyk ? "cmyk" : null, depth: 8);
        }

        if (image.Format == Enums.BandFormat.Uchar
            && image.Interpretation is Enums.Interpretation.Srgb or Enums.Interpretation.Bw)
        {
            return image.Copy();
        }

        using var srgb = image.Colourspace(Enums.Interpretation.Srgb);
        return srgb.Cast(Enums.BandFormat.Uchar);
    }

    /// <summary>
    /// Whether the embedded profile changes colours visibly. It is tried on a coarse cube of colours: most profiles in the wild
    /// are sRGB under another name, and converting through those would only cost time and rounding.
    /// </summary>
    private static bool HasForeignProfile(Image image)
    {
        var isGray = image.Interpretation is Enums.Interpretation.Bw or Enums.Interpretation.Grey16;
        if (!(isGray || image.Interpretation is Enums.Interpretation.Srgb or Enums.Interpretation.Rgb16)
            || !image.Contains(ProfileField))
            return false;

        // A few profiles are in most pictures, and trying one takes longer than decoding a small picture.
        var profile = (byte[])image.Get(ProfileField);
        var hash = $"{Convert.ToHexString(SHA256.HashData(profile))} {isGray}";
        if (Foreign.TryGetValue(hash, out var known))
            return known;
        if (Foreign.Count >= MostKnown)
            Foreign.Clear();
        return Foreign[hash] = IsForeign(profile, isGray);
    }

    private static bool IsForeign(byte[] profile, bool isGray)
    {
        const int levels = 6;
        const double visible = 3; // of 255
        using var samples = isGray
            ? Image.NewFromMemory(Enumerable.Range(0, 256).Select(i => (byte)i).ToArray(), 256, 1, 1, Enums.BandFormat.Uchar)
            : Image.NewFromMemory(ColourCube(levels), levels * levels, levels, 3, Enums.BandFormat.Uchar);
        using var cube = samples.Copy(interpretation: isGray ? Enums.Interpretation.Bw : Enums.Interpretation.Srgb);
        using var tagged = cube.Mutate(m => m.Set(GValue.BlobType, ProfileField, profile));
        try
        {
            using var converted = tagged.IccTransform("srgb", embedded: true, depth: 8);
            using var difference = (converted - cube).Abs();
            return difference.Max() > visible;
        }
        catch (VipsException)
        {
            return false; // A broken profile says nothing about the pixels: they are taken as sRGB, as every viewer does.
        }
    }

    private static byte[] ColourCube(int levels)
    {
        var cube = new byte[levels * levels * levels * 3];
        for (var i = 0; i < cube.Length; i += 3)
        {
            var n = i / 3;
            var step = 255 / (levels - 1);
            cube[i] = (byte)(n % levels * step);
            cube[i + 1] = (byte)(n / levels % levels * step);
            cube[i + 2] = (byte)(n / levels / levels * step);
        }

        return cube;
    }
}
