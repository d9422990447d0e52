using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Http;

/// <summary>Marks a call whose answer can be a picture, for the OpenAPI document.</summary>
/// <param name="Description">What the answer is.</param>
/// <param name="HasReport">Whether there is a report on each face, which can also come with the picture.</param>
/// <param name="IsSealed">Whether it is said how many faces are sealed.</param>
/// <param name="IsSidecar">Whether it can also be a sidecar.</param>
internal sealed record PictureAnswerMetadata(
    string Description, bool HasReport = false, bool IsSealed = false, bool IsSidecar = false);

/// <summary>A picture as an answer, with what was done to it in its headers.</summary>
internal static class PictureAnswer
{
    public static FileContentHttpResult Create(
        HttpResponse response, byte[] picture, AnswerFormat format, string method, IReadOnlyList<PictureNote>? notes,
        DetectorKind? detector = null, int? faces = null)
    {
        if (notes is not null)
            response.Headers[FaceDeidHeaders.Notes] = string.Join(", ", notes.Select(note => WireNames.Of(note)));
        response.Headers[FaceDeidHeaders.Method] = method;
        if (detector is not null)
            response.Headers[FaceDeidHeaders.Detector] = WireNames.Of(detector);
        if (faces is not null)
            response.Headers[FaceDeidHeaders.Faces] = $"{faces}";
        return TypedResults.File(picture, format.MediaType());
    }
}
