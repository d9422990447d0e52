using System.Text.Json;
using System.Text.Json.Serialization;
using FaceDeid.Api.Forms;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Api.Deidentify;

/// <summary>
/// The field <c>faces</c>: the JSON of <c>/v1/detect</c> (or the array in it), edited. What a detector says of a face beside
/// where it is is passed over, but for <c>detector</c>, which says what HOG's squares mean; a face that is only half said is
/// refused, because it would be protected in the wrong place.
/// </summary>
internal sealed record EditedFaces(ImageSize? Image, IReadOnlyList<EditedFace> Faces)
{
    public const int MaxCharacters = 256 * 1024;

    private const string Expected =
        "must be JSON: the answer of /v1/detect, or the array of its faces. Each face has a 'box' of x, y, width and height, or "
        + "a 'polygon' of points x and y, in whole pixels, and may have an 'id'.";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerOptions.Strict)
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip,
        MaxDepth = 8,
    };

    public static EditedFaces Parse(string text)
    {
        try
        {
            var sent = text.AsSpan().TrimStart().StartsWith('[')
                ? new Answer(JsonSerializer.Deserialize<List<Face?>>(text, Json)!)
                : JsonSerializer.Deserialize<Answer>(text, Json);
            if (sent is null || sent.Faces.Contains(null) || sent.Faces.Any(face => face!.Polygon?.Contains(null) == true))
                throw FormBinder.Invalid("faces", Expected);
            return new EditedFaces(
                sent.Image is { } size ? new ImageSize(size.Width, size.Height) : null,
                [.. sent.Faces.Select(face => face!.ToEditedFace())]);
        }
        catch (JsonException)
        {
            throw FormBinder.Invalid("faces", Expected);
        }
    }

    private sealed record Answer(IReadOnlyList<Face?> Faces, Size? Image = null);

    private sealed record Face(
        int? Id = null, Rectangle? Box = null, IReadOnlyList<Corner?>? Polygon = null, JsonElement Detector = default)
    {
        private const int SquareTolerance = 2; // pixels, by rounding

        // Under auto, HOG's boxes are no squares any more: they are in the common meaning.
        private bool IsHogSquare => Box is not null && Math.Abs((long)Box.Width - Box.Height) <= SquareTolerance
            && Detector.ValueKind == JsonValueKind.String && Detector.ValueEquals("hog");

        public EditedFace ToEditedFace() => new(
            Id,
            Box is null ? null : new Box(Box.X, Box.Y, Box.Width, Box.Height),
            Polygon is null ? null : [.. Polygon.Select(corner => new PixelPoint(corner!.X, corner.Y))])
        {
            IsHogSquare = IsHogSquare,
        };
    }

    private sealed record Size(int Width, int Height);

    private sealed record Rectangle(int X, int Y, int Width, int Height);

    private sealed record Corner(int X, int Y);
}
