using FaceDeid.Api.Collections;
using FaceDeid.Api.Evaluate;
using FaceDeid.Api.Jobs;
using FaceDeid.Api.Videos;
using FaceDeid.Api.Webhooks;

namespace FaceDeid.Api;

/// <summary>Puts jobs and what they do into the service.</summary>
internal static class JobsSetup
{
    public static void AddJobs(this IServiceCollection services) => services
        .AddSingleton<VideoWork>()
        .AddSingleton<JobWork>(sp => sp.GetRequiredService<VideoWork>())
        .AddSingleton<JobWork, CollectionWork>()
        .AddSingleton<JobWork, EvaluationWork>()
        .AddSingleton(WebhookPace.Default)
        .AddSingleton<WebhookSender>()
        .AddSingleton<JobEngine>()
        .AddHostedService(sp => sp.GetRequiredService<JobEngine>())
        .AddSingleton<Downloads>()
        .AddSingleton<JobParts>();
}
