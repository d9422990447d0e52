using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Faces;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Faces;

/// <summary><c>POST /v1/detect</c>: where the faces are.</summary>
internal static class DetectEndpoint
{
    public static async Task<Ok<DetectResponse>> DetectAsync(
        Form<DetectForm> form, HttpRequest request, FacePipeline pipeline, CancellationToken cancellationToken)
    {
        AnswerFormats.Negotiate(request, field: null, AnswerFormats.Json);
        return TypedResults.Ok(
            await pipeline.DetectAsync(form.Value.Image.Bytes(), form.Value.ToDetectionOptions(), cancellationToken));
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
