using System.Numerics;
using FaceDeid.Faces.Detection;
using FaceDeid.Geometry;
using FaceDeid.Imaging;
using FaceDeid.TestData;
using OpenCvSharp;


namespace FaceDeid.Benchmarks.Collections;

/// <summary>
/// Any number of different portraits, as large as those of Labeled Faces in the Wild: faces of the example pictures with their
/// surroundings, each a little turned, scaled, moved, brightened and perhaps mirrored.
/// </summary>
internal sealed class VariedPictures
{
    private const int Side = 250;
    private const double FaceWidth = 95; // of 250 pixels, from ear to ear
    private const int MinFace = 40; // pixels: smaller ones would be blurred
    private const double MaxTurn = 8 * Math.PI / 180;

    private static readonly ImageOutput Jpeg = new(ImageFormat.Jpeg);
    private static readonly string[] NoPortraits = ["bald_guys.jpg", "dogs.jpg"];

    private readonly ImageDecoder _decoder;
    private readonly (byte[] File, Box Face)[] _faces;

    private VariedPictures(ImageDecoder decoder, (byte[] File, Box Face)[] faces) => (_decoder, _faces) = (decoder, faces);

    /// <summary>Looks for the faces of the example pictures.</summary>
    public static VariedPictures Find(ImageDecoder decoder, FaceFinder finder)
    {
        var files =
            Directory.EnumerateFiles(Path.Combine(TestFiles.Root, "tests", "data", "cache"), "*.jpg", SearchOption.AllDirectories)
                .Where(file => !NoPortraits.Contains(Path.GetFileName(file), StringComparer.Ordinal))
                .Order(StringComparer.Ordinal)
                .Select(File.ReadAllBytes);
        return new VariedPictures(decoder, [.. files.SelectMany(file => Faces(file).Select(face => (file, face)))]);

        Box[] Faces(byte[] file)
        {
            using var picture = decoder.Decode(file);
            using var image = SearchImage.Create(picture);
            return [.. finder.Find(image, new DetectionOptions { MinFaceSize = MinFace }).Select(face => face.Box)];
        }
    }

    /// <summary>A JPEG file; the same for the same number.</summary>
    public byte[] Take(int number)
    {
        var random = new Random(number);
        var (file, face) = _faces[number % _faces.Length];
        var turn = Complex.FromPolarCoordinates(FaceWidth / face.Width * Around(1, 0.1), Around(0, MaxTurn));
        var middle = new Complex(Around(Side / 2.0, 8), Around(Side / 2.0, 8));
        using var picture = _decoder.Decode(file);
        using var portrait = picture.Bgr.WarpReduced(
            new SimilarityTransform(turn, middle - (turn * new Complex(face.CentreX(), face.CentreY()))), new Size(Side, Side));
        using var lit = new Mat();
        portrait.ConvertTo(lit, rtype: -1, alpha: Around(1, 0.15), beta: Around(0, 15));
        if (number / _faces.Length % 2 == 1)
            Cv2.Flip(lit, lit, FlipMode.Y);
        return ImageEncoder.Encode(lit, alpha: null, Jpeg);

        double Around(double value, double range) => value + (range * ((2 * random.NextDouble()) - 1));
    }
}
