using System.Text.Json;
using FaceDeid.Collections;

namespace FaceDeid.Video.Evidence;

/// <summary>
/// A recording's report with a signature as its last member. Signed are the bytes as they would be without it: who has them needs
/// no canonical form of JSON, and no program but OpenSSL.
/// </summary>
public static class SignedReport
{
    /// <summary>The report as the bytes of its file, signed.</summary>
    public static byte[] Sign(VideoReport report, CertificateKey key)
    {
        ArgumentNullException.ThrowIfNull(report);
        ArgumentNullException.ThrowIfNull(key);
        var unsigned = JsonSerializer.SerializeToUtf8Bytes(report with { Signature = null }, VideoPipeline.Json);
        var signature = new ReportSignature(
            CertificateKey.Algorithm, key.Id, Convert.ToHexStringLower(key.Sign(unsigned)));
        return JsonSerializer.SerializeToUtf8Bytes(report with { Signature = signature }, VideoPipeline.Json);
    }

    /// <summary>Whether a report's signature is this key's, and nothing was changed or added since.</summary>
    /// <param name="file">The bytes of its file.</param>
    /// <param name="signature">What it says of its signature.</param>
    /// <param name="key">The key.</param>
    internal static bool IsSigned(ReadOnlySpan<byte> file, ReportSignature signature, CertificateKey key)
    {
        byte[] end = [.. ",\"signature\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(signature, VideoPipeline.Json), (byte)'}'];
        return file.EndsWith(end) && IsHexadecimal(signature.Value)
            && key.IsSignature([.. file[..^end.Length], (byte)'}'], Convert.FromHexString(signature.Value));
    }

    private static bool IsHexadecimal(string text) => text.Length % 2 == 0 && text.All(char.IsAsciiHexDigitLower);
}
