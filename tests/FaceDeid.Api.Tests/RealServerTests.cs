using System.Net;
using System.Net.Sockets;
using System.Text;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>What only a real server shows: limits on the transport, uploads that stall or break, a full house.</summary>
public sealed class RealServerTests
{
    private const string Expect = "Expect: 100-continue";
    private const string Continue = RawUpload.Continue;

    [Fact]
    public async Task A_body_that_announces_more_than_two_pictures_is_refused_unread()
    {
        await using var service = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxUploadMegabytes", "1"));
        using var connection = await ConnectAsync(service);

        await connection.SendHeadAsync("/v1/merge", Expect, "Content-Length: 3000001");

        AssertProblem(413, "upload_too_large", await connection.ReceiveAnswerAsync());
    }

    [Fact]
    public async Task A_body_of_unknown_length_is_cut_off_at_the_limit_for_the_whole_upload()
    {
        await using var service = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxUploadMegabytes", "1"));
        using var connection = await ConnectAsync(service);
        await connection.SendHeadAsync("/v1/merge", Expect, "Transfer-Encoding: chunked");
        await connection.ReceiveAsync(Continue);

        var body = new StringBuilder();
        foreach (var name in new[] { "a", "b", "c", "d" }) // each part is within its limit, all together are not
        {
            body.Append(
                $"--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\n\r\n"
                + $"{new string('x', 800_000)}\r\n");
        }

        await connection.SendAsync($"{body.Length:x}\r\n{body}");

        AssertProblem(413, "upload_too_large", (await connection.ReceiveAnswerAsync())[Continue.Length..]);
    }

    [Fact]
    public async Task An_upload_slower_than_the_configured_rate_is_answered_408()
    {
        await using var service = ServiceFixture.OnKestrel(("FaceDeid:Limits:MinUploadBytesPerSecond", "100000"));
        AssertProblem(408, "upload_too_slow", await TrickleAsync(service));
    }

    [Fact]
    public async Task An_upload_that_outlasts_the_request_timeout_is_answered_408()
    {
        await using var service = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:RequestTimeoutSeconds", "2"), ("FaceDeid:Limits:MinUploadBytesPerSecond", "0"));
        AssertProblem(408, "upload_too_slow", await TrickleAsync(service));
    }

