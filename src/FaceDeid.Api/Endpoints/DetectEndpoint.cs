using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Detection;
using FaceDeid.Imaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Endpoints;

/// <summary><c>POST /v1/detect</c>: where the faces are.</summary>
internal static class DetectEndpoint
{
    public static async Task<Ok<DetectResponse>> DetectAsync(
        Form<DetectForm> form, HttpRequest request, DeidentificationPipeline pipeline, CancellationToken cancellationToken)
    {
        AnswerFormats.Negotiate(request, field: null, AnswerFormats.Json);
        var result = await pipeline.DetectAsync(form.Value.Image.Bytes(), form.Value.ToDetectionOptions(), cancellationToken);
        return TypedResults.Ok(new DetectResponse(result.Image, result.Faces, result.Notes));
    }
}

/// <summary>A picture, and how its faces are found.</summary>
public sealed class DetectForm : NotebookDetectionForm
{
    /// <summary>
    /// The picture: JPEG, PNG, WebP, TIFF (one page), AVIF, HEIC, JPEG XL, BMP or GIF (one frame), told by its content. It
    /// is turned upright first.
    /// </summary>
    [Required]
    public IFormFile Image { get; set; } = null!;
}

/// <summary>The faces of a picture.</summary>
/// <param name="Image">Size of the upright picture (of the 300 x 300 square with `compat=notebook`), in whose pixels boxes are.</param>
/// <param name="Faces">The faces, in the detector's order; empty when none was found.</param>
/// <param name="Notes">
/// What was done to the picture before faces were looked for, where that changes what is seen; left out: nothing.
/// </param>
public sealed record DetectResponse(ImageSize Image, IReadOnlyList<DetectedFace> Faces, IReadOnlyList<PictureNote>? Notes);
