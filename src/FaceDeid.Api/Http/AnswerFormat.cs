using FaceDeid.Api.Errors;
using FaceDeid.Imaging;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace FaceDeid.Api.Http;

internal static class AnswerFormats
{
    public static readonly AnswerFormat[] Pictures = [AnswerFormat.Png, AnswerFormat.Jpeg, AnswerFormat.Webp];
    public static readonly AnswerFormat[] Json = [AnswerFormat.Json];

    /// <summary>JSON, or a picture: then the format that the picture came in is the answer to whoever asks for any.</summary>
    public static AnswerFormat[] JsonOrPicture(byte[] asItCame)
    {
        var same = Enum.Parse<AnswerFormat>(ImageOutput.Like(asItCame).Format.ToString());
        return [AnswerFormat.Json, same, .. Pictures.Where(format => format != same)];
    }

    public static string MediaType(this AnswerFormat format) => format switch
    {
        AnswerFormat.Json => "application/json",
        AnswerFormat.Png => "image/png",
        AnswerFormat.Jpeg => "image/jpeg",
        _ => "image/webp",
    };

    /// <summary>The media type of a picture that carries a seal.</summary>
    public static string MediaType(this ImageFormat format) => Enum.Parse<AnswerFormat>(format.ToString()).MediaType();

    public static ImageFormat ToImageFormat(this AnswerFormat format) => format switch
    {
        AnswerFormat.Jpeg => ImageFormat.Jpeg,
        AnswerFormat.Webp => ImageFormat.Webp,
        _ => ImageFormat.Png,
    };

    /// <summary>
    /// The form of the answer: the field <c>format</c> when it is given, else the best of the Accept header (RFC 9110, section 12.5.1),
    /// else the first that is offered.
    /// </summary>
    /// <exception cref="ProblemException">406: nothing that is offered was asked for.</exception>
    public static AnswerFormat Negotiate(HttpRequest request, AnswerFormat? field, AnswerFormat[] offered) =>
        Negotiate(request, field, offered, MediaType);

    /// <summary>The same for a call that has forms of its own.</summary>
    public static T Negotiate<T>(HttpRequest request, T? field, T[] offered, Func<T, string> mediaType)
        where T : struct, Enum
    {
        if (field is { } asked)
            return offered.Contains(asked) ? asked : throw NotAcceptable(offered.Select(mediaType));

        var accept = request.Headers.Accept;
        if (StringValues.IsNullOrEmpty(accept))
            return offered[0];
        if (!MediaTypeHeaderValue.TryParseList(accept, out var ranges))
            throw NotAcceptable(offered.Select(mediaType));

        var best = offered.Select(format => (format, quality: Quality(mediaType(format), ranges))).MaxBy(o => o.quality);
        return best.quality > 0 ? best.format : throw NotAcceptable(offered.Select(mediaType));
    }

    private static double Quality(string format, IEnumerable<MediaTypeHeaderValue> ranges)
    {
        var mediaType = new MediaTypeHeaderValue(format);
        // Parameters such as charset=utf-8 do not count: there is one form of each.
        var fitting = ranges.Where(range => mediaType.IsSubsetOf(new MediaTypeHeaderValue(range.MediaType))).OrderBy(range => range.MatchesAllTypes ? 2 : range.MatchesAllSubTypes ? 1 : 0);
        return fitting.FirstOrDefault() is { } mostSpecific ? mostSpecific.Quality ?? 1 : 0;
    }

    private static ProblemException NotAcceptable(IEnumerable<string> offered) => new(
        ProblemKinds.NotAcceptable,
        $"This answer comes as {string.Join(", ", offered)}. Change the Accept header, or the field 'format'.");
}
