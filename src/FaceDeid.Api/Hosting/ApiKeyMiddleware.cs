using System.Security.Cryptography;
using System.Text;
using FaceDeid.Api.Errors;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Hosting;

/// <summary>Lets only holders of a key into <c>/v1</c>, when keys are configured. Keys are compared by hash, in constant time.</summary>
internal sealed class ApiKeyMiddleware(RequestDelegate next, IOptions<FaceDeidOptions> options)
{
    private const string Header = "X-Api-Key";
    private static readonly object ClientItem = new();

    private readonly byte[][] _keys = [.. options.Value.Security.ApiKeys.Select(Hash)];

    public Task InvokeAsync(HttpContext context)
    {
        if (_keys.Length > 0 && Admission.IsGuarded(context))
        {
            var sent = Hash(context.Request.Headers[Header].ToString());
            if (!_keys.Aggregate(false, (known, key) => known | CryptographicOperations.FixedTimeEquals(key, sent)))
                throw new ProblemException(ProblemKinds.Unauthorized, $"Send a key that this service knows in the header {Header}.");
            context.Items[ClientItem] = Convert.ToHexString(sent);
        }

        return next(context);
    }

    /// <summary>Who sends: the API key's hash, or else the address.</summary>
    public static string Client(HttpContext context) =>
        context.Items[ClientItem] as string ?? context.Connection.RemoteIpAddress?.ToString() ?? string.Empty;

    private static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
