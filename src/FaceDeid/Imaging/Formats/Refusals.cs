namespace FaceDeid.Imaging.Formats;

/// <summary>Why files of several formats are refused.</summary>
internal static class Refusals
{
    public static FaceDeidException Animated() =>
        new(FaceDeidError.AnimatedImage, "The picture is animated. Send its frames one by one as still pictures.");

    public static FaceDeidException TooManyChannels() => new(
        FaceDeidError.UnsupportedFormat,
        "The picture has more channels than its colour and one alpha channel. Send it without the others.");

    public static FaceDeidException Corrupt(Exception? inner) => new(
        FaceDeidError.CorruptImage,
        "The picture is damaged or incomplete and was not read. "
        + "Send an intact file, or take what can be shown of it with onDamage=accept.",
        inner);
}
