using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Webhooks;
using FaceDeid.Collections;
using FaceDeid.Evaluation;

namespace FaceDeid.Api.Evaluate;

/// <summary>Pictures before and after de-identification, or only before, and what is measured.</summary>
public sealed class EvaluateForm
{
    /// <summary>
    /// One ZIP file with the folders `originals/`, `deidentified/` (files of the same names; not with `method` or `algorithm`),
    /// and perhaps `gallery/` (other photos of the same people, and of more) and `gallery-deidentified/` (such photos
    /// de-identified in the same way). Who is in a picture is the folder inside these that it lies in, else its name; or
    /// `subjects.csv` says it. A collection's files with `certificate.json` may lie in `deidentified/` as they came: they are
    /// found by their hashes.
    /// </summary>
    [Required]
    public IFormFile Dataset { get; set; } = null!;

    /// <summary>
    /// Instead of `deidentified/`: de-identifies each original by itself, as `/v1/deidentify` does. By default the dataset has
    /// both.
    /// </summary>
    public DeidentificationMethod? Method { get; set; }

    /// <summary>With `method`: how strong, as in `/v1/deidentify`. The default is the method's own.</summary>
    [Range(0.0, 1.0)]
    public double? Strength { get; set; }

    /// <summary>
    /// With `method`: allows methods and strengths after which people are known to be recognised. By default they are refused.
    /// </summary>
    public bool? AllowWeak { get; set; }

    /// <summary>
    /// Instead of `deidentified/`: de-identifies the originals together, as `/v1/collections` does. By default the dataset has
    /// both.
    /// </summary>
    public KSameAlgorithm? Algorithm { get; set; }

    /// <summary>With `algorithm`: the fewest people who share a face. The default is 5.</summary>
    [Range(CollectionOptions.MinK, CollectionOptions.MaxK)]
    public int? K { get; set; }

    /// <summary>
    /// What becomes of pictures that cannot be used, such as originals without a face. `fail`: one is enough to refuse the
    /// dataset, and `errors` lists all of them. `skip`: they are left out, and the report says so.
    /// </summary>
    /// <example>fail</example>
    [DefaultValue(BadImagePolicy.Fail)]
    public BadImagePolicy? OnBadImage { get; set; }

    /// <summary>
    /// What becomes of files that are damaged. `error`: they cannot be used, see `onBadImage`.
    /// `accept`: what the decoder shows of them is
    /// taken, as viewers show it.
    /// </summary>
    /// <example>error</example>
    [DefaultValue(DamagePolicy.Error)]
    public DamagePolicy? OnDamage { get; set; }

    /// <summary>
    /// Who is in which picture, as text or as a file; wins over `subjects.csv` in the dataset. CSV with the columns `subject`,
    /// `original`, `deidentified` (not with `method` or `algorithm`) and perhaps `gallery`: a line for each pair. Or with the
    /// columns `subject` and `file`: who is in each file. By default the folders or names of the files say it.
    /// </summary>
    [MaxLength(SubjectTable.MaxCharacters, ErrorMessage = "must be at most 4000000 characters long.")]
    public string? Subjects { get; set; }

    /// <summary>
    /// Whether the page (`html` and `zip` only) shows the faces that attackers recognise most, before and after. Otherwise no
    /// answer has any picture of the dataset.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Pictures { get; set; }

    /// <summary>
    /// The form of the answer: `json` (the report), `html` (a page of it), `png` (its curves), `zip` (all three); or `jsonl`
    /// (lines of JSON) or `sse` (server-sent events), which tell how far the work is and end with the report or a problem
    /// document. Wins over the Accept header; default `json`.
    /// </summary>
    /// <example>json</example>
    [AllowedValues(
        AnswerFormat.Json, AnswerFormat.Html, AnswerFormat.Png, AnswerFormat.Zip, AnswerFormat.Jsonl, AnswerFormat.Sse)]
    [DefaultValue(AnswerFormat.Json)]
    public AnswerFormat? Format { get; set; }

    /// <summary>
    /// Whether to answer at once, with a job that goes on after the answer, as with the header `Prefer: respond-async`. It comes
    /// before the dataset, and wins over the header; `format` is then that of the job's result. By default the answer is the
    /// report.
    /// </summary>
    /// <example>false</example>
    [DefaultValue(false)]
    public bool? Async { get; set; }

    /// <summary>
    /// With `async`: seconds after its end for which the job is kept here, fewer than the operator's limit. By default the limit:
    /// `/v1/capabilities` names it.
    /// </summary>
    [Range(1, 2_592_000)]
    public int? Retention { get; set; }

    /// <summary>
    /// With `async`: who is told when the job is done, has failed or has expired: an address at one of the operator's hosts,
    /// `https`. It is sent a signed `POST` with the job's id, state and warnings. By default nobody is told.
    /// </summary>
    [MaxLength(WebhookField.MostCharacters, ErrorMessage = WebhookField.TooLong)]
    public string? Webhook { get; set; }

    /// <summary>What is evaluated, and how.</summary>
    /// <exception cref="FaceDeidException">Options contradict each other, or mean nothing.</exception>
    internal EvaluationOptions ToOptions() =>
        EvaluationOptions.Create(Method, Strength, AllowWeak, Algorithm, K, OnDamage) with
        {
            OnBadImage = OnBadImage ?? BadImagePolicy.Fail,
            LeakPictures = Pictures ?? false,
        };
}
