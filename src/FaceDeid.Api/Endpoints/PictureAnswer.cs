using FaceDeid.Api.Forms;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Endpoints;

/// <summary>Marks a call whose answer can be a picture, for the OpenAPI document.</summary>
/// <param name="Description">What the answer is.</param>
/// <param name="HasReport">Whether there is a report on each face, which can also come with the picture.</param>
/// <param name="IsSealed">Whether it is said how many faces are sealed.</param>
/// <param name="IsSidecar">Whether it can also be a sidecar.</param>
internal sealed record PictureAnswerMetadata(string Description, bool HasReport = false, bool IsSealed = false, bool IsSidecar = false);

/// <summary>A picture as an answer, with what was done to it in its headers.</summary>
internal static class PictureAnswer
{
    public const string FacesHeader = "X-FaceDeid-Faces";
    public const string MethodHeader = "X-FaceDeid-Method";
    public const string DetectorHeader = "X-FaceDeid-Detector";
    public const string FallbacksHeader = "X-FaceDeid-Fallbacks";
    public const string UnmatchedHeader = "X-FaceDeid-Unmatched";

    public const string NotesHeader = "X-FaceDeid-Notes";

    public const string SealedHeader = "X-FaceDeid-Sealed";

    /// <summary>All of them.</summary>
    public static readonly string[] Headers =
        [FacesHeader, MethodHeader, DetectorHeader, FallbacksHeader, UnmatchedHeader, NotesHeader, SealedHeader];

    public static FileContentHttpResult Create(
        HttpResponse response, byte[] picture, AnswerFormat format, string method, IReadOnlyList<PictureNote>? notes,
        DetectorKind? detector = null, int? faces = null)
    {
        if (notes is not null)
            response.Headers[NotesHeader] = string.Join(", ", notes.Select(note => FormBinder.WireName(note)));
        response.Headers[MethodHeader] = method;
        if (detector is not null)
            response.Headers[DetectorHeader] = FormBinder.FieldName(detector.Value.ToString());
        if (faces is not null)
            response.Headers[FacesHeader] = $"{faces}";
        return TypedResults.File(picture, format.MediaType());
    }
}
