using FaceDeid.Api.Forms;
using FaceDeid.Deidentification;
using FaceDeid.Imaging;
using Microsoft.AspNetCore.Http.HttpResults;

namespace FaceDeid.Api.Endpoints;

/// <summary><c>POST /v1/deidentify</c>: the same picture, every face in it protected, nothing else touched.</summary>
internal static class DeidentifyEndpoint
{
    public static async Task<Results<Ok<DeidentificationReport>, FileContentHttpResult, MixedAnswer>> DeidentifyAsync(
        Form<DeidentifyForm> form, HttpContext context, DeidentificationPipeline pipeline, CancellationToken cancellationToken)
    {
        var fields = form.Value;
        var options = await fields.ToOptionsAsync();
        var image = await fields.Image.ReadAsync();
        var asItCame = ImageOutput.Like(image);
        var answer = AnswerFormats.Negotiate(context.Request, fields.Format, Offered(asItCame.Format), MediaType);
        var picture = PictureIn(answer, asItCame.Format);
        var result = await pipeline.DeidentifyAsync(
            image, options, new ImageOutput(picture.ToImageFormat(), fields.Quality ?? asItCame.Quality), cancellationToken);
        var report = Rounded(result.Report);
        if (answer == DeidentifyFormat.Json)
            return TypedResults.Ok(report);

        var looked = options.Faces is null || options.Redetect;
        var file = PictureAnswer.Create(
            context.Response, result.Picture, picture, FormBinder.FieldName(report.Method.ToString()),
            looked ? options.Detection.Detector : null, report.Faces.Count(face => face.Treated));
        context.Response.Headers[PictureAnswer.FallbacksHeader] = $"{report.Faces.Count(face => face.Fallback is not null)}";
        return answer == DeidentifyFormat.Multipart ? new MixedAnswer(report, result.Picture, picture) : file;
    }

    /// <summary>The format that the picture came in comes first: it is the answer to whoever asks for any picture.</summary>
    private static DeidentifyFormat[] Offered(ImageFormat asItCame)
    {
        var same = Enum.Parse<DeidentifyFormat>(asItCame.ToString());
        return [same, .. Enum.GetValues<DeidentifyFormat>().Where(format => format != same)];
    }

    private static string MediaType(DeidentifyFormat format) =>
        format == DeidentifyFormat.Multipart ? MixedAnswer.MediaType : Enum.Parse<AnswerFormat>(format.ToString()).MediaType();

    private static AnswerFormat PictureIn(DeidentifyFormat answer, ImageFormat asItCame) => answer switch
    {
        DeidentifyFormat.Json => AnswerFormat.Jpeg, // not sent, and written fastest
        DeidentifyFormat.Multipart => Enum.Parse<AnswerFormat>(asItCame.ToString()),
        _ => Enum.Parse<AnswerFormat>(answer.ToString()),
    };

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
