using System.Security.Cryptography;
using System.Text;

namespace FaceDeid.Api.Tests;

/// <summary>API keys, as the configuration knows them.</summary>
internal static class AccessKeys
{
    public const string Header = "X-Api-Key";

    /// <summary>What stands in the configuration for a key.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>The setting that makes a key known.</summary>
    public static (string Key, string Value) Known(string name, string key) =>
        ($"FaceDeid:Security:ApiKeys:{name}:Sha256", Hash(key));

    /// <summary>The setting that gives a key its first scope.</summary>
    public static (string Key, string Value) Scope(string name, string scope) =>
        ($"FaceDeid:Security:ApiKeys:{name}:Scopes:0", scope);

    /// <summary>Sends a request without a body, with a header as it stands; the caller disposes the answer.</summary>
    public static async Task<HttpResponseMessage> SendAsync(
        ServiceFixture service, HttpMethod method, string path, string? header = null, params string[] values)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (header is not null)
            request.Headers.TryAddWithoutValidation(header, values);
        return await service.Client.SendAsync(request);
    }

    /// <summary>The status of an answer and, of a problem, its code.</summary>
    public static async Task<string> OutcomeAsync(Task<HttpResponseMessage> call)
    {
        using var answer = await call;
        return answer.IsSuccessStatusCode
            ? $"{(int)answer.StatusCode}"
            : $"{(int)answer.StatusCode} {(await answer.JsonAsync())["code"]}";
    }
}
