using FaceDeid.TestData;
using NetVips;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>Pictures as HEIC and JPEG XL; lossless unless options are given.</summary>
internal static class Encoders
{
    /// <summary>What makes heif-enc keep each sample.</summary>
    private static readonly string[] LosslessHeic = ["-L", "-p", "chroma=444", "--matrix_coefficients=0"];

    public static byte[] Heic(Picture picture, params string[] options) => Heic(Plain(picture), options);

    public static byte[] Heic(byte[] source, params string[] options) =>
        CommandLineEncoders.Heic(source, options.Length == 0 ? LosslessHeic : options);

    public static byte[] JpegXl(Picture picture, params string[] options) => JpegXl(Plain(picture), options);

    public static byte[] JpegXl(byte[] source, params string[] options) =>
        CommandLineEncoders.JpegXl(source, options.Length == 0 ? ["-d", "0"] : options);

    // Metadata would be an item of its own.
    private static byte[] Plain(Picture picture) => picture.Save(image => image.PngsaveBuffer(keep: Enums.ForeignKeep.None));
}
