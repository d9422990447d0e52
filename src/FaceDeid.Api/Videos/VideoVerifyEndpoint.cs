using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Collections;
using FaceDeid.Video.Evidence;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;

namespace FaceDeid.Api.Videos;

/// <summary>
/// <c>POST /v1/videos/verify</c>: whether a recording is what its report says. Nothing of it is kept, so it needs no spool.
/// </summary>
internal static class VideoVerifyEndpoint
{
    private const int MaxReportBytes = 32_000_000; // of which a track takes 300

    private static readonly string Report = WireNames.OfProperty(nameof(VideoVerifyForm.Report));
    private static readonly string Video = WireNames.OfProperty(nameof(VideoVerifyForm.Video));

    public static async Task<Ok<CertificateVerdict>> VerifyAsync(
        HttpContext context, IServiceProvider services, IOptions<FaceDeidOptions> options)
    {
        AnswerFormats.Negotiate(context.Request, field: null, AnswerFormats.Json);
        byte[]? report = null;
        byte[]? hash = null;
        var form = await FormReader.ReadAsync(context, maxText: 0, async (part, parts) =>
        {
            if (part.IsFile)
                parts.AddFile(part);
            else
                parts.AddText(part.Name, string.Empty);
            if (part.IsFile && part.Is(Report) && report is null)
                report = await part.ReadAsync(MaxReportBytes);
            else if (part.IsFile && part.Is(Video) && hash is null)
                hash = await part.HashAsync(options.Value.Videos.MaxBytes);
            else
                parts.Bind<VideoVerifyForm>(); // which says what is wrong before more is read
        });
        form.Bind<VideoVerifyForm>();
        return TypedResults.Ok(VideoVerifier.Verify(
            report!, Convert.ToHexStringLower(hash!), services.GetService<CertificateKey>()));
    }
}

/// <summary>A de-identified recording and its report, in any order.</summary>
public sealed class VideoVerifyForm
{
    /// <summary>The report, JSON, byte by byte as it came from `/v1/videos/{id}/report`.</summary>
    [Required]
    public IFormFile Report { get; set; } = null!;

    /// <summary>The recording, as it came from `/v1/videos/{id}/result`. It is hashed as it comes, and not kept.</summary>
    [Required]
    public IFormFile Video { get; set; } = null!;
}
