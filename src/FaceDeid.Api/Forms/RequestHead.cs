using System.Collections.Frozen;
using FaceDeid.Api.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.WebUtilities;

namespace FaceDeid.Api.Forms;

/// <summary>Marks a call that reads these parameters of its address.</summary>
internal sealed record ReadsParameters(params string[] Names);

/// <summary>
/// What is wrong with a request by its head, told before its body is read and before it takes a place: an address with
/// parameters, which would be dropped silently, and a body that is packed in a way that is not read.
/// </summary>
internal static class RequestHead
{
    private const int MaxQuotedLength = 64;
    private const int MaxQuotedNames = 8;

    /// <summary>Keys in an address, by their names without case, hyphens and underscores.</summary>
    private static readonly FrozenDictionary<string, string> Headers =
        new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
        {
            ["XApiKey"] = FaceDeidHeaders.ApiKey,
            ["ApiKey"] = FaceDeidHeaders.ApiKey,
            ["Key"] = $"{FaceDeidHeaders.ApiKey}, or {FaceDeidHeaders.SealingKey} for a key that seals",
            ["XFaceDeidKey"] = FaceDeidHeaders.SealingKey,
            ["FaceDeidKey"] = FaceDeidHeaders.SealingKey,
            ["Authorization"] = "Authorization",
            ["AccessToken"] = "Authorization",
            ["Token"] = "Authorization",
        }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        if (Calls.AreGuarded(context) && context.GetEndpoint() is RouteEndpoint call) // others have no such address or method
        {
            RefuseParameters(context.Request, call);
            if (HttpMethods.IsPost(context.Request.Method) || HttpMethods.IsPut(context.Request.Method))
                ContentCoding.RequireKnown(context.Request);
        }

        return next(context);
    }

    private static void RefuseParameters(HttpRequest request, RouteEndpoint call)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var parameter in new QueryStringEnumerable(request.QueryString.Value))
            names.Add(parameter.DecodeName().ToString());
        names.ExceptWith(call.Metadata.GetMetadata<ReadsParameters>()?.Names ?? []);
        if (names.Count == 0)
            return;

        var form = call.Metadata.GetMetadata<IAcceptsMetadata>()?.RequestType;
        var fields = (form is null ? [] : FormBinder.FieldNames(form)).Where(names.Contains).ToList();
        names.ExceptWith(fields);
        var headers = names.Where(name => Headers.ContainsKey(Bare(name)) && IsPlain(name)).ToList();
        names.ExceptWith(headers);
        List<string> advice = [call.Metadata.GetMetadata<ReadsParameters>() is { Names: var known }
            ? $"Of the query string only {Quoted(known)} are read."
            : "Nothing is read from the query string of the address."];
        if (fields.Count > 0)
            advice.Add($"Send {Quoted(fields)} in the form (multipart/form-data).");
        foreach (var name in headers.Take(MaxQuotedNames))
            advice.Add($"Send '{name}' as the header {Headers[Bare(name)]}; keys in an address end up in logs.");
        if (names.Count > 0)
            advice.Add($"Leave out {Quoted(names)}: this call knows {(form is null ? "no options" : "no such option")}.");
        throw new ProblemException(ProblemKinds.UnknownParameter, string.Join(' ', advice));
    }

    private static string Bare(string name) => string.Concat(name.Split('-', '_'));

    /// <summary>Names come from outside: what is no plain one is told of, and not repeated.</summary>
    private static string Quoted(IReadOnlyCollection<string> names)
    {
        var plain = names.Where(IsPlain).Take(MaxQuotedNames).Select(name => $"'{name}'").ToList();
        var others = names.Count - plain.Count;
        return string.Join(", ", others == 0 ? plain : [.. plain, plain.Count == 0 ? "the parameters" : $"{others} more"]);
    }

    private static bool IsPlain(string name) =>
        name.Length is > 0 and <= MaxQuotedLength
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-');
}
