using FaceDeid.Api.Jobs;

namespace FaceDeid.Api.Videos;

/// <summary>Puts recordings and their jobs into the service.</summary>
internal static class VideosSetup
{
    public static void AddVideos(this IServiceCollection services) => services
        .AddSingleton<JobWork, VideoWork>()
        .AddSingleton<JobEngine>()
        .AddHostedService(sp => sp.GetRequiredService<JobEngine>())
        .AddSingleton<VideoParts>();
}
