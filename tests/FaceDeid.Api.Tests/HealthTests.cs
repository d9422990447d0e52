using System.Net;
using FaceDeid.Api.Operations;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary><c>/health/live</c> and <c>/health/ready</c>.</summary>
public sealed class HealthTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_service_with_working_models_is_healthy(string path)
    {
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(service, path));

        using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative));
        Assert.True(response.Headers.CacheControl?.NoStore);
    }

    [Fact]
    public async Task A_service_that_is_told_to_stop_lives_and_answers_but_is_not_ready()
    {
        await using var stopping = ServiceFixture.With();
        using var before = await stopping.Client.GetAsync(new Uri("/health/ready", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, before.StatusCode);

        await stopping.Services.GetRequiredService<Readiness>().StoppingAsync(CancellationToken.None);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "Unhealthy"), await GetAsync(stopping, "/health/ready"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(stopping, "/health/live"));
        using var answer = await stopping.PostAsync("/v1/detect", Requests.Image(Pictures.Face));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task A_busy_service_is_ready_because_it_only_queues()
    {
        await using var busy = BusyService.Start();
        var waiting = busy.Service.PostAsync("/v1/detect", Requests.Image(Pictures.Face));

        Assert.Equal((HttpStatusCode.OK, "Healthy"), await GetAsync(busy.Service, "/health/ready"));
        Assert.False(waiting.IsCompleted);

        busy.Release();
        using var answer = await waiting;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task<(HttpStatusCode Status, string Body)> GetAsync(ServiceFixture service, string path)
    {
        using var response = await service.Client.GetAsync(new Uri(path, UriKind.Relative));
        return (response.StatusCode, await response.Content.ReadAsStringAsync());
    }
}
