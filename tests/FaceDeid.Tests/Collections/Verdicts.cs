using System.Text;
using System.Text.Json.Nodes;
using FaceDeid.Collections;
using Xunit;

namespace FaceDeid.Tests.Collections;

internal static class Verdicts
{
    public static string Failed(JsonNode json, Dictionary<string, string> files) =>
        Failed(Encoding.UTF8.GetBytes(json.ToJsonString()), files);

    /// <summary>Names of the checks that failed, in their order.</summary>
    public static string Failed(byte[] certificate, Dictionary<string, string> files)
    {
        var verdict = CertificateVerifier.Verify(certificate, signature: null, new CollectionContent(files), key: null);
        Assert.Equal(verdict.Valid, verdict.Checks.All(check => check.Passed != false));
        Assert.All(verdict.Checks, check => Refusal.Checked(check.Detail));
        return string.Join(' ', verdict.Checks.Where(check => check.Passed == false).Select(check => check.Name));
    }
}
