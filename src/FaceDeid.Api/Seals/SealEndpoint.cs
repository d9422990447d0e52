using System.ComponentModel;
using FaceDeid.Api.Deidentify;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Api.Keys;
using FaceDeid.Imaging;
using FaceDeid.Sealing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FaceDeid.Api.Seals;

/// <summary><c>POST /v1/seal</c>: protected for the public, and to be restored by who has a key.</summary>
internal static class SealEndpoint
{
    public static async Task<Results<FileContentHttpResult, MixedAnswer>> SealAsync(
        Form<SealForm> form,
        [FromHeader(Name = FaceDeidHeaders.SealingKey), Description(SentKeys.HeaderText)] string? key,
        HttpContext context, SealPipeline pipeline, KeyRing ring, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        using var keys = new SentKeys(ring);
        var recipients = fields.ToRecipients(keys, key);
        var options = fields.ToOptions();
        var isMixed = fields.Sidecar == true || fields.Report == true;
        var picture = isMixed
            ? fields.Format ?? AnswerFormat.Png
            : AnswerFormats.Negotiate(context.Request, fields.Format, AnswerFormats.OfferedBy<SealForm>());
        var output = new ImageOutput(picture.ToImageFormat(), fields.Quality ?? ImageOutput.FaithfulQuality);
        var result = await pipeline.SealAsync(
            fields.Image.Bytes(), options, new SealOptions(recipients, output, fields.Sidecar ?? false), cancellationToken);
        var report = DeidentifyEndpoint.Rounded(result.Report);
        var file = DeidentifyEndpoint.File(context.Response, result.Picture, picture, options, report);
        context.Response.Headers[FaceDeidHeaders.Sealed] = $"{result.Sealed.Count}";
        if (!isMixed)
            return file;
        return new MixedAnswer(
            fields.Report == true ? DeidentifyEndpoint.Sealed(report, result.Sealed) : null, result.Picture,
            picture, fields.Sidecar == true ? result.Seal : null);
    }
}
