using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace FaceDeid.Api.Access;

/// <summary>The keys that are let in. Only their hashes are known here, and they are compared in constant time.</summary>
internal sealed class ApiKeys(IOptions<FaceDeidOptions> options)
{
    /// <summary>The header that carries a key.</summary>

    private readonly (byte[] Hash, Caller Caller)[] _keys =
    [
        .. options.Value.Security.ApiKeys.Select(key =>
        {
            var name = $"key:{key.Key}";
            return (Convert.FromHexString(key.Value.Sha256), new Caller(
                name, name, [.. key.Value.Scopes], key.Value.RequestsPerMinute));
        }),
    ];

    public bool Any => _keys.Length > 0;

    /// <summary>Whose key this is; null: nobody's. Of two keys in one request none counts.</summary>
    public Caller? Find(StringValues sent)
    {
        if (sent.Count != 1)
            return null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(sent.ToString()));
        Caller? found = null;
        foreach (var key in _keys) // each of them, so that the time does not tell which one it was
        {
            if (CryptographicOperations.FixedTimeEquals(key.Hash, hash))
                found = key.Caller;
        }

        return found;
    }
}
