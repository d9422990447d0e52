using System.Text;

namespace FaceDeid.Api.Tests;

/// <summary>Errors of recordings, each from a service of its own; the caller disposes the answer.</summary>
internal static class VideoCauses
{
    /// <summary>What is answered about a recording that this work works on.</summary>
    public static async Task<HttpResponseMessage> OfAsync(
        FakeVideoWork work, Func<ServiceFixture, string, Task<HttpResponseMessage>> call,
        params (string Key, string Value)[] settings)
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start(work, settings);
        return await BufferedAsync(call(service, await service.CreateVideoAsync([1, 2, 3])));
    }

    /// <summary>What is answered about a recording whose result was altered on the disk.</summary>
    public static async Task<HttpResponseMessage> OfAlteredAsync(
        Func<ServiceFixture, string, Task<HttpResponseMessage>> call)
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start(FakeVideoWork.Quick());
        var id = await service.CreateVideoAsync([1, 2, 3]);
        await service.UntilAsync(id, "done");
        var path = folder.Objects().Single(path => path.EndsWith("/result", StringComparison.Ordinal));
        var content = await File.ReadAllBytesAsync(path);
        content[^1] ^= 1;
        await File.WriteAllBytesAsync(path, content);
        return await BufferedAsync(call(service, id));
    }

    /// <summary>What is answered to a recording at which the real work looks.</summary>
    public static async Task<HttpResponseMessage> OfSentAsync(byte[] video, params (string Key, string Value)[] settings)
    {
        using var folder = new VideoFolder();
        await using var service = folder.Start(settings);
        return await BufferedAsync(service.SendVideoAsync(video));
    }

    /// <summary>What is answered to tracks that come without the name of those that were edited.</summary>
    public static Task<HttpResponseMessage> OfEditsAsync(string tracks) => OfAsync(FakeVideoWork.Quick(), async (service, id) =>
    {
        await service.UntilAsync(id, "done");
        using var content = new StringContent(tracks, Encoding.UTF8, "application/json");
        return await service.Client.PutAsync(new Uri($"/v1/videos/{id}/tracks", UriKind.Relative), content);
    });

    /// <summary>The service that it comes from is about to go.</summary>
    private static async Task<HttpResponseMessage> BufferedAsync(Task<HttpResponseMessage> call)
    {
        var answer = await call;
        await answer.Content.LoadIntoBufferAsync();
        return answer;
    }
}
