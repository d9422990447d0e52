using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FaceDeid.Collections;

namespace FaceDeid.Video.Evidence;

/// <summary>Checks a recording against its report.</summary>
public static class VideoVerifier
{
    private const string SignatureCheck = "signature";

    private static readonly JsonSerializerOptions Strict = new(VideoPipeline.Json)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LetNullsBeLeftOut } },
    };

    /// <summary>Makes every check that the files allow.</summary>
    /// <param name="report">The bytes of the report.</param>
    /// <param name="sha256">SHA-256 of the recording, lower-case hexadecimal.</param>
    /// <param name="key">The service's key; null: it has none.</param>
    public static CertificateVerdict Verify(byte[] report, string sha256, CertificateKey? key)
    {
        ArgumentNullException.ThrowIfNull(report);
        if (Read(report) is not { } content)
        {
            return Judged(
                [new CertificateCheck("schema", Passed: false, "The file is no report of a recording, or says more.")], key);
        }

        var isResult = string.Equals(content.Result.Sha256, sha256, StringComparison.Ordinal);
        return Judged(
            [
                new CertificateCheck("schema", Passed: true, "The file is a report of a recording."),
                Signed(report, content.Signature, key),
                new CertificateCheck(
                    "video", isResult,
                    isResult
                        ? "The recording has the SHA-256 that the report names."
                        : "The recording is not the one that the report names: it was changed, or is another one."),
            ],
            key);
    }

    private static VideoReport? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize<VideoReport>(json, Strict);
        }
        catch (Exception e) when (e is JsonException or NotSupportedException)
        {
            return null;
        }
    }

    // As they are when it is written.
    private static void LetNullsBeLeftOut(JsonTypeInfo type)
    {
        foreach (var property in type.Properties.Where(property => property.IsSetNullable))
            property.IsRequired = false;
    }

    private static CertificateCheck Signed(byte[] report, ReportSignature? signature, CertificateKey? key)
    {
        if (signature is null)
            return new CertificateCheck(SignatureCheck, Passed: null, "The report is not signed: anybody can have written it.");
        if (key is null || !string.Equals(key.Id, signature.KeyId, StringComparison.Ordinal))
        {
            return new CertificateCheck(
                SignatureCheck, Passed: null,
                "The report is signed by a key that this service does not have: check it with the signer's public key.");
        }

        return SignedReport.IsSigned(report, signature, key)
            ? new CertificateCheck(
                SignatureCheck, Passed: true, "The report is signed by this service's key and was not changed since.")
            : new CertificateCheck(
                SignatureCheck, Passed: false,
                "The signature does not fit the report: it was changed. Also other spaces and line breaks are a change: send it "
                + "as it was fetched.");
    }

    private static CertificateVerdict Judged(IReadOnlyList<CertificateCheck> checks, CertificateKey? key)
    {
        var isSigned = checks.Any(check => check is { Name: SignatureCheck, Passed: true });
        var verdict = checks.Any(check => check.Passed == false) ? CollectionVerdict.Invalid
            : isSigned ? CollectionVerdict.Valid
            : CollectionVerdict.Unsigned;
        var statement = verdict switch
        {
            CollectionVerdict.Invalid => "The recording does not fit its report: nothing can be said of it.",
            CollectionVerdict.Valid => "The recording is the one that this service made and wrote the report of.",
            _ => "Nobody who is known here vouches for the report. The recording is the one that it names.",
        };
        List<string> notChecked = isSigned ? [] : ["Who wrote the report: anybody can write one that fits any recording."];
        notChecked.Add("Whether every face is covered: the report says what was found, and no detector finds every face.");
        var isValid = verdict == CollectionVerdict.Valid || (verdict == CollectionVerdict.Unsigned && key is null);
        return new CertificateVerdict(notChecked, verdict, isValid, statement, checks);
    }
}