    [Fact]
    public async Task A_connection_that_breaks_off_in_the_body_gives_its_place_back_and_is_no_failure_of_the_service()
    {
        await using var service = await ServiceProcess.StartAsync(
            ("FaceDeid__Limits__MaxUploads", "1"), ("FaceDeid__Limits__MaxQueuedRequests", "1"));
        using var connection = await BeginUploadAsync(service.Address);
        await connection.ReceiveAsync(Continue);
        await connection.SendAsync(Upload().AsMemory(0, 1000));
        connection.EndSending();
        Assert.Equal(Continue, await connection.ReceiveAnswerAsync()); // nobody is there who would read an answer

        string answer;
        do
        {
            // The place is given back a moment after the connection has ended.
            using var next = await BeginUploadAsync(service.Address);
            await next.SendAsync(Upload());
            answer = await next.ReceiveAnswerAsync();
        }
        while (answer.StartsWith("HTTP/1.1 503", StringComparison.Ordinal));
        Assert.Contains("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        service.Terminate();
        Assert.Equal(0, await service.ExitAsync());
        Assert.Contains("POST /v1/detect answered 400", service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"@l\":\"Error\"", service.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_multipart_body_without_its_end_is_answered_400()
    {
        await using var service = ServiceFixture.OnKestrel();
        using var connection = await ConnectAsync(service);
        var upload = Upload()[..^20];
        await connection.SendHeadAsync("/v1/detect", $"Content-Length: {upload.Length}");
        await connection.SendAsync(upload);

        AssertProblem(400, "malformed_form", await connection.ReceiveAnswerAsync());
        await AssertServesAsync(service);
    }

    [Fact]
    public async Task A_full_service_answers_503_with_Retry_After_before_it_reads_the_body()
    {
        await using var service = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MaxUploads", "1"), ("FaceDeid:Limits:MinUploadBytesPerSecond", "0"),
            ("FaceDeid:Limits:MaxUploadPauseSeconds", "600"));
        using var held = await BeginUploadAsync(service);
        await held.ReceiveAsync(Continue);

        using var refused = await BeginUploadAsync(service);
        var answer = await refused.ReceiveAnswerAsync();
        AssertProblem(503, "service_full", answer);
        Assert.Contains("\r\nRetry-After: 2\r\n", answer, StringComparison.Ordinal);

        await held.SendAsync(Upload());
        Assert.Contains("HTTP/1.1 200 OK", await held.ReceiveAnswerAsync(), StringComparison.Ordinal);
        await AssertServesAsync(service);
    }

    [Fact]
    public async Task On_SIGTERM_it_says_not_ready_then_stops_listening_and_still_finishes_what_is_in_work()
    {
        // The upload rests meanwhile, and on a busy machine everything takes its time.
        await using var service = await ServiceProcess.StartAsync(
            ("FaceDeid__Shutdown__DrainSeconds", "10"), ("FaceDeid__Shutdown__GraceSeconds", "300"),
            ("FaceDeid__Limits__MinUploadBytesPerSecond", "0"), ("FaceDeid__Limits__MaxUploadPauseSeconds", "600"),
            ("FaceDeid__Limits__RequestTimeoutSeconds", "600"));
        using var inWork = await BeginUploadAsync(service.Address);
        await inWork.ReceiveAsync(Continue);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(service.Address, "/health/ready"));
        var probe = ("ASPNETCORE_URLS", service.Address.ToString());
        Assert.Equal(0, (await ServiceProcess.RunAsync("--healthcheck", probe)).ExitCode);

        service.Terminate();
        await Patience.UntilAsync(async () =>
            await StatusAsync(service.Address, "/health/ready") == HttpStatusCode.ServiceUnavailable);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(service.Address, "/health/live"));
        Assert.Equal(1, (await ServiceProcess.RunAsync("--healthcheck", probe)).ExitCode);

        await Patience.UntilAsync(async () => await StatusAsync(service.Address, "/health/live") is null);
        await inWork.SendAsync(Upload());
        var answer = await inWork.ReceiveAnswerAsync();
        Assert.Contains("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("\"faces\":[{\"id\":1,", answer, StringComparison.Ordinal);
        Assert.Equal(0, await service.ExitAsync());
    }

    [Fact]
    public async Task The_health_check_fails_where_nothing_listens()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var free = ((IPEndPoint)listener.LocalEndpoint).Port;
        listener.Stop();

        var (exitCode, _, errors) = await ServiceProcess.RunAsync(
            "--healthcheck", ("ASPNETCORE_URLS", $"http://127.0.0.1:{free}"));

        Assert.Equal(1, exitCode);
        Assert.Empty(errors);
    }

    private static byte[] Upload() => RawUpload.Body(Pictures.Face);

    private static Task<RawConnection> ConnectAsync(ServiceFixture service) =>
        RawConnection.OpenAsync(service.ClientOptions.BaseAddress);

    private static Task<RawConnection> BeginUploadAsync(ServiceFixture service) =>
        BeginUploadAsync(service.ClientOptions.BaseAddress);

    private static Task<RawConnection> BeginUploadAsync(Uri address) => RawUpload.BeginAsync(address, Upload().Length);

    private static async Task<string> TrickleAsync(ServiceFixture service)
    {
        using var connection = await ConnectAsync(service);
        var upload = Upload();
        await connection.SendHeadAsync("/v1/detect", $"Content-Length: {upload.Length}");
        var answer = connection.ReceiveAnswerAsync();
        try
        {
            for (var sent = 0; sent < upload.Length && !answer.IsCompleted; sent++)
            {
                await connection.SendAsync(upload.AsMemory(sent, 1));
                await Task.WhenAny(answer, Task.Delay(50));
            }
        }
        catch (SocketException)
        {
            // The server has closed: it does not wait for the rest.
        }

        return await answer;
    }

    private static async Task<HttpStatusCode?> StatusAsync(Uri address, string path)
    {
        using var client = new HttpClient(); // a new connection each time: is it still taken?
        try
        {
            using var answer = await client.GetAsync(new Uri(address, path));
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }

    private static async Task AssertServesAsync(ServiceFixture service)
    {
        using var answer = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Single((await answer.JsonAsync())["faces"]!.AsArray());
    }

    /// <summary>
    /// The answer is this problem and nothing was sent before it: without a <c>100 Continue</c> no body was asked for.
    /// </summary>
    private static void AssertProblem(int status, string code, string answer)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/problem+json", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }
}
