using System.Net;
using FaceDeid.Api.Admission;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Collections that are jobs while something else happens: the service ends, they are stopped, all places are taken.
/// </summary>
public sealed class JobRestartTests : IDisposable
{
    private readonly VideoFolder _folder = new();

    [Fact]
    public async Task A_job_that_was_cut_off_is_made_when_the_service_is_there_again()
    {
        string id;
        await using (var before = _folder.Start(_folder.KeptKeys()))
        {
            using var taken = before.Services.GetRequiredService<CollectionPlaces>().Take();
            id = await before.CreateJobAsync(Jobs.Collections, Small());
            await before.JobUntilAsync(id, "analysing");
        }

        await using var after = _folder.Start(_folder.KeptKeys());
        await after.JobUntilAsync(id, "done");
        var archive = await after.Client.GetByteArrayAsync(new Uri($"{Jobs.Path}/{id}/result", UriKind.Relative));
        Assert.Equal(3, Collection.Unzip(archive).Count);
    }

    [Fact]
    public async Task While_all_places_are_taken_jobs_are_taken_all_the_same_and_wait()
    {
        await using var service = _folder.Start();
        string id;
        using (service.Services.GetRequiredService<CollectionPlaces>().Take())
        {
            id = await service.CreateJobAsync(Jobs.Collections, Small());
            Assert.Equal("503 service_full", await service.RefusedAsync(Jobs.Collections, Small()));
            await service.JobUntilAsync(id, "analysing");
            await Task.Delay(500);
            Assert.Equal("analysing", (string)(await service.JobAsync(id))["state"]!);
        }

        await service.JobUntilAsync(id, "done");
    }

    [Fact]
    public async Task Jobs_that_are_stopped_leave_nothing_and_give_their_place_back()
    {
        await using var service = _folder.Start();
        using (service.Services.GetRequiredService<CollectionPlaces>().Take())
        {
            // Often: it may end by itself while it is taken out of the schedule.
            for (var i = 0; i < 20; i++)
            {
                var id = await service.CreateJobAsync(Jobs.Collections, Small());
                await service.JobUntilAsync(id, "analysing");
                Assert.Equal("202", await service.OutcomeAsync(HttpMethod.Post, $"{Jobs.Path}/{id}/cancel"));
                Assert.Equal("cancelled", (string)(await service.JobAsync(id))["state"]!);
                Assert.Equal("409 already_ended", await service.OutcomeAsync(HttpMethod.Post, $"{Jobs.Path}/{id}/cancel"));
                Assert.Empty(_folder.Objects());
            }
        }

        using var answer = await service.PostAsync(Jobs.Collections, Small());
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    public void Dispose() => _folder.Dispose();

    private static FormPart[] Small() => [("k", "2"), .. Collection.Parts(Collection.Pictures(2, 1))];
}
