using System.Text.Json;
using Microsoft.AspNetCore.Http.Timeouts;

namespace FaceDeid.Api.Errors;

/// <summary>The one place where an exception becomes an answer: a row of the error table, or a 500 without detail.</summary>
internal sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            if (context.Response is { HasStarted: false, StatusCode: >= 400, ContentType: null })
            {
                var bare = Bare(context.Response.StatusCode);
                await ProblemAnswer.WriteAsync(context, bare.Kind, bare.Message); // headers such as a 405's Allow stay
            }
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (IsGone(e, context))
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }

            var problem = Logged(e, context, logger);
            context.Response.Clear();
            context.Response.Headers.WWWAuthenticate = problem.Challenges;
            await ProblemAnswer.WriteAsync(context, problem.Kind, problem.Message, problem.Fields, problem.RetryAfter);
        }
    }

    /// <summary>Whether this failed because the caller is not there any more.</summary>
    public static bool IsGone(Exception e, HttpContext context) =>
        e is OperationCanceledException && context.RequestAborted.IsCancellationRequested && !TimedOut(context);

    /// <summary>What the caller is told of an exception; the log is told too.</summary>
    public static ProblemException Logged(Exception e, HttpContext context, ILogger<ProblemMiddleware> logger)
    {
        if (ToProblem(e, context) is { } problem)
        {
            LogRefused(logger, problem.Kind.Code);
            return problem;
        }

        LogFailed(logger, e);
        return new ProblemException(
            ProblemKinds.Internal, "Something failed inside the service. Quote the traceId when you report it.");
    }

    /// <summary>The row for a refusal of the library: its name says which.</summary>
    public static ProblemKind KindOf(FaceDeidError code) => code switch
    {
        FaceDeidError.SpoolFull => ProblemKinds.ServiceFull,
        FaceDeidError.MediaUnavailable => ProblemKinds.JobsOff,
        _ => ProblemKinds.All.FirstOrDefault(kind =>
            string.Equals(kind.Code, JsonNamingPolicy.SnakeCaseLower.ConvertName($"{code}"), StringComparison.Ordinal))
        ?? ProblemKinds.Internal,
    };

    private static ProblemException? ToProblem(Exception e, HttpContext context) => e switch
    {
        ProblemException problem => problem,
        FaceDeidException { Code: not FaceDeidError.ModelUnavailable } refused =>
            new ProblemException(KindOf(refused.Code), refused.Message, refused.Options),
        BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => TooLarge(),
        BadHttpRequestException { StatusCode: StatusCodes.Status408RequestTimeout } => TooSlow(),
        BadHttpRequestException => new ProblemException(
            ProblemKinds.MalformedForm, "The request broke off or is not valid HTTP. Send it again, complete."),
        OperationCanceledException when TimedOut(context) => NotInTime(),
        _ => null,
    };

    public static ProblemException TooLarge() => new(
        ProblemKinds.UploadTooLarge,
        "The upload is larger than this service takes; GET /v1/capabilities names the limit. Send a smaller file.");

    public static ProblemException TooSlow() => new(
        ProblemKinds.UploadTooSlow, "The upload did not arrive in time. Send a smaller file, or use a faster connection.");

    public static ProblemException CorruptForm() => new(
        ProblemKinds.MalformedForm,
        "The multipart body is incomplete or not well-formed. Send it again with a boundary that fits its Content-Type.");

    public static ProblemException NotAForm() => new(
        ProblemKinds.UnsupportedMediaType, "Send the pictures and options as multipart/form-data.");

    private static ProblemException NotInTime() => new(
        ProblemKinds.Timeout, "The service did not finish in time. Try again later, or send a smaller picture.");

    public static bool TimedOut(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested == true;

    private static ProblemException Bare(int status) => status switch
    {
        404 => new ProblemException(ProblemKinds.NotFound, "See /swagger for the addresses of this service."),
        405 => new ProblemException(ProblemKinds.MethodNotAllowed, "See /swagger for the methods of this address."),
        413 => TooLarge(),
        415 => NotAForm(),
        504 => NotInTime(),
        _ => new ProblemException(ProblemKinds.Internal with { Status = status }, "The request was refused."),
    };

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Refused: {Code}")]
    private static partial void LogRefused(ILogger logger, string code);

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "The request failed")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
