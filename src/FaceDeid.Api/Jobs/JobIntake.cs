using FaceDeid.Api.Forms;

namespace FaceDeid.Api.Jobs;

/// <summary>What is wished for a job, whatever it does.</summary>
/// <param name="RetentionSeconds">How long it is kept after its end.</param>
/// <param name="RetryKey">What the sender calls this request; null: nothing.</param>
/// <param name="Webhook">Who is told when it has ended; null: nobody.</param>
internal sealed record JobTerms(int RetentionSeconds, string? RetryKey, string? Webhook);

/// <summary>What was sent becomes a job.</summary>
internal static class JobIntake
{
    /// <summary>The header that tells a request from one that is sent again.</summary>
    public const string RetryKey = "Idempotency-Key";

    private const int LongestRetryKey = 255;

    /// <summary>What the sender calls this request; null: nothing.</summary>
    /// <exception cref="ProblemException">400: it cannot be called so.</exception>
    public static string? ReadRetryKey(HttpRequest request)
    {
        var sent = request.Headers[RetryKey];
        if (sent.Count == 0)
            return null;
        return sent is [{ Length: > 0 and <= LongestRetryKey } key]
            ? key
            : throw FormBinder.Invalid(RetryKey, $"is a header that is sent once, of 1 to {LongestRetryKey} characters.");
    }

    /// <summary>Looks at what was received, takes it, and says where it is.</summary>
    /// <inheritdoc cref="JobEngine.TakeAsync"/>
    public static async Task<IResult> AcceptAsync(
        this JobParts parts, HttpContext context, JobUpload upload, string kind, byte[] digest, JobTerms terms)
    {
        await parts.Engine.CheckAsync(upload, kind, context.RequestAborted);
        var (job, isNew) = await parts.Engine.TakeAsync(upload, digest, JobAccess.OwnerOf(context), terms);
        if (isNew)
            parts.Audit.NoteJob(context, "created", job.Id);
        var document = await JobDocuments.OfAsync(parts.Engine, context, job);
        return isNew ? TypedResults.Accepted(document.Links.Self, document) : TypedResults.Ok(document);
    }
}
