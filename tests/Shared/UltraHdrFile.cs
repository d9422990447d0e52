using NetVips;

namespace FaceDeid.TestData;

/// <summary>A JPEG with a gain map, as phones write it (ISO 21496-1, and Google's Ultra HDR before it).</summary>
internal static class UltraHdrFile
{
    /// <summary>The file; its gain map is the picture itself, small and gray.</summary>
    public static byte[] Of(Image picture, int quality = 75)
    {
        using var gray = picture.Colourspace(Enums.Interpretation.Bw);
        using var gainMap = gray.Resize(0.25);
        using var withGain = picture.Mutate(image =>
        {
            image.Set(GValue.BlobType, "gainmap-data", gainMap.JpegsaveBuffer());
            Set("max-content-boost", 5);
            Set("min-content-boost", 1);
            Set("gamma", 1);
            Set("offset-sdr", 0);
            Set("offset-hdr", 0);
            image.Set(GValue.GDoubleType, "gainmap-hdr-capacity-min", 1.0);
            image.Set(GValue.GDoubleType, "gainmap-hdr-capacity-max", 5.0);
            image.Set(GValue.GIntType, "gainmap-use-base-cg", 1);

            void Set(string name, double value) =>
                image.Set(GValue.ArrayDoubleType, $"gainmap-{name}", new[] { value, value, value });
        });
        return withGain.UhdrsaveBuffer(q: quality);
    }
}
