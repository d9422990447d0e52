using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Imaging;

namespace FaceDeid.Api.Deidentify;

/// <summary>A picture, whose faces are protected, and how.</summary>
public sealed class DeidentifyForm : TreatmentForm
{
    /// <summary>
    /// The form of the answer: `png`, `jpeg`, `webp` (the picture), `json` (the report only), or `multipart` (multipart/mixed:
    /// the part `report`, then the part `picture` in the format it came in). Wins over the Accept header; default: the picture in
    /// the format it came in, or as PNG where that is none of these three.
    /// </summary>
    [AllowedValues(AnswerFormat.Json, AnswerFormat.Png, AnswerFormat.Jpeg, AnswerFormat.Webp, AnswerFormat.Multipart)]
    public AnswerFormat? Format { get; set; }

    /// <summary>Quality of a JPEG or WebP answer, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>95</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.FaithfulQuality)]
    public int? Quality { get; set; }
}
