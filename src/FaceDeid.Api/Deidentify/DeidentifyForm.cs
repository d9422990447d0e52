using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Imaging;

namespace FaceDeid.Api.Deidentify;

/// <summary>The forms of a de-identified picture.</summary>
public enum DeidentifyFormat
{
    /// <summary>application/json: the report without the picture.</summary>
    Json,

    /// <summary>image/png.</summary>
    Png,

    /// <summary>image/jpeg.</summary>
    Jpeg,

    /// <summary>image/webp.</summary>
    Webp,

    /// <summary>multipart/mixed: the report, then the picture in the format it came in.</summary>
    Multipart,
}

/// <summary>A picture, whose faces are protected, and how.</summary>
public sealed class DeidentifyForm : TreatmentForm
{
    /// <summary>
    /// The form of the answer: `png`, `jpeg`, `webp` (the picture), `json` (the report only), or `multipart` (multipart/mixed: the part
    /// `report`, then the part `picture` in the format it came in). Wins over the Accept header; default: the picture in the format it came
    /// in, or as PNG where that is none of these three.
    /// </summary>
    public DeidentifyFormat? Format { get; set; }

    /// <summary>Quality of a JPEG or WebP answer, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>95</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.FaithfulQuality)]
    public int? Quality { get; set; }
}
