using NetVips;

namespace FaceDeid.Tests.Imaging;

/// <summary>JPEGs with a gain map, as phones write them (ISO 21496-1, and Google's before it).</summary>
internal static class UltraHdr
{
    /// <summary>The second picture: a checkerboard.</summary>
    public static byte[] GainMap { get; } =
        Picture.Of(24, 16, 1, (x, y, _) => ((x / 4) + (y / 4)) % 2 * 255).Save(image => image.JpegsaveBuffer());

    public static byte[] Of(Picture picture) => picture.Save(image =>
    {
        using var withGain = image.Mutate(m =>
        {
            m.Set(GValue.BlobType, "gainmap-data", GainMap);
            Set("gainmap-max-content-boost", 5);
            Set("gainmap-min-content-boost", 1);
            Set("gainmap-gamma", 1);
            Set("gainmap-offset-sdr", 0);
            Set("gainmap-offset-hdr", 0);
            m.Set(GValue.GDoubleType, "gainmap-hdr-capacity-min", 1.0);
            m.Set(GValue.GDoubleType, "gainmap-hdr-capacity-max", 5.0);
            m.Set(GValue.GIntType, "gainmap-use-base-cg", 1);

            void Set(string name, double value) => m.Set(GValue.ArrayDoubleType, name, new[] { value, value, value });
        });
        return withGain.UhdrsaveBuffer();
    });
}
