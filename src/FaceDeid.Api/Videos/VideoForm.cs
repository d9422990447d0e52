using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Webhooks;
using FaceDeid.Protection.Subjects;
using FaceDeid.Video.Wishes;

namespace FaceDeid.Api.Videos;

/// <summary>A recording, whose faces are protected in every frame, and how. The recording is the last part.</summary>
public sealed class VideoForm
{
    private const int MaxReferences = 8;
    private const int DefaultCrf = 20;

    /// <summary>
    /// What is done to each face: as in `/v1/deidentify`. `replace` gives a person the same face in all frames; in frames where
    /// it cannot be placed, the face is blurred. Weak, and only with `allowWeak`: `eyebar`, `threshold`, `merge`.
    /// </summary>
    /// <example>replace</example>
    [AllowedValues(
        DeidentificationMethod.Replace, DeidentificationMethod.Average, DeidentificationMethod.Blur,
        DeidentificationMethod.Pixelate, DeidentificationMethod.Mask, DeidentificationMethod.Eyebar,
        DeidentificationMethod.Threshold, DeidentificationMethod.Merge)]
    [DefaultValue(DeidentificationOptions.DefaultMethod)]
    public DeidentificationMethod? Method { get; set; }

    /// <summary>How strong, relative to the face, as in `/v1/deidentify`. By default that of the method.</summary>
    [Range(0.0, 1.0)]
    public double? Strength { get; set; }

    /// <summary>Allows methods and strengths after which people are known to be recognised.</summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? AllowWeak { get; set; }

    /// <summary>
    /// What belongs to a face, for `blur`, `pixelate`, `mask` and `threshold`: `ellipse`, `hull` or `head`, as in
    /// `/v1/deidentify`.
    /// </summary>
    /// <example>ellipse</example>
    [DefaultValue(RegionShape.Ellipse)]
    public RegionShape? Region { get; set; }

    /// <summary>Mask: its colour as `#RRGGBB`.</summary>
    /// <example>#000000</example>
    [RegularExpression(HexColor.Pattern, ErrorMessage = "must be a colour such as #FF8800.")]
    [DefaultValue(HexColor.Black)]
    public string? Color { get; set; }

    /// <summary>
    /// Up to 8 reference photos, each a part of this name: the people in them stay visible in all frames. Only who is surely one
    /// of them is left alone. By default nobody stays visible.
    /// </summary>
    [MaxLength(MaxReferences)]
    public IReadOnlyList<IFormFile> Keep { get; set; } = [];

    /// <summary>
    /// Up to 8 reference photos, as `keep`: only the people in them are treated, and whoever may be one of them. By default
    /// everybody is. Not together with `keep`.
    /// </summary>
    [MaxLength(MaxReferences)]
    public IReadOnlyList<IFormFile> Only { get; set; } = [];

    /// <summary>
    /// Replace: with one key a person gets the same face in other recordings too, mostly. By default faces are drawn by chance.
    /// </summary>
    [StringLength(256, MinimumLength = 1, ErrorMessage = "must have 1 to 256 characters.")]
    public string? PseudonymKey { get; set; }

    /// <summary>The face detector, as in `/v1/detect`.</summary>
    /// <example>auto</example>
    [DefaultValue(DetectorKind.Auto)]
    public DetectorKind? Detector { get; set; }

    /// <summary>Faces scored lower do not begin a track. By default 0.6.</summary>
    [Range(0.3, 1.0)]
    public double? MinScore { get; set; }

    /// <summary>
    /// When nobody would be protected. `error`: the recording fails with `no_face`. `pass`: it is written anew as it is.
    /// </summary>
    /// <example>error</example>
    [DefaultValue(NoFacePolicy.Error)]
    public NoFacePolicy? OnNoFace { get; set; }

    /// <summary>
    /// How often all of a frame is searched: `fast` each fifth, `normal` each third, `thorough` each frame. In between faces are
    /// followed, and looked for wherever that is in doubt.
    /// </summary>
    /// <example>normal</example>
    [DefaultValue(VideoQuality.Normal)]
    public VideoQuality? Quality { get; set; }

    /// <summary>
    /// What becomes of the sound. `keep`: it stays, and voices can be recognised. `drop`: it is left out. `shift`: its pitch is
    /// shifted by a constant, which can be undone: no anonymisation.
    /// </summary>
    /// <example>keep</example>
    [DefaultValue(AudioPolicy.Keep)]
    public AudioPolicy? Audio { get; set; }

    /// <summary>What becomes of subtitles: `drop`, or `keep` those of text.</summary>
    /// <example>drop</example>
    [DefaultValue(SubtitlePolicy.Drop)]
    public SubtitlePolicy? Subtitles { get; set; }

    /// <summary>The file format of the result.</summary>
    /// <example>mp4</example>
    [DefaultValue(VideoContainer.Mp4)]
    public VideoContainer? Container { get; set; }

