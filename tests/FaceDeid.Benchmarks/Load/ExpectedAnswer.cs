using System.Text.Json;

namespace FaceDeid.Benchmarks.Load;

/// <summary>What a request is answered when nothing else runs. Every later answer must equal it to the last byte.</summary>
internal sealed class ExpectedAnswer
{
    private static readonly TimeSpan SlowPause = TimeSpan.FromMilliseconds(30); // after each 64 kB: 2 MB/s

    private readonly int _status;
    private readonly string? _mediaType;
    private readonly byte[] _body;
    private readonly LoadJob _job;

    private ExpectedAnswer(LoadJob job, int status, string? mediaType, byte[] body)
    {
        _job = job;
        _status = status;
        _mediaType = mediaType;
        _body = body;
    }

    public static async Task<ExpectedAnswer> TakeAsync(LoadJob job, HttpClient client)
    {
        using var answer = await job.Upload.SendAsync(client);
        var status = (int)answer.StatusCode;
        var body = await answer.Content.ReadAsByteArrayAsync();
        return status == job.Status
            ? new ExpectedAnswer(
                job, status, answer.Content.Headers.ContentType?.MediaType, status == 200 ? body : WithoutTraceId(body))
            : throw new InvalidOperationException($"'{job.Kind}' was answered {status}, not {job.Status}, before the load.");
    }

    /// <summary>
    /// Compares while it reads, into a buffer that the client keeps; of answers that are never the same, only the head.
    /// </summary>
    public async Task<bool> EqualsAsync(HttpResponseMessage answer, byte[] buffer)
    {
        if ((int)answer.StatusCode != _status
            || !string.Equals(answer.Content.Headers.ContentType?.MediaType, _mediaType, StringComparison.Ordinal))
            return false;
        if (_status != 200)
            return WithoutTraceId(await answer.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(_body);

        await using var stream = await answer.Content.ReadAsStreamAsync();
        var compared = 0;
        while (await stream.ReadAsync(buffer) is > 0 and var read)
        {
            if (_job.IsSlow)
                await Task.Delay(SlowPause);
            if (!_job.IsSame)
                continue;
            if (compared + read > _body.Length || !buffer.AsSpan(0, read).SequenceEqual(_body.AsSpan(compared, read)))
                return false;
            compared += read;
        }

        return !_job.IsSame || compared == _body.Length;
    }

    /// <summary>Problem details differ in their trace id only.</summary>
    private static byte[] WithoutTraceId(byte[] problem)
    {
        var members = JsonSerializer.Deserialize<SortedDictionary<string, JsonElement>>(problem)!;
        members.Remove("traceId");
        return JsonSerializer.SerializeToUtf8Bytes(members);
    }
}
