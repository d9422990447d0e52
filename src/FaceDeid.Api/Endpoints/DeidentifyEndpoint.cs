using FaceDeid.Api.Forms;
using FaceDeid.Deidentification;
using FaceDeid.Imaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Endpoints;

/// <summary><c>POST /v1/deidentify</c>: the same picture, every face in it protected, nothing else touched.</summary>
internal static class DeidentifyEndpoint
{
    public static async Task<Results<Ok<DeidentificationReport>, FileContentHttpResult>> DeidentifyAsync(
        Form<DeidentifyForm> form, HttpContext context, DeidentificationPipeline pipeline, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        var options = fields.ToOptions();
        var image = await fields.Image.ReadAsync();
        var asItCame = ImageOutput.Like(image);
        var format = AnswerFormats.Negotiate(context.Request, fields.Format, Offered(asItCame.Format));
        // A report alone needs no picture: JPEG is written fastest.
        var output = new ImageOutput(format == AnswerFormat.Json ? ImageFormat.Jpeg : format.ToImageFormat(), fields.Quality ?? asItCame.Quality);
        var result = await pipeline.DeidentifyAsync(image, options, output, cancellationToken);
        var report = Rounded(result.Report);
        if (format == AnswerFormat.Json)
            return TypedResults.Ok(report);

        var looked = options.Faces is null || options.Redetect;
        context.Response.Headers[PictureAnswer.FallbacksHeader] = $"{report.Faces.Count(face => face.Fallback is not null)}";
        return PictureAnswer.Create(
            context.Response, result.Picture, format, FormBinder.FieldName(report.Method.ToString()),
            looked ? options.Detection.Detector : null, report.Faces.Count(face => face.Treated));
    }

    /// <summary>The format that the picture came in comes first: it is the answer to whoever asks for any picture.</summary>
    private static AnswerFormat[] Offered(ImageFormat asItCame) =>
        [.. AnswerFormats.Pictures.OrderBy(format => format.ToImageFormat() == asItCame ? 0 : 1), AnswerFormat.Json];

    /// <summary>Further digits of a similarity say nothing, and would differ between processors.</summary>
    private static DeidentificationReport Rounded(DeidentificationReport report) => report with
    {
        Faces =
        [
            .. report.Faces.Select(face => face with { SimilarityBefore = Round(face.SimilarityBefore), SimilarityAfter = Round(face.SimilarityAfter) }),
        ],
    };

    private static double? Round(double? similarity) => similarity is { } value ? Math.Round(value, 4) : null;
}
