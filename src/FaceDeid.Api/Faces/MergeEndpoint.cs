using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Faces.Detection;
using FaceDeid.Imaging;
using FaceDeid.Notebook;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Faces;

/// <summary><c>POST /v1/merge</c>: the notebook's merge of two faces.</summary>
internal static class MergeEndpoint
{
    public static async Task<Results<Ok<MergeResponse>, FileContentHttpResult>> MergeAsync(
        Form<MergeForm> form, HttpContext context, NotebookPipeline pipeline, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        var options = fields.ToMergeOptions();
        var offered = fields.Mode == MergeMode.Landmarks ? AnswerFormats.Json : AnswerFormats.Pictures;
        var format = AnswerFormats.Negotiate(context.Request, fields.Format, offered);
        var first = fields.First.Bytes();
        var second = fields.Second.Bytes();
        if (format == AnswerFormat.Json)
        {
            var landmarks = await pipeline.MergeLandmarksAsync(first, second, options, cancellationToken);
            return TypedResults.Ok(
                new MergeResponse(options.Size, options.Normalization, options.Alignment, landmarks.Points, landmarks.Notes));
        }

        var output = new ImageOutput(format.ToImageFormat(), fields.Quality ?? ImageOutput.DefaultQuality);
        var merged = await pipeline.MergePixelsAsync(first, second, options, output, cancellationToken);
        return options.Alignment == MergeAlignment.None
            ? PictureAnswer.Create(context.Response, merged.Picture, format, "merge", merged.Notes)
            : PictureAnswer.Create(
                context.Response, merged.Picture, format, "merge", merged.Notes, options.Detection.Detector, faces: 2);
    }
}

/// <summary>Two pictures, and how they are merged.</summary>
public sealed class MergeForm : NotebookDetectionForm
{
    private const int DefaultSize = DetectionOptions.NotebookSide;

    /// <summary>
    /// The first picture: JPEG, PNG, WebP, TIFF (one page), AVIF, HEIC, JPEG XL, BMP or GIF (one frame). It is turned
    /// upright first.
    /// </summary>
    [Required]
    public IFormFile First { get; set; } = null!;

    /// <summary>The second picture, as the first.</summary>
    [Required]
    public IFormFile Second { get; set; } = null!;

    /// <summary>
    /// `pixels`: the gray picture `trunc(sqrt(a^2 + b^2) / 2)`. `landmarks`: the same formula on the coordinates of the 68
    /// landmarks, as JSON; each picture needs a face.
    /// </summary>
    /// <example>pixels</example>
    [DefaultValue(MergeMode.Pixels)]
    public MergeMode? Mode { get; set; }

    /// <summary>
    /// `half`: the notebook's `sqrt(a^2 + b^2) / 2`, which darkens (0 to 180). `rms`: `sqrt((a^2 + b^2) / 2)`, which does not (0
    /// to 255).
    /// </summary>
    /// <example>half</example>
    [DefaultValue(MergeNormalization.Half)]
    public MergeNormalization? Normalization { get; set; }

    /// <summary>Side in pixels of the square that both pictures are squeezed to.</summary>
    /// <example>300</example>
    [Range(16, 2048)]
    [DefaultValue(DefaultSize)]
    public int? Size { get; set; }

    /// <summary>
    /// `none`: both pictures as they are. `landmarks`: the main face of the second picture (the largest, but one of which the
    /// detector is unsure counts for less) is moved, turned and scaled onto that of the first; each picture needs a face.
    /// </summary>
    /// <example>none</example>
    [DefaultValue(MergeAlignment.None)]
    public MergeAlignment? Align { get; set; }

    /// <summary>
    /// The form of a merged picture: `png`, `jpeg` or `webp`; merged landmarks are `json`. Wins over the Accept header.
    /// </summary>
    /// <example>png</example>
    [AllowedValues(AnswerFormat.Json, AnswerFormat.Png, AnswerFormat.Jpeg, AnswerFormat.Webp)]
    public AnswerFormat? Format { get; set; }

    /// <summary>Quality of a JPEG or WebP answer, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>90</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.DefaultQuality)]
    public int? Quality { get; set; }

    internal MergeOptions ToMergeOptions()
    {
        if (Compat == Compatibility.Notebook)
        {
            RefuseOther(Size, DefaultSize, nameof(Size));
            RefuseOther(Normalization, MergeNormalization.Half, nameof(Normalization));
            RefuseOther(Align, MergeAlignment.None, nameof(Align));
        }

        return new MergeOptions(
            Size ?? DefaultSize, Normalization ?? MergeNormalization.Half, Align ?? MergeAlignment.None, ToDetectionOptions());
    }
}
