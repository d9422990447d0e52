using System.Text;
using FaceDeid.Fuzz.Mutating;

namespace FaceDeid.Fuzz.Recipes;

/// <summary>Damage to the form around the file: parts, heads of parts, boundaries, the head of the request.</summary>
internal static class Envelope
{
    private static readonly string[] ContentTypes =
    [
        "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"",
        "multipart/form-data; boundary=other", "multipart/mixed; boundary=" + FuzzRequest.Boundary,
        "multipart/form-data; boundary=\"" + FuzzRequest.Boundary + "\"", "MULTIPART/FORM-DATA; BOUNDARY=" + FuzzRequest.Boundary,
        "application/x-www-form-urlencoded", "image/jpeg", "",
        "multipart/form-data; boundary=" + FuzzRequest.Boundary + "; boundary=x",
        "multipart/form-data; charset=utf-7; boundary=" + FuzzRequest.Boundary, "multipart/form-data;boundary=é",
        "multipart/form-data; boundary=a\"b", "multipart/form-data-x; boundary=" + FuzzRequest.Boundary,
    ];

    private static readonly string[] Dispositions =
    [
        "Content-Disposition: form-data", "Content-Disposition: attachment; name=\"image\"; filename=\"x\"",
        "Content-Disposition: form-data; name=image; filename=x",
        "Content-Disposition: form-data; name=\"image\"; filename*=UTF-8''%ff%fe",
        "Content-Disposition: form-data; name=\"image\"; filename*=utf-16''x", "X: y", "no colon at all", "",
        "Content-Disposition: form-data; name=\"\"; filename=\"\"", "Content-Disposition: form-data; name=\"image",
        "content-disposition:form-data;name=image;filename=", "Content-Disposition:",
        "Content-Disposition: form-data; name=\"image\"; name=\"faces\"; filename=\"x\"",
        "Content-Disposition: form-data; name*=UTF-8''image; filename=\"x\"",
        "Content-Disposition: form-data; name=\"i\\\"mage\"; filename=\"a\\\\b\"",
        "Content-Disposition: form-data; name=\"image\"; filename=\"=?utf-8?B?4pi6?=\"",
    ];

    private static readonly string[] Headers =
    [
        "Content-Type: text/html", "Content-Type: image/png; charset=x",
        "Content-Type: multipart/mixed; boundary=" + FuzzRequest.Boundary, "Content-Transfer-Encoding: base64",
        "Content-Length: 0", "Content-Encoding: gzip", ": x", "X:\0", "Content-Disposition: form-data; name=\"other\"",
    ];

    private static readonly string[] FileNames =
        ["", "../../x.jpg", "a\0b", "\u202Egpj", "x.php", "\";\"", "%0d%0aX: y", "\r\nX-Y: z", "CON", "é"];

    private static readonly string?[] Keys =
    [
        null, "", "x", "AAAA", "====", new string('A', 44), new string('A', 5000), "ZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXp7fH1+f4CBgoM=",
    ];

    private static readonly string[] Accepts =
    [
        "application/json", "image/webp", "image/*;q=0", "*/*;q=0.0001", "text/html", ";;;", "image/png;q=nan", "",
        "multipart/mixed", "image/jpeg, image/png;q=0.5",
    ];

    public static FuzzRequest Damage(FuzzRequest request, Dice dice)
    {
        var parts = request.Parts.ToList();
        var at = dice.Below(parts.Count);
        var kind = "parts";
        switch (dice.Below(18))
        {
            case 0: parts.RemoveAt(at); break;
            case 1: parts.Add(parts[at]); break;
            case 2: parts[at] = parts[at] with { FileName = parts[at].FileName is null ? "x" : null }; kind = "file"; break;
            case 3:
                parts[at] = parts[at] with { FileName = dice.OneIn(3) ? new string('a', 20_000) : dice.Of(FileNames) };
                kind = "filename";
                break;
            case 4: parts[at] = parts[at] with { Name = TextMutations.OddValue(dice) }; kind = "name"; break;
            case 5: parts[at] = parts[at] with { Disposition = dice.Of(Dispositions) }; kind = "disposition"; break;
            case 6:
                parts[at] = parts[at] with { Headers = dice.OneIn(3) ? Many(dice) : dice.Of(Headers) };
                kind = "headers";
                break;
            case 7:
                parts[at] =
                    parts[at] with { Content = dice.OneIn(2) ? [] : Encoding.UTF8.GetBytes(TextMutations.OddValue(dice)) };
                kind = "content";
                break;
            case 8:
                parts = [.. Enumerable.Range(0, dice.Below(300)).Select(i => UploadPart.Text($"f{i}", "x")), .. parts];
                kind = "many";
                break;
            case 9: (parts[at], parts[0]) = (parts[0], parts[at]); kind = "order"; break;
            case 10:
                return request with
                {
                    ContentType = dice.OneIn(6) ? $"multipart/form-data; boundary={new string('b', 300)}" : dice.Of(ContentTypes),
                    IsIntact = false,
                    Kinds = [.. request.Kinds, "form.type"],
                };
            case 11: return request with { Accept = dice.Of(Accepts), Kinds = [.. request.Kinds, "form.accept"] };
            case 12: return request with { Key = dice.Of(Keys), IsIntact = false, Kinds = [.. request.Kinds, "form.key"] };
            case 13: return request with { IsChunked = true, Kinds = [.. request.Kinds, "form.chunked"] };
            case 14: return Torn(request, dice, "form.cut", body => body[..dice.Below(body.Length)]);
            case 15: return Torn(request, dice, "form.end", body => body[..^(1 + dice.Below(6))]);
            case 16:
                return Torn(request, dice, "form.around", body =>
                    [.. dice.Bytes(dice.Below(3000)), 13, 10, .. body, .. dice.Bytes(dice.Below(3000))]);
            default: return Torn(request, dice, "form.bytes", body => Scratched(body, dice));
        }

        return new FuzzRequest(request.Target, parts)
        {
            Key = request.Key,
            Kinds = [.. request.Kinds, $"form.{kind}"],
            IsIntact = kind is "order",
        };
    }

    private static FuzzRequest Torn(FuzzRequest request, Dice dice, string kind, Func<byte[], byte[]> change) => request with
    {
        Body = change(request.Body),
        IsChunked = dice.OneIn(3),
        IsIntact = false,
        Kinds = [.. request.Kinds, kind],
    };

    /// <summary>Damages the first bytes, where the heads of parts are, or the last.</summary>
    private static byte[] Scratched(byte[] body, Dice dice)
    {
        var border = Math.Min(body.Length, 400);
        return dice.OneIn(2)
            ? [.. ByteMutations.Apply(body[..border], dice).Bytes, .. body[border..]]
            : [.. body[..^border], .. ByteMutations.Apply(body[^border..], dice).Bytes];
    }

    private static string Many(Dice dice) => dice.OneIn(2)
        ? string.Join("\r\n", Enumerable.Range(0, 1 + dice.Below(60)).Select(i => $"X-{i}: y"))
        : $"X: {new string('y', 1 + dice.Below(40_000))}";
}
