using System.Text.Json;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Peers;

/// <summary>
/// A picture, and the requests that the service and the FastAPI service are sent; the C++ program is asked by number.
/// </summary>
/// <param name="Number">Its place among <see cref="ExamplePicture.All"/>.</param>
/// <param name="Name">What is on it.</param>
/// <param name="Landmarks">For its landmarks.</param>
/// <param name="Merge">For its merge with the next picture.</param>
internal sealed record PeerSubject(int Number, string Name, Upload Landmarks, Upload Merge)
{
    // Left, top, right and bottom of a face, then x and y of its points.
    private const int NumbersOfFace = 4 + (2 * 68);

    private sealed record ServiceAnswer(List<ServiceAnswer.Face> Faces)
    {
        internal sealed record Face(Box Box, List<PixelPoint> Landmarks);
    }

    private sealed record PeerAnswer(List<PeerAnswer.Face> Faces)
    {
        internal sealed record Face(int[] Box, List<int[]> Landmarks);
    }

    public static PeerSubject[] All { get; } =
    [
        .. ExamplePicture.All.Select((picture, i) => new PeerSubject(
            i, picture.Name,
            new Upload("/v1/landmarks", [("image", picture.Bytes)], [("detector", "hog")]),
            new Upload(
                "/v1/merge", [("first", picture.Bytes), ("second", ExamplePicture.All[(i + 1) % ExamplePicture.All.Count].Bytes)],
                []))),
    ];

    /// <summary>Stops the run when the three do not find the same faces with the same points, in the same order.</summary>
    public async Task CheckAsync(HttpClient service, StockProgram stock, HttpClient peer)
    {
        var served = Read<ServiceAnswer>(await Landmarks.SendAndReadAsync(service)).Faces
            .SelectMany<ServiceAnswer.Face, int>(face =>
            [
                face.Box.X, face.Box.Y, face.Box.X + face.Box.Width - 1, face.Box.Y + face.Box.Height - 1,
                .. face.Landmarks.SelectMany(point => (int[])[point.X, point.Y]),
            ]).ToArray();
        var answered = Read<PeerAnswer>(await Landmarks.SendAndReadAsync(peer)).Faces
            .SelectMany<PeerAnswer.Face, int>(face => [.. face.Box, .. face.Landmarks.SelectMany(point => point)]);
        if (served.Length == 0 || served.Length % NumbersOfFace != 0)
            throw new InvalidOperationException($"The service finds no face with 68 points on '{Name}'.");
        if (!served.SequenceEqual(stock.Landmarks(Number).Faces))
            throw new InvalidOperationException($"The service and the C++ program give different boxes or points on '{Name}'.");
        if (!served.SequenceEqual(answered))
        {
            throw new InvalidOperationException(
                $"The service and the FastAPI service give different boxes or points on '{Name}'.");
        }
    }

    private static T Read<T>(byte[] json) => JsonSerializer.Deserialize<T>(json, JsonSerializerOptions.Web)!;
}
