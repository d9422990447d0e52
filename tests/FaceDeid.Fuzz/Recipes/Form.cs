using System.Text;

namespace FaceDeid.Fuzz.Recipes;

/// <summary>One part of a form.</summary>
/// <param name="Name">The field.</param>
/// <param name="Content">Its bytes.</param>
/// <param name="FileName">Null: a text field.</param>
internal sealed record UploadPart(string Name, byte[] Content, string? FileName = null)
{
    /// <summary>Lines of its head besides.</summary>
    public string Headers { get; init; } = string.Empty;

    /// <summary>Its head as written by others; null: as it should be.</summary>
    public string? Disposition { get; init; }

    public static UploadPart Text(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));
}

/// <summary>A request, byte for byte.</summary>
internal sealed record FuzzRequest(Target Target, IReadOnlyList<UploadPart> Parts)
{
    public const string Boundary = "--facedeid-fuzz";

    public string? ContentType { get; init; } = $"multipart/form-data; boundary={Boundary}";

    public string? Accept { get; init; }

    /// <summary>The header <c>X-FaceDeid-Key</c>.</summary>
    public string? Key { get; init; }

    /// <summary>Whether the body comes without its length.</summary>
    public bool IsChunked { get; init; }

    /// <summary>Whether the form is as it should be, so that what was meant is what was sent.</summary>
    public bool IsIntact { get; init; } = true;

    public byte[] Body { get; init; } = Write(Parts);

    /// <summary>What was done to it, in order.</summary>
    public IReadOnlyList<string> Kinds { get; init; } = [];

    public bool Has(string name) => Parts.Any(part => string.Equals(part.Name, name, StringComparison.Ordinal));

    public bool Has(string name, string value) => Parts.Any(part => string.Equals(part.Name, name, StringComparison.Ordinal)
        && part.Content.AsSpan().SequenceEqual(Encoding.UTF8.GetBytes(value)));

    public static byte[] Write(IEnumerable<UploadPart> parts)
    {
        using var body = new MemoryStream();
        foreach (var part in parts)
        {
            var file = part.FileName is null ? string.Empty : $"; filename=\"{part.FileName}\"";
            Line($"--{Boundary}");
            Line(part.Disposition ?? $"Content-Disposition: form-data; name=\"{part.Name}\"{file}");
            if (part.Headers.Length > 0)
                Line(part.Headers);
            Line(string.Empty);
            body.Write(part.Content);
            Line(string.Empty);
        }

        Line($"--{Boundary}--");
        return body.ToArray();

        void Line(string text) => body.Write(Encoding.UTF8.GetBytes(text + "\r\n"));
    }
}
