using System.ComponentModel;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Api.Keys;
using FaceDeid.Imaging;
using FaceDeid.Protection;
using FaceDeid.Protection.Subjects;
using FaceDeid.Sealing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FaceDeid.Api.Deidentify;

/// <summary><c>POST /v1/deidentify</c>: the same picture, every face in it protected, nothing else touched.</summary>
internal static class DeidentifyEndpoint
{
    public static async Task<Results<Ok<DeidentificationReport>, FileContentHttpResult, MixedAnswer>> DeidentifyAsync(
        Form<DeidentifyForm> form,
        [FromHeader(
            Name = FaceDeidHeaders.SealingKey), Description("With `method=scramble`: " + SentKeys.HeaderText)] string? key,
        HttpContext context, DeidentificationPipeline pipeline, SealPipeline seals,
        KeyRing ring, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        using var keys = new SentKeys(ring);
        var recipients = fields.ToRecipients(keys, key);
        var options = fields.ToOptions();
        var image = fields.Image.Bytes();
        var asItCame = ImageOutput.Like(image);
        var answer = AnswerFormats.Negotiate(
            context.Request, fields.Format, AnswerFormats.OfferedBy<DeidentifyForm>().Preferring(asItCame.Format));
        var picture = PictureIn(answer, asItCame.Format);
        var output = new ImageOutput(picture.ToImageFormat(), fields.Quality ?? asItCame.Quality);
        var result = await TreatAsync();
        var report = Rounded(result.Report);
        if (answer == AnswerFormat.Json)
            return TypedResults.Ok(report);

        var file = File(context.Response, result.Picture, picture, options, report);
        var isScrambled = options.Method == DeidentificationMethod.Scramble;
        if (isScrambled)
            context.Response.Headers[FaceDeidHeaders.Sealed] = $"{result.Sealed.Count}";
        return answer == AnswerFormat.Multipart
            ? new MixedAnswer(isScrambled ? Sealed(report, result.Sealed) : report, result.Picture, picture, result.Seal)
            : file;

        async Task<SealResult> TreatAsync()
        {
            if (options.Method == DeidentificationMethod.Scramble)
            {
                return await seals.ScrambleAsync(
                    image, options, new SealOptions(recipients, output, Sidecar: false), cancellationToken);
            }

            if (recipients.Count > 0)
            {
                throw FormBinder.Invalid(
                    "method",
                    "must be scramble where keys are sent: the others cannot be taken back. POST /v1/seal seals any method.");
            }

            var treated = await pipeline.DeidentifyAsync(image, options, output, cancellationToken);
            return new SealResult(treated.Picture, Seal: null, Sealed: [], treated.Report);
        }
    }

    /// <summary>The picture, with the report's numbers in the headers.</summary>
    public static FileContentHttpResult File(
        HttpResponse response, byte[] picture, AnswerFormat format,
        DeidentificationOptions options, DeidentificationReport report)
    {
        var looked = options.Faces is null || options.Redetect;
        response.Headers[FaceDeidHeaders.Fallbacks] = $"{report.Faces.Count(face => face.Fallback is not null)}";
        if (looked)
            response.Headers[FaceDeidHeaders.Uncertain] = $"{report.Faces.Count(face => face.Certainty == Certainty.Low)}";
        if (report.References is { } references)
            response.Headers[FaceDeidHeaders.Unmatched] = $"{references.Count(photo => photo.Faces.Count == 0)}";
        return PictureAnswer.Create(
            response, picture, format, WireNames.Of(report.Method), report.Notes,
            looked ? options.Detection.Detector : null, report.Faces.Count(face => face.Treated));
    }

    /// <summary>The report of a picture whose faces can be brought back.</summary>
    public static SealReport Sealed(DeidentificationReport report, IReadOnlyList<int> restorable) =>
        new(report.Image, report.Method, report.Verified, restorable, report.Faces, report.References, report.Notes);

    private static AnswerFormat PictureIn(AnswerFormat answer, ImageFormat asItCame) => answer switch
    {
        AnswerFormat.Json => AnswerFormat.Jpeg, // not sent, and written fastest
        AnswerFormat.Multipart => asItCame.ToAnswerFormat(),
        _ => answer,
    };

    /// <summary>Further digits of a similarity say nothing, and would differ between processors.</summary>
    public static DeidentificationReport Rounded(DeidentificationReport report) => report with
    {
        Faces =
        [
            .. report.Faces.Select(face =>
                face with { SimilarityBefore = Round(face.SimilarityBefore), SimilarityAfter = Round(face.SimilarityAfter) }),
        ],
    };

    private static double? Round(double? similarity) => similarity is { } value ? Math.Round(value, 4) : null;
}
