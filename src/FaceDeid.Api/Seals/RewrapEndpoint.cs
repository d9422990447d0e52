using System.ComponentModel;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Api.Keys;
using FaceDeid.Api.Operations;
using FaceDeid.Imaging;
using FaceDeid.Sealing;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace FaceDeid.Api.Seals;

/// <summary><c>POST /v1/seal/rewrap</c>: the same file, which other keys open.</summary>
internal static class RewrapEndpoint
{
    public static async Task<FileContentHttpResult> RewrapAsync(
        Form<RewrapForm> form,
        [FromHeader(Name = FaceDeidHeaders.SealingKey), Description(SentKeys.HeaderText)] string? key,
        HttpContext context, SealPipeline pipeline, KeyRing ring, Audit audit, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        if (fields.Image is null == fields.Sidecar is null)
        {
            throw new ProblemException(
                ProblemKinds.MissingPart,
                "Send either the sealed picture as the file part 'image', or its seal as the file part 'sidecar' (with a "
                + "filename in its Content-Disposition).");
        }

        using var keys = new SentKeys(ring);
        var options = fields.ToOptions(keys, key);
        var recipients = SealRecipients.Parse(fields.Recipients, keys);
        var file = (fields.Image ?? fields.Sidecar!).Bytes();
        var result = await audit.NoteAsync(
            context, "rewrap", options, file,
            () => pipeline.RewrapAsync(
                file, fields.Sidecar is not null, options, recipients, fields.Keep ?? KeptAccess.Others, cancellationToken),
            done => done.Faces);
        context.Response.Headers[FaceDeidHeaders.Method] = "rewrap";
        context.Response.Headers[FaceDeidHeaders.Faces] = $"{result.Faces.Count}";
        return TypedResults.File(
            result.File,
            fields.Sidecar is null ? ImageOutput.Like(file).Format.ToAnswerFormat().MediaType() : MixedAnswer.SidecarType);
    }
}
