using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using FaceDeid.Faces;
using FaceDeid.TestData;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Other ways into the rows of the error table, and the borders beside them.</summary>
public sealed class ErrorVariantTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    [Fact]
    public async Task A_method_that_is_not_allowed_is_told_which_is()
    {
        using var response = await service.Client.DeleteAsync(new Uri("/v1/detect", UriKind.Relative));

        Assert.Equal("method_not_allowed", await CodeAsync(response));
        Assert.Equal(["POST"], response.Content.Headers.Allow, StringComparer.Ordinal);
    }

    [Fact]
    public async Task A_part_may_be_as_large_as_the_limit_and_no_larger()
    {
        await using var small = ServiceFixture.With(("FaceDeid:Limits:MaxUploadMegabytes", "1"));
        var largest = new byte[1_000_000];
        Pictures.Face.CopyTo(largest, 0);

        using var fits = await small.PostAsync("/v1/merge", ("first", largest, "a"), ("second", largest, "b"));
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
        using var over = await small.PostAsync("/v1/merge", ("first", largest, "a"), ("second", [.. largest, 0], "b"));
        Assert.Equal("upload_too_large", await CodeAsync(over));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("application/json")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/mixed; boundary=b")]
    [InlineData("image/jpeg")]
    [InlineData("nonsense")]
    public async Task A_body_that_is_no_multipart_form_is_named_so(string? contentType)
    {
        using var content = new ByteArrayContent(Pictures.Face);
        if (contentType is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        using var response = await service.Client.PostAsync(new Uri("/v1/landmarks", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal("unsupported_media_type", await CodeAsync(response));
    }

    [Fact]
    public async Task No_call_takes_another_body_than_a_multipart_form_with_a_boundary()
    {
        var calls = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(call =>
                call.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods.Contains("POST", StringComparer.Ordinal) == true)
            .Select(call => call.RoutePattern.RawText!)
            .Where(path => !path.StartsWith(VideoCalls.Path, StringComparison.Ordinal) // which this service does not take
                && !path.StartsWith(Jobs.Path, StringComparison.Ordinal))
            .ToList();
        Assert.Equal(10, calls.Count);

        foreach (var call in calls)
        {
            foreach (var contentType in new[]
            {
                null, "multipart/mixed; boundary=b", "multipart/form-data2; boundary=b", "application/x-www-form-urlencoded",
                "text/plain",
            })
            {
                Assert.Equal(
                    (call, contentType, "unsupported_media_type"), (call, contentType, await RefusalAsync(call, contentType)));
            }

            foreach (var contentType
                in new[] { "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=\"\"" })
                Assert.Equal((call, contentType, "malformed_form"), (call, contentType, await RefusalAsync(call, contentType)));
        }

        async Task<string> RefusalAsync(string call, string? contentType)
        {
            using var content = new ByteArrayContent(
                "--b\r\nContent-Disposition: form-data; name=\"k\"\r\n\r\n2\r\n--b--\r\n"u8.ToArray());
            content.Headers.Remove("Content-Type");
            if (contentType is not null)
                content.Headers.TryAddWithoutValidation("Content-Type", contentType);
            using var response = await service.Client.PostAsync(new Uri(call, UriKind.Relative), content);
            return await CodeAsync(response);
        }
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=other")]
    [InlineData("multipart/form-data; boundary=b")]
    public async Task A_multipart_body_that_breaks_off_is_named_so(string contentType)
    {
        using var content = new StringContent("--b\r\nContent-Disposition: form-data; name=\"image\"; filename=\"a\"\r\n\r\nxyz");
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var response = await service.Client.PostAsync(new Uri("/v1/detect", UriKind.Relative), content);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("malformed_form", await CodeAsync(response));
    }

    [Theory]
    [InlineData(".ppm", "unsupported_format")]
    [InlineData(".jp2", "unsupported_format")]
    [InlineData(".svg", "unsupported_format")]
    public async Task Formats_that_are_not_read_are_refused_by_content(string format, string code)
    {
        var file = format switch
        {
            ".svg" => """<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>"""u8.ToArray(),
            _ => Pictures.EncodedByOpenCv(Pictures.Face, format),
        };
        using var response = await service.PostAsync("/v1/detect", ("image", file, "face.jpg"));

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Equal(code, await CodeAsync(response));
    }

    [Theory]
    [InlineData("FaceDeid:Limits:MaxMegapixels", "1", 1000, 1001)]
    [InlineData("FaceDeid:Limits:MaxSide", "256", 257, 10)]
    [InlineData("FaceDeid:Limits:MaxSide", "256", 10, 257)]
    public async Task A_picture_over_a_limit_is_told_the_limit(string setting, string value, int width, int height)
    {
        await using var strict = ServiceFixture.With((setting, value));
        using var over = await strict.PostAsync("/v1/detect", Requests.Image(Pictures.Black(width, height)));
        using var fits = await strict.PostAsync(
            "/v1/detect", Requests.Image(Pictures.Black(Math.Min(width, 256), Math.Min(height, 256))));

        var problem = await over.JsonAsync();
        Assert.Equal(HttpStatusCode.UnprocessableEntity, over.StatusCode);
        Assert.Equal("too_many_pixels", (string)problem["code"]!);
        Assert.Contains($"{width} x {height}", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Contains($" {value} ", (string)problem["detail"]!, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, fits.StatusCode);
    }

    [Fact]
    public async Task A_failure_inside_says_nothing_of_the_inside()
    {
        using var response = await ErrorCauses.ByCode["internal_error"](service);

        Assert.Equal(
            "Something failed inside the service. Quote the traceId when you report it.",
            (string)(await response.JsonAsync())["detail"]!);
    }

    [Fact]
    public async Task A_model_that_fails_is_a_failure_inside_and_never_a_picture()
    {
        await using var broken = ServiceFixture.With(services => services.AddScoped<FacePipeline>(
            _ => throw new FaceDeidException(FaceDeidError.ModelUnavailable, "/secret/path is missing")));
        using var response = await broken.PostAsync("/v1/landmarks", "image/png", Requests.Image(Pictures.Face));

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.DoesNotContain("secret", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
    }

    [Fact]
    public async Task Requests_wait_in_the_queue_and_only_those_beyond_it_are_refused()
    {
        await using var full = BusyService.Start(("FaceDeid:Limits:MaxQueuedRequests", "2"));
        List<Task<string>> waiting = [DetectAsync(full.Service), DetectAsync(full.Service)];
        await Patience.UntilAsync(() => full.Waiting == 2);

        Assert.Equal("503 service_full", await DetectAsync(full.Service));
        Assert.All(waiting, request => Assert.False(request.IsCompleted));

        full.Release();
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Equal("200 ", answer));
    }

    [Fact]
    public async Task Who_would_wait_longer_than_the_queue_may_take_is_refused_at_once()
    {
        var clock = new FakeTimeProvider();
        await using var slow = ServiceFixture.With(
            [("FaceDeid:Limits:MaxQueueSeconds", "1")], services => services.AddSingleton(_ => new WorkerGate(1, clock)));
        var gate = slow.Services.GetRequiredService<WorkerGate>();
        // From which it learns how long work takes.
        await gate.RunAsync(() => Stay(TimeSpan.FromSeconds(1.2)), CancellationToken.None);
        using var mayEnd = new ManualResetEventSlim();
        var working = gate.RunAsync(() => mayEnd.Wait(Patience.Long), CancellationToken.None);

        Assert.Equal("503 service_full", await DetectAsync(slow));

        mayEnd.Set();
        await working;
        Assert.Equal("200 ", await DetectAsync(slow));

        bool Stay(TimeSpan time)
        {
            clock.Advance(time);
            return true;
        }
    }

    [Fact]
    public async Task A_request_that_times_out_in_the_queue_is_told_so_and_leaves_it()
    {
        // Time enough to be in the queue by then on a busy machine, or the upload would be what took too long.
        await using var busy = BusyService.Start(("FaceDeid:Limits:RequestTimeoutSeconds", "8"));
        var both = await Task.WhenAll(DetectAsync(busy.Service), DetectAsync(busy.Service));

        Assert.All(both, answer => Assert.Equal("504 timeout", answer));
        Assert.Equal(0, busy.Waiting);
    }

    private static async Task<string> DetectAsync(ServiceFixture service)
    {
        using var response = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face));
        var body = await response.Content.ReadAsStringAsync();
        return $"{(int)response.StatusCode} {(body.Length == 0 ? "(empty)" : JsonNode.Parse(body)!["code"])}";
    }

    private static async Task<string> CodeAsync(HttpResponseMessage response) => (string)(await response.JsonAsync())["code"]!;
}
