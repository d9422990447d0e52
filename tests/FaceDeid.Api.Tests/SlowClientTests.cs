using System.Net;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Clients that send slowly, or not at all, keep nobody out and are ended in time.</summary>
public sealed class SlowClientTests
{
    private const int Megabyte = 1_000_000;

    [Fact]
    public async Task Half_sent_uploads_keep_nobody_out_and_an_announced_length_takes_no_memory()
    {
        await using var service = await ServiceProcess.StartAsync();
        using var client = service.Connect();
        await AssertServesAsync(client);
        var before = service.ResidentMemory();
        List<RawConnection> slow = [];
        try
        {
            for (var i = 0; i < 200; i++)
                slow.Add(await RawUpload.HalfAsync(service.Address, sent: 1000, announced: 20 * Megabyte));

            await AssertServesAsync(client);
            Assert.InRange(service.ResidentMemory() - before, long.MinValue, 200 * Megabyte); // 4 GB were announced
        }
        finally
        {
            slow.ForEach(connection => connection.Dispose());
        }
    }

    [Fact]
    public async Task Uploads_are_refused_when_their_bytes_fill_the_memory_and_let_in_again_when_those_are_gone()
    {
        await using var service = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MaxUploadMegabytes", "1"), ("FaceDeid:Limits:MaxHeldMegabytes", "1"));
        var address = service.ClientOptions.BaseAddress;
        for (var round = 0; round < 3; round++) // what one round holds must not be missing in the next
        {
            List<RawConnection> held = [];
            try
            {
                for (var i = 0; i < 4; i++) // one request of the largest size, 3 MB, always fits
                    held.Add(await RawUpload.HalfAsync(address, sent: 900_000, announced: Megabyte));
                var refused = await Task.WhenAny(held.Select(connection => connection.ReceiveAnswerAsync()));
                Assert.Contains("HTTP/1.1 503 ", await refused, StringComparison.Ordinal);
                Assert.Contains("\"code\":\"service_full\"", await refused, StringComparison.Ordinal);
            }
            finally
            {
                held.ForEach(connection => connection.Reset());
            }

            await UntilServesAsync(service.Client);
        }
    }

    [Theory]
    [InlineData("/v1/detect", "image")]
    [InlineData("/v1/collections", "images")] // of which one is let in at a time: it must not be held by who is gone
    public async Task An_upload_that_pauses_is_answered_408_and_its_place_is_free(string path, string part)
    {
        await using var service = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MaxUploadPauseSeconds", "1"),
            ("FaceDeid:Limits:MinUploadBytesPerSecond", "0"), ("FaceDeid:Limits:MaxUploads", "1"));
        var address = service.ClientOptions.BaseAddress;
        for (var i = 0; i < 2; i++)
        {
            using var paused = await RawUpload.HalfAsync(address, sent: 1000, announced: 2000, path, part);
            var answer = (await paused.ReceiveAnswerAsync())[RawUpload.Continue.Length..];
            Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
            Assert.Contains("\"code\":\"upload_too_slow\"", answer, StringComparison.Ordinal);
        }

        await UntilServesAsync(service.Client);
    }

    [Fact]
    public async Task An_upload_without_a_byte_is_answered_408_after_the_grace()
    {
        await using var service = ServiceFixture.OnKestrel();
        using var silent = await RawUpload.BeginAsync(service.ClientOptions.BaseAddress, length: 5 * Megabyte);

        var answer = (await silent.ReceiveAnswerAsync())[RawUpload.Continue.Length..];

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_head_that_does_not_end_is_ended()
    {
        await using var service = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxHeadSeconds", "1"));
        using var connection = await RawConnection.OpenAsync(service.ClientOptions.BaseAddress);
        await connection.SendAsync("POST /v1/detect HTTP/1.1\r\nHost: localhost\r\n");

        var answer = await connection.ReceiveAnswerAsync(); // to the end of the connection

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_too_many_is_closed_and_the_others_are_served()
    {
        await using var service = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxConnections", "2"));
        var address = service.ClientOptions.BaseAddress;
        var body = RawUpload.Body(Pictures.Face);
        using var first = await RawUpload.BeginAsync(address, body.Length);
        await first.ReceiveAsync(RawUpload.Continue);
        using var second = await RawUpload.BeginAsync(address, body.Length);
        await second.ReceiveAsync(RawUpload.Continue);

        using (var third = await RawConnection.OpenAsync(address))
            Assert.Empty(await third.ReceiveAnswerAsync());

        await second.SendAsync(body);
        Assert.Contains("HTTP/1.1 200 OK", await second.ReceiveAnswerAsync(), StringComparison.Ordinal);
    }

    private static async Task AssertServesAsync(HttpClient client) => Assert.Equal(HttpStatusCode.OK, await DetectAsync(client));

    private static async Task UntilServesAsync(HttpClient client)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        while (await DetectAsync(client) != HttpStatusCode.OK)
            await Task.Delay(20, patience.Token);
    }

    private static async Task<HttpStatusCode> DetectAsync(HttpClient client)
    {
        using var form = Requests.Form(Requests.Image(Pictures.Face));
        using var answer = await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form);
        return answer.StatusCode;
    }
}
