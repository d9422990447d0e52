using System.Text.Json;
using System.Text.Json.Serialization;
using FaceDeid.Dlib;
using OpenCvSharp;
using Xunit;

namespace FaceDeid.Tests.Dlib;

/// <summary>What Python's dlib found in seven pictures (data/reference), and the models to find it again.</summary>
internal static class DlibReference
{
    private static readonly string DataFolder = Path.Combine(AppContext.BaseDirectory, "data", "reference");
    private static readonly JsonSerializerOptions CamelCase = new(JsonSerializerDefaults.Web);

    public static TheoryData<int> Numbers => [1, 2, 3, 4, 5, 6, 7];

    public static string PredictorPath { get; } =
        Path.Combine(RepositoryFolder(), "models", "cache", "shape_predictor_68_face_landmarks.dat");

    public static GrayPicture Picture(int number)
    {
        using var picture = new Mat(Path.Combine(DataFolder, $"gray_{number}.png"), ImreadModes.Grayscale);
        Assert.False(picture.Empty());
        picture.GetArray(out byte[] pixels);
        return new GrayPicture(pixels, picture.Width, picture.Height, picture.Width);
    }

    public static IReadOnlyList<ReferenceFace> Faces(int number)
    {
        using var file = File.OpenRead(Path.Combine(DataFolder, "reference.json"));
        return JsonSerializer.Deserialize<ReferenceFile>(file, CamelCase)!.Images[number - 1].Hog;
    }

    private static string RepositoryFolder()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "FaceDeid.sln")))
            folder = folder.Parent ?? throw new InvalidOperationException("No FaceDeid.sln above the tests.");
        return folder.FullName;
    }

    private sealed record ReferenceFile(IReadOnlyList<ReferenceImage> Images);

    private sealed record ReferenceImage(IReadOnlyList<ReferenceFace> Hog);
}

/// <summary>A face in reference.json.</summary>
internal sealed record ReferenceFace(
    [property: JsonPropertyName("rect")] DlibRectangle Box, [property: JsonPropertyName("landmarks")] int[][] Landmarks)
{
    public IEnumerable<DlibPoint> Points => Landmarks.Select(point => new DlibPoint(point[0], point[1]));
}

/// <summary>A gray picture that, unlike <see cref="GrayPixels"/>, may live on the heap.</summary>
internal sealed record GrayPicture(byte[] Bytes, int Width, int Height, int Stride)
{
    public GrayPixels Pixels => new(Bytes, Width, Height, Stride);

    /// <summary>The same picture with noise between its rows and none after the last.</summary>
    public GrayPicture Padded(int padding)
    {
        var stride = Width + padding;
        var bytes = new byte[(stride * (Height - 1)) + Width];
        new Random(1).NextBytes(bytes);
        for (var row = 0; row < Height; row++)
            Pixels.Pixels.Slice(row * Stride, Width).CopyTo(bytes.AsSpan(row * stride));
        return new GrayPicture(bytes, Width, Height, stride);
    }
}

/// <summary>The two models, loaded once for all tests.</summary>
public sealed class DlibModels : IDisposable
{
    public FrontalFaceDetector Detector { get; } = FrontalFaceDetector.Create();

    public ShapePredictor Predictor { get; } = ShapePredictor.Load(DlibReference.PredictorPath);

    public void Dispose()
    {
        Detector.Dispose();
        Predictor.Dispose();
    }
}

[CollectionDefinition(Name)]
public sealed class SharedDlibModels : ICollectionFixture<DlibModels>
{
    public const string Name = "dlib";
}
