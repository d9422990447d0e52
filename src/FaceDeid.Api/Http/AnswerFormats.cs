using System.Collections.Frozen;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Http;

/// <summary>Every form of an answer: the one table of them.</summary>
internal static class AnswerFormats
{
    private static readonly FrozenDictionary<AnswerFormat, (string MediaType, ImageFormat? Picture)> Table =
        new Dictionary<AnswerFormat, (string MediaType, ImageFormat? Picture)>
        {
            [AnswerFormat.Json] = ("application/json", null),
            [AnswerFormat.Png] = ("image/png", ImageFormat.Png),
            [AnswerFormat.Jpeg] = ("image/jpeg", ImageFormat.Jpeg),
            [AnswerFormat.Webp] = ("image/webp", ImageFormat.Webp),
            [AnswerFormat.Multipart] = ("multipart/mixed", null),
            [AnswerFormat.Html] = ("text/html", null),
            [AnswerFormat.Zip] = ("application/zip", null),
            [AnswerFormat.Jsonl] = ("application/x-ndjson", null),
            [AnswerFormat.Sse] = ("text/event-stream", null),
        }.ToFrozenDictionary();

    public static readonly AnswerFormat[] Json = [AnswerFormat.Json];

    /// <summary>Those that are pictures.</summary>
    public static readonly AnswerFormat[] Pictures =
        [.. Table.Where(row => row.Value.Picture is not null).Select(row => row.Key).Order()];

    public static string MediaType(this AnswerFormat format) => Table[format].MediaType;

    /// <summary>What a picture is written as.</summary>
    public static ImageFormat ToImageFormat(this AnswerFormat format) => Table[format].Picture!.Value;

    /// <summary>The form of an answer that is a picture of this format.</summary>
    public static AnswerFormat ToAnswerFormat(this ImageFormat format) =>
        Pictures.First(picture => picture.ToImageFormat() == format);

    /// <summary>What the field <c>format</c> of a form takes: what its call offers, the usual one first.</summary>
    public static AnswerFormat[] OfferedBy<TForm>() =>
        [.. typeof(TForm).GetProperty("Format")!.GetCustomAttribute<AllowedValuesAttribute>()!.Values.Cast<AnswerFormat>()];

    /// <summary>These, with the format that a picture came in where it is the usual one: first, or behind JSON.</summary>
    public static AnswerFormat[] Preferring(this AnswerFormat[] offered, ImageFormat asItCame, int at = 0)
    {
        var same = asItCame.ToAnswerFormat();
        var others = offered.Where(format => format != same).ToList();
        others.Insert(at, same);
        return [.. others];
    }

    /// <summary>
    /// The form of the answer: the field <c>format</c> when it is given, else the best of the Accept header (RFC 9110, section
    /// 12.5.1), else the first that is offered.
    /// </summary>
    /// <param name="request">The request.</param>
    /// <param name="field">The field; null: it was not sent.</param>
    /// <param name="offered">What the call offers, the usual one first.</param>
    /// <param name="advice">What else there is for who asks for another.</param>
    /// <exception cref="ProblemException">406: nothing that is offered was asked for.</exception>
    public static AnswerFormat Negotiate(
        HttpRequest request, AnswerFormat? field, AnswerFormat[] offered, string? advice = null)
    {
        if (field is { } asked)
            return offered.Contains(asked) ? asked : throw NotAcceptable(offered, advice);

        var accept = request.Headers.Accept;
        if (StringValues.IsNullOrEmpty(accept))
            return offered[0];
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            throw NotAcceptable(offered, advice);

        var best = offered.Select(format => (format, quality: Quality(format.MediaType(), ranges))).MaxBy(o => o.quality);
        return best.quality > 0 ? best.format : throw NotAcceptable(offered, advice);
    }

    private static double Quality(string format, IEnumerable<MediaTypeHeaderValue> ranges)
    {
        var mediaType = new MediaTypeHeaderValue(format);
        // Parameters such as charset=utf-8 do not count: there is one form of each.
        var fitting = ranges.Where(range => mediaType.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType)))
            .OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0);
        return fitting.FirstOrDefault() is { } mostSpecific ? mostSpecific.Quality ?? 1 : 0;
    }

    private static ProblemException NotAcceptable(AnswerFormat[] offered, string? advice) => new(
        ProblemKinds.NotAcceptable,
        $"This answer comes as {string.Join(", ", offered.Select(MediaType))}. Change the Accept header, or the field 'format'."
        + (advice is null ? string.Empty : $" {advice}"));
}
