using System.Numerics;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>A mixture of several people of one kind, or of a collection's group: nobody's own face.</summary>
/// <param name="Picture">Its texture as a picture file that OpenCV reads, about 270 x 350 pixels and 20 kB.</param>
/// <param name="Points">Its 68 landmarks, in pixels of the texture.</param>
/// <param name="Embedding">The centre of its people in the embedding's space.</param>
/// <param name="Measures">How it looks.</param>
/// <param name="Who">Of what kind its people are.</param>
/// <param name="Expression">What it expresses.</param>
/// <param name="Seed">Number of the person that it was made around; two donors of one number are alike.</param>
internal sealed record Donor(
    byte[] Picture, Complex[] Points, FaceEmbedding Embedding, FaceMeasures Measures, AgeAndSex Who,
    FacialExpression Expression, int Seed)
{
    /// <summary>Whether it is the mean of all people of its kind.</summary>
    public bool IsAverage { get; init; }

    private bool IsMirrored { get; init; }

    /// <summary>The texture, <c>CV_8UC3</c>; the caller owns it.</summary>
    public Mat Texture()
    {
#pragma warning disable RS0030 // no upload: the library's own file, of which the hash was verified
        var texture = Cv2.ImDecode(Picture, ImreadModes.Color);
#pragma warning restore RS0030
        if (IsMirrored)
            Cv2.Flip(texture, texture, FlipMode.Y);
        return texture;
    }

    /// <summary>The same in a mirror.</summary>
    /// <param name="width">The texture's width in pixels.</param>
    public Donor Mirrored(int width) => this with
    {
        Points = ShapeModel.Mirrored(Points, (width - 1) / 2.0),
        Measures = Measures.Mirrored(),
        IsMirrored = !IsMirrored,
    };
}
