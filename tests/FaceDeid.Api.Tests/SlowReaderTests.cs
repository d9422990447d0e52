using System.Net;
using FaceDeid.TestData;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Clients that read their answer slowly, or not at all: their answers take room, and are ended in time.</summary>
public sealed class SlowReaderTests
{
    private const int Megabyte = 1_000_000;

    private static readonly byte[] Large = Noisy(4000, 3000); // gray; the answer has 12 megapixels of noise in three channels

    [Fact]
    public async Task Answers_that_nobody_reads_take_the_memory_that_they_may_and_no_more()
    {
        await using var service = await ServiceProcess.StartAsync(
            ("FaceDeid__Limits__MaxHeldMegabytes", "100"), ("FaceDeid__Limits__MaxUploadMegabytes", "20"),
            ("FaceDeid__Limits__AnswerGraceSeconds", "600"));
        using var client = service.Connect();
        Assert.Equal(HttpStatusCode.OK, await DetectAsync(client));
        List<RawConnection> readers = [];
        try
        {
            var (held, refused) = (0, 0);
            for (var i = 0; i < 10; i++)
            {
                readers.Add(await SendAsync(service.Address));
                var head = await readers[i].ReceiveAsync("\r\n\r\n");
                held += head.StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal) ? 1 : 0;
                refused += head.StartsWith("HTTP/1.1 503 ", StringComparison.Ordinal) ? 1 : 0;
            }

            Assert.Equal(10, held + refused);
            Assert.InRange(held, 1, 5); // each takes more than 10 MB of the client's half
            Assert.InRange(await HeldAsync(client), 10.0 * Megabyte, 50 * Megabyte);
            Assert.Equal(HttpStatusCode.OK, await DetectAsync(client)); // small answers have room
        }
        finally
        {
            readers.ForEach(reader => reader.Reset());
        }

        await Patience.UntilAsync(async () => await HeldAsync(client) == 0);
    }

    [Fact]
    public async Task A_reader_who_is_slower_than_the_least_rate_is_cut_off_and_its_room_is_free()
    {
        await using var service = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MinAnswerBytesPerSecond", "100000000"), ("FaceDeid:Limits:AnswerGraceSeconds", "1"));
        using var client = new HttpClient { BaseAddress = service.ClientOptions.BaseAddress, Timeout = Patience.Long };
        using var reader = await SendAsync(service.ClientOptions.BaseAddress);
        await reader.ReceiveAsync("HTTP/1.1 200 ");
        await Patience.UntilAsync(async () => await HeldAsync(client) > 0);

        await Patience.UntilAsync(async () => await HeldAsync(client) == 0); // though nothing was read and the connection stands

        Assert.Equal(HttpStatusCode.OK, await DetectAsync(client));
    }

    [Fact]
    public async Task A_reader_who_takes_a_little_all_the_time_is_cut_off_when_all_of_it_would_take_too_long()
    {
        await using var service = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:MinAnswerBytesPerSecond", "100000000"), ("FaceDeid:Limits:AnswerGraceSeconds", "1"));
        using var reader = await SendAsync(service.ClientOptions.BaseAddress);
        var length = Length(await reader.ReceiveAsync("\r\n\r\n"));

        Assert.InRange(await reader.CountAsync(TimeSpan.FromMilliseconds(20)), 0, length / 2);
    }

    [Fact]
    public async Task A_reader_who_takes_longer_than_a_request_may_gets_the_whole_answer()
    {
        var seconds = 5;
        while (!await GetsItAllAsync(seconds)) // a busy machine may need longer for the answer itself
            seconds *= 2;
    }

    /// <summary>Whether the answer came within the time of a request; its rest is asked for after that time.</summary>
    private static async Task<bool> GetsItAllAsync(int seconds)
    {
        await using var service = ServiceFixture.OnKestrel(("FaceDeid:Limits:RequestTimeoutSeconds", $"{seconds}"));
        using var reader = await SendAsync(service.ClientOptions.BaseAddress);
        var head = await reader.ReceiveAsync("\r\n\r\n");
        if (head.StartsWith("HTTP/1.1 504 ", StringComparison.Ordinal) && seconds < Patience.Long.TotalSeconds)
            return false;
        Assert.StartsWith("HTTP/1.1 200 ", head, StringComparison.Ordinal);
        await Task.Delay(TimeSpan.FromSeconds(seconds + 1)); // the request's time is over

        Assert.Equal(
            Length(head), await reader.CountAsync() + head.Length - head.IndexOf("\r\n\r\n", StringComparison.Ordinal) - 4);
        return true;
    }

    private static int Length(string head) =>
        int.Parse(head.Split("Content-Length: ")[1].Split("\r\n")[0], System.Globalization.CultureInfo.InvariantCulture);

    private static async Task<RawConnection> SendAsync(Uri address)
    {
        const string Fields = "--b\r\nContent-Disposition: form-data; name=\"method\"\r\n\r\nmask\r\n--b\r\nContent-Disposition: "
            + "form-data; name=\"format\"\r\n\r\npng\r\n--b\r\nContent-Disposition: form-data; name=\"faces\"\r\n\r\n"
            + "[{\"box\":{\"x\":0,\"y\":0,\"width\":20,\"height\":20}}]\r\n";
        var body = RawUpload.Body(Large);
        var connection = await RawConnection.OpenAsync(address, receiveBuffer: 4096);
        await connection.SendHeadAsync("/v1/deidentify", $"Content-Length: {Fields.Length + body.Length}");
        await connection.SendAsync(Fields);
        await connection.SendAsync(body);
        return connection;
    }

    private static async Task<double> HeldAsync(HttpClient client)
    {
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return metrics.Split('\n').Where(line => line.StartsWith("facedeid_answers_held_bytes{", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static async Task<HttpStatusCode> DetectAsync(HttpClient client)
    {
        using var form = Requests.Form(Requests.Image(Pictures.Face));
        using var answer = await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form);
        return answer.StatusCode;
    }

    private static byte[] Noisy(int width, int height)
    {
        using var noise = Image.Gaussnoise(width, height, mean: 128, sigma: 40, seed: 1);
        using var samples = noise.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Bw);
        return samples.JpegsaveBuffer(q: 30);
    }
}
