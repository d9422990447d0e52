using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text;
using FaceDeid.Fuzz.Recipes;

namespace FaceDeid.Fuzz.Running;

/// <summary>
/// Sends requests one after the other, so that whatever happens has one cause; starts the service anew when it has died.
/// </summary>
internal sealed class Runner : IAsyncDisposable
{
    // The service itself gives up after 60, but for collections.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(300);

    private readonly SocketsHttpHandler _handler =
        new() { RequestHeaderEncodingSelector = static (_, _) => Encoding.UTF8, AllowAutoRedirect = false };
    private readonly HttpClient _client;
    private FuzzedService _service;

    private Runner(FuzzedService service)
    {
        _service = service;
        _client = new HttpClient(_handler) { Timeout = Patience };
    }

    /// <summary>How often the service had to be started again.</summary>
    public int Restarts { get; private set; }

    public long ResidentMemory => _service.IsAlive ? _service.Memory().Now : 0;

    public static async Task<Runner> StartAsync() => new(await FuzzedService.StartAsync());

    /// <summary>An execution, judged.</summary>
    public async Task<Outcome> RunAsync(Recipe recipe, FuzzRequest request)
    {
        if (!_service.IsAlive)
            await RestartAsync();
        _service.TakeComplaints();
        string? failure;
        try
        {
            _service.ForgetPeak();
            var before = _service.Memory().Now;
            var started = _service.ProcessorSeconds();
            (var answer, failure) = await SendAsync(request);
            if (answer is not null)
            {
                if (answer.Status >= 500)
                    await Task.Delay(100); // the log comes by another way
                var cost = new Cost(
                    _service.ProcessorSeconds() - started, _service.Memory().Peak - before,
                    _service.TakeComplaints(), [.. _service.TemporaryFiles()]);
                var violation = Oracle.Judge(request, answer, cost);
                return new Outcome(
                    recipe, request.Kinds, answer.Status, answer.Code, answer.Body.Length, cost.Seconds, cost.Growth, violation);
            }
        }
        catch (IOException e)
        {
            failure = e.Message; // it died between two looks at it
        }

        var (ended, said) = await EndAsync();
        return new Outcome(recipe, request.Kinds, 0, ended, 0, 0, 0, $"no answer: {ended}; {failure}; {said}");
    }

    /// <summary>The answer, and why there is none.</summary>
    public async Task<(Answer? Answer, string? Failure)> SendAsync(FuzzRequest request)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, new Uri(_service.Address, request.Target.Path))
        {
            Content = new ByteArrayContent(request.Body),
        };
        message.Headers.TransferEncodingChunked = request.IsChunked;
        if (request.ContentType is not null)
            message.Content.Headers.TryAddWithoutValidation("Content-Type", request.ContentType);
        if (request.Accept is not null)
            message.Headers.TryAddWithoutValidation("Accept", request.Accept);
        if (request.Key is not null)
            message.Headers.TryAddWithoutValidation("X-FaceDeid-Key", request.Key);
        try
        {
            using var response = await _client.SendAsync(message);
            var body = await response.Content.ReadAsByteArrayAsync();
            return (
                new Answer(
                    (int)response.StatusCode, response.Content.Headers.ContentType?.MediaType ?? string.Empty,
                    Header(response.Headers, "X-FaceDeid-Faces"), body),
                null);
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            return (null, e is TaskCanceledException ? $"none within {Patience}" : (e.InnerException ?? e).Message);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        _handler.Dispose();
        await _service.DisposeAsync();
    }

    private static string? Header(HttpResponseHeaders headers, string name) =>
        headers.TryGetValues(name, out var values) ? string.Join(',', values) : null;

    /// <summary>What became of a service that does not answer: dead, or hanging and ended here.</summary>
    private async Task<(string Ended, string Said)> EndAsync()
    {
        var patience = Stopwatch.StartNew();
        while (_service.IsAlive && patience.Elapsed < TimeSpan.FromSeconds(5))
            await Task.Delay(50);
        await Task.Delay(100);
        var ended = _service.IsAlive ? "the process lived on, and was ended" : $"the process ended with code {_service.ExitCode}";
        var said = _service.TakeComplaints();
        await RestartAsync();
        return (ended, said);
    }

    private async Task RestartAsync()
    {
        Restarts++;
        await _service.DisposeAsync();
        _service = await FuzzedService.StartAsync();
    }
}
