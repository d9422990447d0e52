using System.Numerics;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>One person's face of which donors are mixed. Owns its pixels.</summary>
/// <param name="Bgr">The face and what is around it, <c>CV_8UC3</c>.</param>
/// <param name="Points">Its 68 landmarks in <paramref name="Bgr"/>.</param>
/// <param name="Embedding">Who it is.</param>
/// <param name="Measures">How it looks.</param>
/// <param name="Who">Of what kind the person is.</param>
/// <param name="Number">The person's number.</param>
internal sealed record DonorPicture(
    Mat Bgr, Complex[] Points, FaceEmbedding Embedding, FaceMeasures Measures, AgeAndSex Who, int Number) : IDisposable
{
    /// <summary>Whether a donor may be made around it: nothing covers or shades its face.</summary>
    public bool IsClear { get; init; } = true;

    /// <summary>Whether it wears glasses: then it says nothing of what is around the eyes.</summary>
    public bool HasGlasses { get; init; }

    /// <summary>The same in a mirror; its pixels are the caller's.</summary>
    public DonorPicture Mirrored() => this with
    {
        Bgr = Bgr.Flip(FlipMode.Y),
        Points = ShapeModel.Mirrored(Points, (Bgr.Width - 1) / 2.0),
        Measures = Measures.Mirrored(),
    };

    public void Dispose() => Bgr.Dispose();
}
