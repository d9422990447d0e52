using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Faces;
using FaceDeid.Faces.Landmarks;
using FaceDeid.Imaging;
using FaceDeid.Notebook;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Faces;

/// <summary><c>POST /v1/landmarks</c>: the 68 points of every face, or a drawing of them.</summary>
internal static class LandmarksEndpoint
{
    public static async Task<Results<Ok<LandmarksResponse>, FileContentHttpResult>> LandmarksAsync(
        Form<LandmarksForm> form, HttpContext context, FacePipeline pipeline,
        NotebookPipeline notebook, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        var image = fields.Image.Bytes();
        var format = AnswerFormats.Negotiate(context.Request, fields.Format, AnswerFormats.OfferedBy<LandmarksForm>()
            .Preferring(ImageOutput.Like(image).Format, at: 1));
        var options = fields.ToDetectionOptions();
        var overlay = fields.ToOverlayOptions();
        if (format == AnswerFormat.Json)
        {
            var result = await pipeline.LandmarksAsync(image, options, cancellationToken);
            return TypedResults.Ok(
                new LandmarksResponse(result.Image, [.. result.Faces.Select(Face)], result.Notes));
        }

        var output = new ImageOutput(format.ToImageFormat(), fields.Quality ?? ImageOutput.DefaultQuality);
        var drawn = await notebook.OverlayAsync(image, options, overlay, output, cancellationToken);
        return PictureAnswer.Create(
            context.Response, drawn.Picture, format, "overlay", drawn.Notes, options.Detector, drawn.Faces);
    }

    private static LandmarksResponse.Face Face(FaceLandmarks found) => new(
        found.Face.Id, found.Face.Box, found.Face.Score, found.Face.Certainty, found.Face.Detector, found.Face.SubDetector,
        found.Landmarks.Points, [.. FaceRegion.All.Select(region => new LandmarksResponse.Region(
            region.Name, region.Start, region.End, found.Landmarks.In(region)))]);
}

/// <summary>A picture, how its faces are found, and how their landmarks are drawn.</summary>
public sealed class LandmarksForm : NotebookDetectionForm
{
    private const string ColorPattern = "^#[0-9A-Fa-f]{6}(,#[0-9A-Fa-f]{6}){0,6}$";

    /// <summary>
    /// The picture: JPEG, PNG, WebP, TIFF (one page), AVIF, HEIC, JPEG XL, BMP or GIF (one frame), told by its content. It
    /// is turned upright first.
    /// </summary>
    [Required]
    public IFormFile Image { get; set; } = null!;

    /// <summary>
    /// The form of the answer: `json` (the points), or `png`, `jpeg`, `webp` (the overlay). Wins over the Accept header; default
    /// `json`. Where that header likes any picture best, the overlay has the format that the picture came in, others as PNG. A
    /// picture without a face has no overlay: 422.
    /// </summary>
    /// <example>json</example>
    [AllowedValues(AnswerFormat.Json, AnswerFormat.Png, AnswerFormat.Jpeg, AnswerFormat.Webp)]
    [DefaultValue(AnswerFormat.Json)]
    public AnswerFormat? Format { get; set; }

    /// <summary>
    /// Overlay: colour of the regions as `#RRGGBB`; or seven of them, separated by commas, for Mouth, Right_Eyebrow,
    /// Left_Eyebrow, Right_Eye, Left_Eye, Nose, Jaw.
    /// </summary>
    /// <example>#000000</example>
    [RegularExpression(ColorPattern, ErrorMessage = "must be one colour such as #FF8800, or seven separated by commas.")]
    [DefaultValue(HexColor.Black)]
    public string? Color { get; set; }

    /// <summary>
    /// Overlay: opacity of the drawing, 0 (not seen: the picture is as it was) to 1 (solid). The overlay is no protection.
    /// </summary>
    /// <example>0.75</example>
    [Range(0.0, 1.0)]
    [DefaultValue(OverlayOptions.DefaultAlpha)]
    public double? Alpha { get; set; }

    /// <summary>Quality of a JPEG or WebP answer, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>90</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.DefaultQuality)]
    public int? Quality { get; set; }

    internal OverlayOptions ToOverlayOptions()
    {
        var colors = (Color ?? HexColor.Black).Split(',').Select(HexColor.Parse).ToArray();
        return colors.Length is 1 or 7
            ? new OverlayOptions(colors, Alpha ?? OverlayOptions.DefaultAlpha)
            : throw FormBinder.Invalid("color", "must be one colour such as #FF8800, or seven separated by commas.");
    }
}
