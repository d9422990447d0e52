using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using FaceDeid.Api.Keys;
using FaceDeid.Imaging;
using FaceDeid.Sealing;

namespace FaceDeid.Api.Seals;

/// <summary>What opens a seal, and which of its faces; shared by every call that does.</summary>
public abstract class OpeningForm
{
    private const int LongestList = 4096;

    /// <summary>
    /// The key of this name in the service's configuration. Also `passphrase`, `privateKey` and the header `X-FaceDeid-Key`. By
    /// default none.
    /// </summary>
    [RegularExpression(KeyNames.Pattern, ErrorMessage = KeyNames.Mistake)]
    public string? KeyId { get; set; }

    /// <summary>A passphrase that the picture was sealed with, 1 to 1024 characters. By default none.</summary>
    [StringLength(SentKeys.LongestPassphrase, MinimumLength = 1, ErrorMessage = "must have 1 to 1024 characters.")]
    public string? Passphrase { get; set; }

    /// <summary>
    /// The private key, PEM, P-256, not encrypted, whose public key the picture was sealed for. By default none.
    /// </summary>
    [MaxLength(SentKeys.LongestPem, ErrorMessage = "must be at most 4096 characters long.")]
    public string? PrivateKey { get; set; }

    /// <summary>
    /// Numbers of faces, separated by commas, as in the report of sealing. By default all: then every one must open.
    /// </summary>
    [MaxLength(LongestList, ErrorMessage = "must be at most 4096 characters long.")]
    [RegularExpression("^[0-9]{1,7}( *, *[0-9]{1,7})*$", ErrorMessage = "must be numbers of faces, separated by commas: 1,3.")]
    public string? Faces { get; set; }

    internal OpenOptions ToOptions(SentKeys keys, string? header) => new(
        keys.ReadForOpening(KeyId, Passphrase, header, PrivateKey),
        Faces?.Split(',', StringSplitOptions.TrimEntries).Select(number => int.Parse(number, CultureInfo.InvariantCulture))
            .Distinct().ToList());
}

/// <summary>A sealed picture, and what brings its faces back.</summary>
public sealed class RestoreForm : OpeningForm
{
    /// <summary>The sealed picture, as it was answered.</summary>
    [Required]
    public IFormFile Image { get; set; } = null!;

    /// <summary>
    /// Instead of the seal that the picture's file carries: the seal that was kept beside it. By default the file carries it.
    /// </summary>
    public IFormFile? Sidecar { get; set; }

    /// <summary>What the picture is written as. Only `png` keeps every pixel. Wins over the Accept header.</summary>
    /// <example>png</example>
    [AllowedValues(AnswerFormat.Png, AnswerFormat.Jpeg, AnswerFormat.Webp)]
    [DefaultValue(AnswerFormat.Png)]
    public AnswerFormat? Format { get; set; }

    /// <summary>Quality of a JPEG or WebP picture, 1 (smallest) to 100 (best); PNG ignores it.</summary>
    /// <example>95</example>
    [Range(1, 100)]
    [DefaultValue(ImageOutput.FaithfulQuality)]
    public int? Quality { get; set; }
}

/// <summary>A sealed picture or a sidecar, what opens it now, and what is to open it from now on.</summary>
public sealed class RewrapForm : OpeningForm
{
    /// <summary>Instead of `sidecar`: the sealed picture. Its pixels are not looked at.</summary>
    public IFormFile? Image { get; set; }

    /// <summary>Instead of `image`: the seal, where it is kept beside the picture.</summary>
    public IFormFile? Sidecar { get; set; }

    /// <summary>Who may bring which faces back from now on, as in `/v1/seal`. There is no default.</summary>
    [Required]
    [MaxLength(SealRecipients.MaxCharacters, ErrorMessage = "must be at most 65536 characters long.")]
    public string Recipients { get; set; } = string.Empty;

    /// <summary>
    /// Who else still may: `others`, whoever does not use the keys sent for this (the key is replaced); `none`; or `all`
    /// (recipients are added). A copy of the file that somebody kept still opens with the old key.
    /// </summary>
    /// <example>others</example>
    [DefaultValue(KeptAccess.Others)]
    public KeptAccess? Keep { get; set; }
}
