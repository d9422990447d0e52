using System.Net;
using FaceDeid.TestData;
using Microsoft.Extensions.DependencyInjection;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Nobody works for clients that are gone, and what they held is free again.</summary>
public sealed class VanishedClientTests
{
    [Fact]
    public async Task Who_vanishes_in_the_queue_leaves_it_before_there_is_a_worker()
    {
        await using var service = ServiceFixture.OnKestrel(
            ("FaceDeid:Limits:Workers", "1"), ("FaceDeid:Limits:MaxQueuedRequests", "3"));
        var gate = service.Services.GetRequiredService<WorkerGate>();
        using var mayEnd = new ManualResetEventSlim();
        var working = gate.RunAsync(() => mayEnd.Wait(Patience.Long), CancellationToken.None);
        var body = RawUpload.Body(Pictures.Face);
        List<RawConnection> waiting = [];
        for (var i = 0; i < 3; i++)
        {
            waiting.Add(await RawUpload.BeginAsync(service.ClientOptions.BaseAddress, body.Length));
            await waiting[i].ReceiveAsync(RawUpload.Continue);
            await waiting[i].SendAsync(body);
        }

        await Patience.UntilAsync(() => gate.Waiting == 3);
        waiting[0].Dispose(); // an orderly end
        waiting[1].Reset();
        await Patience.UntilAsync(() => gate.Waiting == 1);

        mayEnd.Set();
        Assert.True(await working);
        Assert.Contains("HTTP/1.1 200 OK", await waiting[2].ReceiveAnswerAsync(), StringComparison.Ordinal);
        waiting[2].Dispose();
    }

    [Fact]
    public async Task Who_vanishes_in_the_upload_gives_its_place_back()
    {
        await using var service = ServiceFixture.OnKestrel(("FaceDeid:Limits:MaxUploads", "1"));
        for (var i = 0; i < 3; i++)
        {
            using var vanishing = await RawUpload.HalfAsync(service.ClientOptions.BaseAddress, sent: 1000, announced: 1_000_000);
            vanishing.Reset();
            await Patience.UntilAsync(async () =>
            {
                using var answer = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face));
                return answer.StatusCode == HttpStatusCode.OK;
            });
        }
    }

    [Fact]
    public async Task Who_vanishes_during_the_work_or_the_answer_stops_it_at_the_next_step_and_is_no_error_of_the_service()
    {
        await using var service = await ServiceProcess.StartAsync(("FaceDeid__Limits__Workers", "1"));
        using var client = service.Connect();

        // Detection in 40 megapixels takes seconds; then the drawing would be encoded.
        var large = Enlarged(6400, 6200);
        using (var leaving = await SendAsync(service, large, "detector", "ultraface"))
        {
            await Patience.UntilAsync(async () =>
                await MetricAsync(client, "facedeid_step_duration_seconds_count", "step=\"decode\"") == 1);
            leaving.Reset();
        }

        await Patience.UntilAsync(async () => await MetricAsync(client, "facedeid_workers_busy", string.Empty) == 0);
        Assert.Equal(0, await MetricAsync(client, "facedeid_step_duration_seconds_count", "step=\"encode\""));

        using (var leaving = await RawUpload.HalfAsync(service.Address, sent: 1000, announced: 1_000_000))
            leaving.Reset();

        // A large answer, of which only the first bytes are taken.
        using (var leaving = await SendAsync(service, Noisy(1500, 1500), "detector", "hog", "onNoFace", "pass"))
        {
            await leaving.ReceiveAsync("HTTP/1.1 200 OK");
            leaving.Reset();
        }

        using var form = Requests.Form(Requests.Image(Pictures.Face));
        using var answer = await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await Patience.UntilAsync(async () => await MetricAsync(client, "facedeid_uploads_held_bytes", string.Empty) == 0);
        service.Terminate();
        Assert.Equal(0, await service.ExitAsync());
        Assert.Contains("POST /v1/deidentify answered 499", service.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("\"@l\":\"Error\"", service.Output, StringComparison.Ordinal);
    }

    private static async Task<RawConnection> SendAsync(ServiceProcess service, byte[] picture, params string[] fields)
    {
        var text = string.Concat(fields.Chunk(2).Append(["format", "png"]).Append(["method", "mask"])
            .Select(field => $"--b\r\nContent-Disposition: form-data; name=\"{field[0]}\"\r\n\r\n{field[1]}\r\n"));
        var body = RawUpload.Body(picture);
        var connection = await RawUpload.BeginAsync(service.Address, text.Length + body.Length, "/v1/deidentify");
        await connection.SendAsync(text);
        await connection.SendAsync(body);
        return connection;
    }

    private static async Task<double> MetricAsync(HttpClient client, string name, string label)
    {
        var metrics = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return metrics.Split('\n')
            .Where(line => line.StartsWith(name, StringComparison.Ordinal) && line.Contains(label, StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split(' ')[^1], System.Globalization.CultureInfo.InvariantCulture));
    }

    private static byte[] Enlarged(int width, int height)
    {
        using var face = Image.NewFromBuffer(Pictures.Face);
        using var large = face.ThumbnailImage(width, height: height, size: Enums.Size.Force);
        return large.JpegsaveBuffer(q: 80);
    }

    private static byte[] Noisy(int width, int height)
    {
        using var noise = Image.Gaussnoise(width, height, mean: 128, sigma: 40, seed: 1);
        using var samples = noise.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Bw);
        return samples.PngsaveBuffer(compression: 1);
    }
}
