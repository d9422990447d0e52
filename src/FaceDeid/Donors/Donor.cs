using System.Numerics;
using FaceDeid.Faces.Recognition;
using OpenCvSharp;

namespace FaceDeid.Donors;

/// <summary>An average of at least <see cref="MinPeople"/> people, or of a collection's group: nobody's own face.</summary>
/// <param name="Texture">Its pixels in the shape model's frame, <c>CV_8UC3</c>; owned by whoever made the donor.</param>
/// <param name="Shape">Its 68 landmarks in the frame, expression and pose taken out.</param>
/// <param name="Embedding">The centre of its people in the embedding's space.</param>
internal sealed record Donor(Mat Texture, Complex[] Shape, FaceEmbedding Embedding)
{
    /// <summary>Fewest people in a donor.</summary>
    public const int MinPeople = 8;
}
