using System.Collections.Concurrent;
using FaceDeid.Benchmarks.Load;
using FaceDeid.Benchmarks.Service;

namespace FaceDeid.Benchmarks.Overload;

/// <summary>
/// The call that is sent again and again, <c>POST /v1/landmarks</c> of a common picture, and what it must be answered.
/// </summary>
internal sealed class LandmarksCall
{
    private readonly HttpClient _client;
    private readonly Upload _upload;
    private readonly ExpectedAnswer _expected;
    private readonly ConcurrentBag<byte[]> _buffers = [];
    private readonly ConcurrentDictionary<string, int> _wrong = new(StringComparer.Ordinal);

    private LandmarksCall(HttpClient client, Upload upload, ExpectedAnswer expected) =>
        (_client, _upload, _expected) = (client, upload, expected);

    /// <summary>What came instead of right answers, and how often.</summary>
    public IEnumerable<string> Mistakes => _wrong.Select(wrong => $"{wrong.Key} ({wrong.Value} times)");

    /// <summary>Sends it some times while nothing else runs.</summary>
    public static async Task<LandmarksCall> WarmUpAsync(ServiceProcess service)
    {
        const int Times = 30;
        var upload = new Upload("/v1/landmarks", [("image", ExamplePicture.Group.Bytes)], [("detector", "hog")]);
        var call = new LandmarksCall(service.Client, upload, await ExpectedAnswer.TakeAsync(
            new LoadJob("landmarks", upload, Status: 200), service.Client));
        for (var i = 0; i < Times; i++)
        {
            if (await call.SendAsync() != Outcome.Right)
                throw new InvalidOperationException("The service answers wrongly before the load.");
        }

        return call;
    }

    public async Task<Outcome> SendAsync()
    {
        var buffer = _buffers.TryTake(out var used) ? used : new byte[64 * 1024];
        try
        {
            using var answer = await _upload.SendAsync(_client);
            if ((int)answer.StatusCode == 503 && answer.Headers.RetryAfter is not null)
            {
                await answer.Content.ReadAsByteArrayAsync();
                return Outcome.TurnedAway;
            }

            return await _expected.EqualsAsync(answer, buffer)
                ? Outcome.Right
                : Wrong($"answered {(int)answer.StatusCode}, not as before the load");
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            return Wrong(e.Message);
        }
        finally
        {
            _buffers.Add(buffer);
        }
    }

    private Outcome Wrong(string what)
    {
        _wrong.AddOrUpdate(what, 1, (_, count) => count + 1);
        return Outcome.Wrong;
    }
}
