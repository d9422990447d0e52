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

/// <summary><c>POST /v1/restore</c>: the faces back, to who has the key; every attempt is noted.</summary>
internal static class RestoreEndpoint
{
    public static async Task<FileContentHttpResult> RestoreAsync(
        Form<RestoreForm> form,
        [FromHeader(Name = FaceDeidHeaders.SealingKey), Description(SentKeys.HeaderText)] string? key,
        HttpContext context, SealPipeline pipeline, KeyRing ring, Audit audit, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        using var keys = new SentKeys(ring);
        var options = fields.ToOptions(keys, key);
        var picture = AnswerFormats.Negotiate(context.Request, fields.Format, AnswerFormats.OfferedBy<RestoreForm>());
        var output = new ImageOutput(picture.ToImageFormat(), fields.Quality ?? ImageOutput.FaithfulQuality);
        var image = fields.Image.Bytes();
        var sidecar = fields.Sidecar is null ? null : fields.Sidecar.Bytes();
        var result = await audit.NoteAsync(
            context, "restore", options, image,
            () => pipeline.RestoreAsync(image, sidecar, options, output, cancellationToken), done => done.Faces);
        context.Response.Headers[FaceDeidHeaders.Sealed] = $"{result.Remaining}";
        return PictureAnswer.Create(context.Response, result.Picture, picture, "restore", notes: null, faces: result.Faces.Count);
    }
}
