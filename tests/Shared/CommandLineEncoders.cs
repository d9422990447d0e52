using System.Diagnostics;

namespace FaceDeid.TestData;

/// <summary>
/// The formats' own command-line encoders, which share no code with what is tested: Debian's heif-enc, cjxl and avifenc.
/// </summary>
internal static class CommandLineEncoders
{
    /// <summary>HEIC of a PNG or JPEG file.</summary>
    public static byte[] Heic(byte[] source, params string[] options) =>
        Run("heif-enc", source, ".heic", (from, to) => [.. options, from, "-o", to]);

    /// <summary>JPEG XL of a PNG or JPEG file.</summary>
    public static byte[] JpegXl(byte[] source, params string[] options) =>
        Run("cjxl", source, ".jxl", (from, to) => [from, to, .. options]);

    /// <summary>AVIF of a PNG or JPEG file.</summary>
    public static byte[] Avif(byte[] source, params string[] options) =>
        Run("avifenc", source, ".avif", (from, to) => ["--speed", "9", .. options, from, to]);

    private static byte[] Run(string encoder, byte[] source, string extension, Func<string, string, string[]> arguments)
    {
        var folder = Directory.CreateTempSubdirectory("facedeid-encoder-").FullName;
        try
        {
            var (from, to) = (Path.Combine(folder, source[0] == 0xFF ? "from.jpg" : "from.png"),
                Path.Combine(folder, "to" + extension));
            File.WriteAllBytes(from, source);
            var start = new ProcessStartInfo(encoder, arguments(from, to))
            {
                UseShellExecute = false,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            using var process = Process.Start(start)!;
            process.BeginOutputReadLine();
            var error = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? File.ReadAllBytes(to) : throw new InvalidOperationException($"{encoder}: {error}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
