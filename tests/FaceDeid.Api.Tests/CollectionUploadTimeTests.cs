using System.Net.Sockets;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Uploads of collections that are under way: they keep nobody out, and have a time and memory that they may take.
/// </summary>
public sealed class CollectionUploadTimeTests
{
    private const string Path = "/v1/collections";

    [Theory]
    [InlineData("/v1/collections", "images")]
    [InlineData("/v1/collections", "archive")]
    [InlineData("/v1/collections/verify", "archive")]
    [InlineData("/v1/evaluate", "dataset")]
    public async Task An_upload_that_is_still_under_way_keeps_no_other_out(string path, string part)
    {
        await using var kestrel = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxCollections", "1"));
        using var slow = await RawUpload.HalfAsync(kestrel.ClientOptions.BaseAddress, sent: 1000, announced: 100_000, path, part);

        Assert.Equal("400 missing_part", await kestrel.RefusedAsync("/v1/collections", ("k", "2")));
        Assert.Equal("400 missing_part", await kestrel.RefusedAsync("/v1/evaluate", ("format", "json")));
    }

    [Theory]
    [InlineData("/v1/collections", "archive")]
    [InlineData("/v1/collections/verify", "archive")]
    [InlineData("/v1/evaluate", "dataset")]
    public async Task An_upload_that_ends_when_another_has_the_place_is_refused(string path, string part)
    {
        await using var busy = BusyService.OnKestrel(("FaceDeid:Limits:MaxCollections", "1"));
        byte[] body = [.. RawUpload.Start(part), .. "no archive\r\n--b--\r\n"u8];
        using var late = await RawUpload.BeginAsync(busy.Service.ClientOptions.BaseAddress, body.Length, path);
        await late.ReceiveAsync(RawUpload.Continue);
        var first = busy.Service.PostAsync(Path, Collection.Parts(Collection.Pictures(2, 1), ("k", "2")));
        await Patience.UntilAsync(() => busy.Waiting > 0);

        await late.SendAsync(body);

        Assert.Contains("\"code\":\"service_full\"", await late.ReceiveAnswerAsync(), StringComparison.Ordinal);
        busy.Release();
        using var answer = await first;
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task An_upload_slower_than_its_length_allows_is_ended_though_bytes_come_all_the_time()
    {
        // Of 100 MB in 100 seconds, 1 MB a second is due.
        await using var kestrel = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxCollectionUploadSeconds", "100"));
        var answer = await TrickledAsync(kestrel, announced: 100_000_000, perStep: 10_000);

        AssertProblem(408, "upload_too_slow", answer);
    }

    [Fact]
    public async Task An_upload_without_a_length_has_a_time_too()
    {
        await using var kestrel = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxCollectionUploadSeconds", "1"));
        using var connection = await RawConnection.OpenAsync(kestrel.ClientOptions.BaseAddress);
        await connection.SendHeadAsync(Path, "Transfer-Encoding: chunked");
        var start = RawUpload.Start("archive");
        await connection.SendAsync(
            (byte[])[.. System.Text.Encoding.ASCII.GetBytes($"{start.Length:x}\r\n"), .. start, .. "\r\n"u8]);
        var answer = connection.ReceiveAnswerAsync();
        try
        {
            for (; !answer.IsCompleted; await Task.WhenAny(answer, Task.Delay(20)))
                await connection.SendAsync("1000\r\n" + new string('x', 4096) + "\r\n");
        }
        catch (SocketException)
        {
            // The server does not wait for the rest.
        }

        AssertProblem(408, "upload_too_slow", await answer);
    }

    [Fact]
    public async Task Uploads_fill_no_more_memory_than_they_may_and_give_it_back()
    {
        await using var kestrel = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MaxCollectionMegabytes", "1"), ("FaceDeid:Limits:MaxHeldCollectionMegabytes", "1"));
        var address = kestrel.ClientOptions.BaseAddress;
        using (var large = await RawUpload.HalfAsync(address, sent: 800_000, announced: 900_000, Path, "archive"))
        {
            var refused = "";
            await Patience.UntilAsync(async () => // it may not all have been read
            {
                using var next = await RawUpload.HalfAsync(address, sent: 300_000, announced: 900_000, Path, "archive");
                var answer = next.ReceiveAnswerAsync();
                refused = await Task.WhenAny(answer, Task.Delay(200)) == answer ? await answer : "";
                return refused.Length > 0;
            });

            Assert.Contains("\"code\":\"service_full\"", refused, StringComparison.Ordinal);
        }

        await Patience.UntilAsync(async () => string.Equals(
            await kestrel.RefusedAsync(Path, ("k", "2")), "400 missing_part", StringComparison.Ordinal));
    }

    private static async Task<string> TrickledAsync(ServiceFixture service, int announced, int perStep)
    {
        using var connection = await RawConnection.OpenAsync(service.ClientOptions.BaseAddress);
        await connection.SendHeadAsync(Path, $"Content-Length: {announced}");
        await connection.SendAsync("--b\r\nContent-Disposition: form-data; name=\"archive\"; filename=\"a\"\r\n\r\n");
        var answer = connection.ReceiveAnswerAsync();
        try
        {
            for (; !answer.IsCompleted; await Task.WhenAny(answer, Task.Delay(50)))
                await connection.SendAsync(new byte[perStep]);
        }
        catch (SocketException)
        {
            // The server does not wait for the rest.
        }

        return await answer;
    }

    private static void AssertProblem(int status, string code, string answer)
    {
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{code}\"", answer, StringComparison.Ordinal);
    }
}