    /// <summary>
    /// The codec of the result's picture. By default `h264`, in `webm` `vp9`, the only one there beside `av1`.
    /// </summary>
    public VideoCodec? Codec { get; set; }

    /// <summary>Quality of the result's picture as its encoder counts it: 0 (best) to 51 (smallest).</summary>
    /// <example>20</example>
    [Range(0, 51)]
    [DefaultValue(DefaultCrf)]
    public int? Crf { get; set; }

    /// <summary>
    /// When the recording is damaged. `error`: it fails with `corrupt_video`. `cover`: damaged frames are covered as a whole.
    /// </summary>
    /// <example>error</example>
    [DefaultValue(VideoDamagePolicy.Error)]
    public VideoDamagePolicy? OnDamage { get; set; }

    /// <summary>
    /// Where a face was lost between two sightings. `cover`: every place where it may be is covered, and the report says so.
    /// `error`: the recording fails.
    /// </summary>
    /// <example>cover</example>
    [DefaultValue(VideoUncertainPolicy.Cover)]
    public VideoUncertainPolicy? Uncertain { get; set; }

    /// <summary>
    /// Whether the result is looked at once more, and a face that is still recognised is treated again, more strongly.
    /// </summary>
    /// <example>true</example>
    [DefaultValue(true)]
    public bool? Verify { get; set; }

    /// <summary>
    /// Areas that are always covered, or never searched, as JSON: an array of objects with `action` (`cover` or `ignore`),
    /// `polygon` (at least 3 points x and y in pixels of the upright frame) and, where they do not hold all along, `from` and
    /// `to` in seconds. What an ignored area shows stays visible. By default there is none.
    /// </summary>
    /// <example>[]</example>
    [StringLength(VideoRegions.MaxCharacters)]
    public string? Regions { get; set; }

    /// <summary>
    /// Whether the work stops when the faces were found, in the state `review`, until a person has looked at them: see
    /// `PUT /v1/videos/{id}/tracks` and `POST /v1/videos/{id}/render`. The recording is then kept until its time is over.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Review { get; set; }

    /// <summary>
    /// Seconds after its end for which the recording is kept here, fewer than the operator's limit. By default the limit:
    /// `/v1/capabilities` names it.
    /// </summary>
    [Range(1, 2_592_000)]
    public int? Retention { get; set; }

    /// <summary>
    /// Who is told when the recording is done, waits for a review, has failed or has expired: an address at one of the operator's
    /// hosts, `https`. It is sent a signed `POST` with the id, the state and the warnings. By default nobody is told.
    /// </summary>
    [MaxLength(WebhookField.MostCharacters, ErrorMessage = WebhookField.TooLong)]
    public string? Webhook { get; set; }

    /// <summary>
    /// The recording: a file of one of the common formats, told by its content. It is the last part of the form.
    /// </summary>
    [Required]
    public IFormFile Video { get; set; } = null!;

    /// <summary>What is wished for, once all fields are there.</summary>
    /// <exception cref="ProblemException">400: fields contradict each other.</exception>
    internal VideoWishes ToWishes(int longestRetention)
    {
        var container = Container ?? VideoContainer.Mp4;
        if (Keep.Count > 0 && Only.Count > 0)
            throw FormBinder.Invalid(WireNames.OfProperty(nameof(Only)), "may not be sent together with 'keep'.");
        if (Retention > longestRetention)
            throw FormBinder.Invalid(WireNames.OfProperty(nameof(Retention)), $"must be at most {longestRetention} here.");
        return new VideoWishes
        {
            Method = Method ?? DeidentificationOptions.DefaultMethod,
            Strength = Strength,
            AllowWeak = AllowWeak ?? false,
            Region = Region ?? RegionShape.Ellipse,
            Color = Color ?? HexColor.Black,
            Keep = Keep.Count,
            Only = Only.Count,
            PseudonymKey = PseudonymKey,
            Detector = Detector ?? DetectorKind.Auto,
            MinScore = MinScore,
            OnNoFace = OnNoFace ?? NoFacePolicy.Error,
            Quality = Quality ?? VideoQuality.Normal,
            Audio = Audio ?? AudioPolicy.Keep,
            Subtitles = Subtitles ?? SubtitlePolicy.Drop,
            Container = container,
            Codec = Codec ?? VideoWishes.UsualCodec(container),
            Crf = Crf ?? DefaultCrf,
            OnDamage = OnDamage ?? VideoDamagePolicy.Error,
            Uncertain = Uncertain ?? VideoUncertainPolicy.Cover,
            Verify = Verify ?? true,
            Regions = VideoRegions.Parse(Regions),
            Review = Review ?? false,
            Retention = Retention ?? longestRetention,
            Webhook = Webhook,
        }.Checked();
    }
}
