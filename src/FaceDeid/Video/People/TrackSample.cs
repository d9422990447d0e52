using FaceDeid.Faces.Landmarks;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Video.People;

/// <summary>A face that is followed as one frame shows it, upright and clearly enough to be recognised.</summary>
/// <param name="Frame">Which frame.</param>
/// <param name="Quality">How well it is seen, 0 to 1: sure, and large.</param>
/// <param name="Look">What it looks like.</param>
/// <param name="Who">Of what kind it is.</param>
/// <param name="Expression">What it expresses; null: nobody needs to know.</param>
/// <param name="Cutout">What donors are chosen by; null: nobody needs to know.</param>
internal sealed record TrackSample(
    int Frame, double Quality, FaceEmbedding Look, AgeAndSex Who, FacialExpression? Expression, FaceCutout? Cutout);

/// <summary>A face with its surroundings, cut out of a frame and reduced.</summary>
/// <param name="Width">Pixels from left to right.</param>
/// <param name="Height">Pixels from top to bottom.</param>
/// <param name="Bgr">Blue, green and red of each.</param>
/// <param name="Face">Where the face is in it.</param>
/// <param name="Points">Its 68 landmarks in it.</param>
internal sealed record FaceCutout(int Width, int Height, byte[] Bgr, Box Face, IReadOnlyList<PixelPoint> Points)
{
    private const double Around = 0.7; // of the box's sides, to each side
    private const double Enough = 110; // pixels of a face's width: donors are tried on at 96

    public static FaceCutout Of(Mat picture, Box face, Landmarks68 landmarks)
    {
        var (right, down) = ((int)(face.Width * Around), (int)(face.Height * Around));
        var place = new Rect(face.X - right, face.Y - down, face.Width + (2 * right), face.Height + (2 * down))
            .Intersect(new Rect(0, 0, picture.Width, picture.Height));
        var scale = Math.Min(1, Enough / face.Width);
        var size = new Size(Math.Max(1, (int)(place.Width * scale)), Math.Max(1, (int)(place.Height * scale)));
        using var part = picture.SubMat(place);
        using var reduced = part.Resize(size, 0, 0, InterpolationFlags.Area);
        var bytes = new byte[size.Width * size.Height * 3];
        for (var y = 0; y < size.Height; y++)
            reduced.Row<byte>(y).CopyTo(bytes.AsSpan(y * size.Width * 3));
        var (scaleX, scaleY) = (size.Width / (double)place.Width, size.Height / (double)place.Height);
        return new FaceCutout(
            size.Width, size.Height, bytes,
            new Box(
                (int)((face.X - place.X) * scaleX), (int)((face.Y - place.Y) * scaleY),
                Math.Max(1, (int)(face.Width * scaleX)), Math.Max(1, (int)(face.Height * scaleY))),
            [.. landmarks.Points.Select(p => new PixelPoint(
                (int)Math.Round((p.X - place.X) * scaleX), (int)Math.Round((p.Y - place.Y) * scaleY)))]);
    }

    /// <summary>The pixels, <c>CV_8UC3</c>; the caller owns them.</summary>
    public Mat ToMat() => Bgr.ToMat(Height, Width, MatType.CV_8UC3);
}
