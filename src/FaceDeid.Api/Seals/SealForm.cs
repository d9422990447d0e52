using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Deidentify;
using FaceDeid.Api.Forms;
using FaceDeid.Imaging;
using FaceDeid.Protection.Subjects;

namespace FaceDeid.Api.Seals;

/// <summary>A picture, whose faces are protected and sealed, how, and for whom.</summary>
public sealed class SealForm : TreatmentForm
{
    /// <summary>
    /// What is sealed. `pixels`: the original pixels of each face, whatever `method` does to it: they come back to the last bit.
    /// `scramble`: the blocks around each face are put into a secret order, and only that is sealed: little is kept, and faces
    /// come back from copies that were compressed again, up to what that took. Then `method` and `strength` are left out.
    /// </summary>
    /// <example>pixels</example>
    [DefaultValue(SealKind.Pixels)]
    public SealKind? Kind { get; set; }

    /// <summary>
    /// What the picture is written as. The faces come back to the last bit from each; the rest of the picture only from `png`.
    /// Wins over the Accept header.
    /// </summary>
    /// <example>png</example>
    [AllowedValues(AnswerFormat.Png, AnswerFormat.Jpeg, AnswerFormat.Webp)]
    [DefaultValue(AnswerFormat.Png)]
    public AnswerFormat? Format { get; set; }

    /// <summary>Quality of a JPEG or WebP picture, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>95</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.FaithfulQuality)]
    public int? Quality { get; set; }

    /// <summary>
    /// Whether the seal comes as a part `sidecar` of its own instead of in the picture's file. The answer is multipart/mixed
    /// then.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Sidecar { get; set; }

    /// <summary>
    /// Whether the report on each face comes with the picture. The answer is multipart/mixed then: `report`, `picture`, perhaps
    /// `sidecar`.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Report { get; set; }

    internal override DeidentificationOptions ToOptions()
    {
        if (Kind == SealKind.Scramble && Method is not (null or DeidentificationMethod.Scramble))
            throw FormBinder.Invalid("method", "belongs to kind=pixels. Leave one of the two out.");
        if (Kind == SealKind.Pixels && Method == DeidentificationMethod.Scramble)
            throw FormBinder.Invalid("method", "is scramble, which keeps no pixels. Say kind=scramble instead of it.");
        if (Kind == SealKind.Scramble)
            Method = DeidentificationMethod.Scramble;
        return base.ToOptions();
    }
}
