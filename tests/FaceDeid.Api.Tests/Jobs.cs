using System.Net;
using System.Text.Json.Nodes;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Calls about collections and evaluations that are jobs.</summary>
internal static class Jobs
{
    public const string Path = "/v1/jobs";
    public const string Collections = "/v1/collections";
    public const string Evaluations = "/v1/evaluate";

    /// <summary>Sends a form that is to become a job; the caller disposes the answer.</summary>
    public static Task<HttpResponseMessage> SendJobAsync(this ServiceFixture service, string path, params FormPart[] parts) =>
        service.SendJobAsync(path, retryKey: null, parts);

    /// <inheritdoc cref="SendJobAsync(ServiceFixture, string, FormPart[])"/>
    public static async Task<HttpResponseMessage> SendJobAsync(
        this ServiceFixture service, string path, string? retryKey, FormPart[] parts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = Requests.Form(parts),
        };
        request.Headers.Add("Prefer", "wait=1, Respond-Async; foo");
        if (retryKey is not null)
            request.Headers.Add("Idempotency-Key", retryKey);
        return await service.Client.SendAsync(request);
    }

    /// <summary>Sends a form that becomes a job; its id.</summary>
    public static async Task<string> CreateJobAsync(this ServiceFixture service, string path, params FormPart[] parts)
    {
        using var answer = await service.SendJobAsync(path, parts);
        Assert.True(answer.StatusCode == HttpStatusCode.Accepted, await answer.Content.ReadAsStringAsync());
        return (string)(await answer.JsonAsync())["id"]!;
    }

    /// <summary>What is said of a job.</summary>
    public static async Task<JsonNode> JobAsync(this ServiceFixture service, string id) =>
        JsonNode.Parse(await service.Client.GetStringAsync(new Uri($"{Path}/{id}", UriKind.Relative)))!;

    /// <summary>The first page of jobs.</summary>
    public static async Task<JsonNode> JobsAsync(this ServiceFixture service) =>
        JsonNode.Parse(await service.Client.GetStringAsync(new Uri(Path, UriKind.Relative)))!;

    /// <summary>Waits until a job has a state.</summary>
    public static async Task<JsonNode> JobUntilAsync(this ServiceFixture service, string id, string state)
    {
        JsonNode? job = null;
        await Patience.UntilAsync(async () =>
        {
            job = await service.JobAsync(id);
            var current = (string)job["state"]!;
            Assert.False(current is "failed" && state is not "failed", $"It failed: {job["error"]}");
            return string.Equals(current, state, StringComparison.Ordinal);
        });
        return job!;
    }
}
