using System.Net;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// <c>/metrics</c> for Prometheus, of a service in a process of its own: services of one process share their meters.
/// </summary>
public sealed class MetricsTests : IAsyncLifetime, IDisposable
{
    private const string RequestCount = "http_server_request_duration_seconds_count";

    private readonly HttpClient _client = new() { Timeout = Patience.Long };
    private ServiceProcess _service = null!;

    public async Task InitializeAsync()
    {
        _service = await ServiceProcess.StartAsync(("FaceDeid__Limits__Workers", "1"));
        _client.BaseAddress = _service.Address;
    }

    public async Task DisposeAsync() => await _service.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task Steps_faces_and_requests_are_counted_and_timed()
    {
        await PostAsync(
            HttpStatusCode.OK, "/v1/landmarks", ("image", Pictures.Group, "a"), ("detector", "hog"), ("format", "png"));
        await PostAsync(HttpStatusCode.OK, "/v1/detect", ("image", Pictures.Group, "a"), ("detector", "haar"));
        await PostAsync(
            HttpStatusCode.OK, "/v1/merge", ("first", Pictures.Face, "a"), ("second", Pictures.OtherFace, "b"),
            ("align", "landmarks"), ("detector", "hog"));
        await PostAsync(HttpStatusCode.OK, "/v1/detect", ("image", Pictures.Group, "a"));
        await PostAsync(HttpStatusCode.BadRequest, "/v1/detect", ("detector", "hog"));

        var metrics = await ScrapeAsync();

        (string, int)[] steps =
        [
            ("inspect", 5), ("decode", 5), ("detect", 5), ("landmarks", 3), ("overlay", 1), ("align", 1), ("merge", 1),
            ("encode", 2),
        ];
        foreach (var (step, count) in steps)
        {
            Assert.Equal((step, count), (step, Value(metrics, "facedeid_step_duration_seconds_count", $"step=\"{step}\"")));
            Assert.InRange(Value(metrics, "facedeid_step_duration_seconds_sum", $"step=\"{step}\"")!.Value, 1e-6, 60);
        }

        Assert.Equal(9, Value(metrics, "facedeid_faces_total", "detector=\"hog\"")); // 7 + 1 + 1
        Assert.Equal(5, Value(metrics, "facedeid_faces_total", "detector=\"haar\""));
        Assert.Equal(7, Value(metrics, "facedeid_faces_total", "detector=\"auto\""));
        Assert.Equal(0, Value(metrics, "facedeid_workers_busy"));
        Assert.Equal(0, Value(metrics, "facedeid_workers_waiting"));
        foreach (var (route, status, count)
            in new[] { ("/v1/landmarks", 200, 1), ("/v1/detect", 200, 2), ("/v1/detect", 400, 1), ("/v1/merge", 200, 1) })
        {
            Assert.Equal(
                count, Value(metrics, RequestCount, $"http_route=\"{route}\"", $"http_response_status_code=\"{status}\""));
        }
    }

    [Fact]
    public async Task Busy_workers_and_the_requests_that_wait_for_them_are_shown()
    {
        // The dearest request there is: seconds of work.
        FormPart[] heavy = [("image", Pictures.Example("faces/bald_guys.jpg"), "a"), ("detector", "hog"), ("upsample", "2")];
        var requests = Task.WhenAll(
            PostAsync(HttpStatusCode.OK, "/v1/detect", heavy), PostAsync(HttpStatusCode.OK, "/v1/detect", heavy));

        (double? Busy, double? Waiting) shown;
        do
        {
            var metrics = await ScrapeAsync();
            shown = (Value(metrics, "facedeid_workers_busy"), Value(metrics, "facedeid_workers_waiting"));
        }
        while (shown is not (1, 1) && !requests.IsCompleted);

        Assert.Equal((1, 1), shown);
        await requests;
    }

    [Fact]
    public async Task No_label_holds_what_a_client_sent()
    {
        const string Marker = "marker4711";
        await PostAsync(
            HttpStatusCode.BadRequest, $"/v1/detect?key={Marker}", ("image", Pictures.Face, Marker), (Marker, Marker));
        await PostAsync(HttpStatusCode.NotFound, $"/v1/{Marker}", ("image", Pictures.Face, Marker));

        var metrics = await ScrapeAsync();

        Assert.Equal(1, Value(metrics, RequestCount, "http_response_status_code=\"404\""));
        Assert.DoesNotContain(Marker, metrics, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>The one sample of that name with those labels, or null.</summary>
    private static double? Value(string metrics, string name, params string[] labels) =>
        metrics.Split('\n')
            .Where(line => line.StartsWith(name + '{', StringComparison.Ordinal)
                && labels.All(label => line.Contains(label, StringComparison.Ordinal)))
            .Select(line => (double?)double.Parse(line.AsSpan(line.LastIndexOf(' ') + 1)))
            .SingleOrDefault();

    private async Task PostAsync(HttpStatusCode expected, string path, params FormPart[] parts)
    {
        using var form = Requests.Form(parts);
        using var response = await _client.PostAsync(new Uri(path, UriKind.Relative), form);
        Assert.Equal(expected, response.StatusCode);
    }

    private async Task<string> ScrapeAsync()
    {
        await Task.Delay(350); // the exporter shows the same numbers for 300 ms
        using var response = await _client.GetAsync(new Uri("/metrics", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "text/plain"), (response.StatusCode, response.Content.Headers.ContentType?.MediaType));
        return await response.Content.ReadAsStringAsync();
    }
}
