using FaceDeid.Api.Admission;
using FaceDeid.Api.Evaluate;
using FaceDeid.Api.Forms;
using FaceDeid.Api.Http;
using FaceDeid.Api.Jobs;
using Microsoft.AspNetCore.Http.Timeouts;

namespace FaceDeid.Api;

/// <summary>The calls of jobs that are no recordings.</summary>
internal static class JobRoutes
{
    private static readonly ResultType Archive = new(AnswerFormat.Zip.MediaType(), WireNames.Of(AnswerFormat.Zip));

    private static readonly JobCalls Calls = new(
        JobGroup.Others,
        async (job, store) => string.Equals(job.Kind, WireNames.Of(JobKind.Evaluation), StringComparison.Ordinal)
            ? EvaluationWork.TypeOf(await store.ReadTextAsync(JobObjects.Options))
            : Archive);

    public static void MapJobs(this RouteGroupBuilder v1)
    {
        v1.MapGet("/jobs", Calls.ListAsync)
            .WithName("listJobs")
            .WithSummary("List collections and evaluations that are jobs")
            .WithDescription(
                "Your collections and evaluations that were sent as jobs, the newest first. `limit` says how many (1 to 100, by "
                + "default 20), `cursor` behind which: the answer names that of the next page.")
            .WithMetadata(new ReadsParameters(JobCalls.Cursor, JobCalls.Limit))
            .MayFail([.. VideoRoutes.Asked, ProblemKinds.InvalidOption, ProblemKinds.NotFound]);

        v1.MapGet("/jobs/{id}", Calls.GetAsync)
            .WithName("getJob")
            .WithSummary("See how far a job is")
            .WithDescription(
                "State, progress, warnings, and where the result is, or why there is none. It is there for who sent it, for "
                + "others not.")
            .MayFail(VideoRoutes.AskedOfOne);

        v1.MapGet("/jobs/{id}/events", Calls.WatchAsync)
            .WithName("watchJob")
            .WithSummary("Follow a job")
            .WithDescription(
                "The job each time it changes, until it has ended: server-sent events, or lines of JSON (`Accept: "
                + "application/x-ndjson`). The last one says where the result is. With `Last-Event-ID` only what changed since.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream", "application/x-ndjson")
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .MayFail([.. VideoRoutes.AskedOfOne, ProblemKinds.NotAcceptable]);

        v1.MapPost("/jobs/{id}/cancel", Calls.CancelAsync)
            .WithName("cancelJob")
            .WithSummary("Stop the work on a job")
            .WithDescription("The work stops, and all that was stored of the job is deleted.")
            .WithMetadata(new TakesNothing())
            .MayFail([.. VideoRoutes.AskedOfOne, ProblemKinds.AlreadyEnded, ProblemKinds.ForeignOrigin]);

        v1.MapDelete("/jobs/{id}", Calls.DeleteAsync)
            .WithName("deleteJob")
            .WithSummary("Delete a job")
            .WithDescription(
                "What was sent, its result, its report and its key are deleted, and the work on it stops. Deleting it again is "
                + "no error.")
            .WithMetadata(new TakesNothing())
            .MayFail([.. VideoRoutes.Asked, ProblemKinds.NotFound, ProblemKinds.ForeignOrigin]);
        v1.MapJobResults();
    }

    private static void MapJobResults(this RouteGroupBuilder v1)
    {
        ProblemKind[] problems = [.. VideoRoutes.AskedOfOne, ProblemKinds.NotReady, ProblemKinds.LostKey];
        string[] others = ["application/json", "text/html", "image/png"];

        v1.MapMethods("/jobs/{id}/result", [HttpMethods.Get], Calls.ResultAsync)
            .WithName("getJobResult")
            .WithSummary("Fetch what a job made")
            .WithDescription(
                "Of a collection the archive, of an evaluation the report in the form that was asked for; a part of it with "
                + "`Range`.")
            .Produces<Stream>(StatusCodes.Status200OK, Archive.MediaType, others)
            .Produces<Stream>(StatusCodes.Status206PartialContent, Archive.MediaType, others)
            .WithMetadata(new DisableRequestTimeoutAttribute())
            .MayFail(problems);
        v1.MapMethods("/jobs/{id}/result", [HttpMethods.Head], Calls.ResultAsync).ExcludeFromDescription();

        v1.MapGet("/jobs/{id}/report", Calls.Report)
            .WithName("getJobReport")
            .WithSummary("Read what a job did")
            .WithDescription("Of a collection the certificate, of an evaluation the report.")
            .Produces<Stream>(StatusCodes.Status200OK, "application/json")
            .MayFail(problems);
    }
}
