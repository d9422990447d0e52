using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Deidentify;
using FaceDeid.Imaging;

namespace FaceDeid.Api.Seals;

/// <summary>The forms of a picture that is sealed or restored.</summary>
public enum PictureFormat
{
    /// <summary>image/png: every pixel is as it was.</summary>
    Png,

    /// <summary>image/jpeg.</summary>
    Jpeg,

    /// <summary>image/webp.</summary>
    Webp,
}

/// <summary>A picture, whose faces are protected and sealed, how, and for whom.</summary>
public sealed class SealForm : TreatmentForm
{
    /// <summary>
    /// What the picture is written as. The faces come back to the last bit from each; the rest of the picture only from `png`. Wins over the
    /// Accept header.
    /// </summary>
    /// <example>png</example>
    [DefaultValue(PictureFormat.Png)]
    public PictureFormat? Format { get; set; }

    /// <summary>Quality of a JPEG or WebP picture, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>95</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.FaithfulQuality)]
    public int? Quality { get; set; }

    /// <summary>Whether the seal comes as a part `sidecar` of its own instead of in the picture's file. The answer is multipart/mixed then.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Sidecar { get; set; }

    /// <summary>Whether the report on each face comes with the picture. The answer is multipart/mixed then: `report`, `picture`, perhaps `sidecar`.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Report { get; set; }
}
