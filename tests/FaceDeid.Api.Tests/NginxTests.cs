using System.Collections.Concurrent;
using System.Net;
using FaceDeid.TestData;
using NetVips;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Behind nginx as docs/operations.md says: nothing of an upload or an answer lies on its disk, and nobody can claim to be
/// somebody else.
/// </summary>
public sealed class NginxTests(NginxTests.Service behind) : IClassFixture<NginxTests.Service>
{
    private static readonly Lazy<byte[]> LargePicture = new(Noisy);

    [Theory]
    [InlineData("/v1/deidentify", false)]
    [InlineData("/v1/deidentify", true)]
    [InlineData("/faces/v1/deidentify", false)]
    public async Task Large_uploads_and_answers_pass_and_are_stored_nowhere(string path, bool isChunked)
    {
        await using var proxy = await NginxProxy.StartAsync(behind.Process.Address);
        using var watch = new Watch(proxy);
        using var form = LargeForm();
        using var request = Request(HttpMethod.Post, proxy, path);
        request.Content = form;
        request.Headers.TransferEncodingChunked = isChunked;
        using var client = new HttpClient { Timeout = Patience.Long };
        using var answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        await Task.Delay(500); // an answer that nobody fetches yet

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.InRange((await answer.Content.ReadAsByteArrayAsync()).Length, 1_000_001, 100_000_000);
        Assert.Empty(await watch.SeenAsync());
    }

    [Fact]
    public async Task A_slow_upload_reaches_the_service_as_it_comes_and_is_stored_nowhere()
    {
        await using var proxy = await NginxProxy.StartAsync(behind.Process.Address);
        using var watch = new Watch(proxy);
        var body = RawUpload.Body(Pictures.Face);
        using var connection = await RawConnection.OpenAsync(proxy.Address);
        await connection.SendAsync(
            $"POST /v1/detect HTTP/1.1\r\nHost: {NginxProxy.Name}\r\nConnection: close\r\n"
            + $"Content-Type: multipart/form-data; boundary=b\r\nContent-Length: {body.Length}\r\n\r\n");
        await connection.SendAsync(body.AsMemory(0, body.Length / 2));

        await Patience.UntilAsync(async () => await UploadsAsync() == 1);
        await connection.SendAsync(body.AsMemory(body.Length / 2));

        Assert.StartsWith("HTTP/1.1 200 ", await connection.ReceiveAsync("\r\n\r\n"), StringComparison.Ordinal);
        Assert.Empty(await watch.SeenAsync());
    }

    [Theory]
    [InlineData("proxy_request_buffering off;")]
    [InlineData("client_max_body_size 500m;")]
    public async Task Without_a_line_of_it_that_is_not_so(string line)
    {
        await using var proxy = await NginxProxy.StartAsync(
            behind.Process.Address, site => site.Replace(line, string.Empty, StringComparison.Ordinal));
        using var watch = new Watch(proxy);
        using var form = LargeForm();
        using var request = Request(HttpMethod.Post, proxy, "/v1/deidentify");
        request.Content = form;
        using var client = new HttpClient { Timeout = Patience.Long };
        using var answer = await client.SendAsync(request);

        Assert.True(answer.StatusCode == HttpStatusCode.RequestEntityTooLarge || (await watch.SeenAsync()).Count > 0);
    }

    [Fact]
    public async Task Refusals_of_unread_uploads_come_through_and_connections_go_on()
    {
        await using var proxy = await NginxProxy.StartAsync(behind.Process.Address);
        using var client = new HttpClient { Timeout = Patience.Long };
        (string, string, string)[] refusals =
            [("Origin", "https://evil.example", "403 foreign_origin"), ("Content-Encoding", "br", "415 unsupported_encoding")];
        foreach (var (header, value, outcome) in refusals)
        {
            for (var i = 0; i < 3; i++)
            {
                using var form = LargeForm();
                using var request = Request(HttpMethod.Post, proxy, "/v1/deidentify");
                request.Content = form;
                if (!request.Headers.TryAddWithoutValidation(header, value))
                    form.Headers.TryAddWithoutValidation(header, value);
                Assert.Equal(outcome, await AccessKeys.OutcomeAsync(client.SendAsync(request)));
            }
        }
    }

    [Fact]
    public async Task The_page_below_the_path_is_the_services_own_and_another_name_is_not_served()
    {
        await using var proxy = await NginxProxy.StartAsync(behind.Process.Address);
        using var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { Timeout = Patience.Long };
        using var below = Request(HttpMethod.Get, proxy, "/faces/");
        using var root = await client.SendAsync(below);
        using var own = Request(HttpMethod.Post, proxy, "/faces/v1/detect");
        own.Headers.Add("Origin", $"http://{NginxProxy.Name}");
        using var other = Request(HttpMethod.Get, proxy, "/health/live");
        other.Headers.Host = "rebound.example";

        Assert.Equal("/faces/swagger/index.html", root.Headers.Location?.OriginalString);
        Assert.Equal("415 unsupported_media_type", await AccessKeys.OutcomeAsync(client.SendAsync(own)));
        Assert.Equal("400 unknown_host", await AccessKeys.OutcomeAsync(client.SendAsync(other)));
    }

    [Fact]
    public async Task What_a_client_claims_of_its_address_is_dropped()
    {
        await using var proxy = await NginxProxy.StartAsync(behind.Process.Address);
        using var client = new HttpClient { Timeout = Patience.Long };
        using var form = Requests.Form(Requests.Image(Sealed.Picture), ("passphrase", "a guess of these tests"));
        using var request = Request(HttpMethod.Post, proxy, Sealed.RestorePath);
        request.Content = form;
        request.Headers.Add("X-Forwarded-For", "203.0.113.7");
        using var answer = await client.SendAsync(request);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, answer.StatusCode);
        await Patience.UntilAsync(() => Task.FromResult(behind.Process.Output.Contains("address ", StringComparison.Ordinal)));
        Assert.DoesNotContain("203.0.113.7", behind.Process.Output, StringComparison.Ordinal);
    }

    private static HttpRequestMessage Request(HttpMethod method, NginxProxy proxy, string path)
    {
        var request = new HttpRequestMessage(method, new Uri(proxy.Address, path));
        request.Headers.Host = NginxProxy.Name;
        return request;
    }

    private static MultipartFormDataContent LargeForm() =>
        Requests.Form(Requests.Image(LargePicture.Value), ("method", "mask"), ("detector", "hog"), ("onNoFace", "pass"));

    private static byte[] Noisy()
    {
        using var noise = Image.Gaussnoise(1400, 1200, mean: 128, sigma: 40, seed: 1);
        using var samples = noise.Cast(Enums.BandFormat.Uchar).Copy(interpretation: Enums.Interpretation.Bw);
        var file = samples.PngsaveBuffer(compression: 1);
        Assert.InRange(file.Length, 1_100_000, 10_000_000);
        return file;
    }

    private async Task<int> UploadsAsync()
    {
        using var client = behind.Process.Connect();
        var lines = (await client.GetStringAsync(new Uri("/metrics", UriKind.Relative))).Split('\n');
        var line = lines.FirstOrDefault(line => line.StartsWith("facedeid_uploads", StringComparison.Ordinal)
            && !line.StartsWith("facedeid_uploads_held", StringComparison.Ordinal));
        return line is null ? 0 : int.Parse(line.Split(' ')[1]);
    }

    /// <summary>A service, with the settings that docs/operations.md names.</summary>
    public sealed class Service : IAsyncLifetime
    {
        public ServiceProcess Process { get; private set; } = null!;

        public async Task InitializeAsync() => Process = await ServiceProcess.StartAsync(
            ("AllowedHosts", NginxProxy.Name), ("FaceDeid__Security__TrustedProxies__0", "127.0.0.1"));

        public async Task DisposeAsync() => await Process.DisposeAsync();
    }

    /// <summary>Sees every file that the proxy makes, also those that it deletes at once.</summary>
    private sealed class Watch : IDisposable
    {
        private const string Last = "last";

        private readonly ConcurrentQueue<string> _seen = new();
        private readonly FileSystemWatcher _watcher;
        private readonly string _folder;

        public Watch(NginxProxy proxy)
        {
            _folder = proxy.Stored.FullName;
            _watcher = new FileSystemWatcher(_folder) { IncludeSubdirectories = true };
            _watcher.Created += (_, file) => _seen.Enqueue(file.FullPath);
            _watcher.EnableRaisingEvents = true;
        }

        public async Task<IReadOnlyCollection<string>> SeenAsync()
        {
            var last = Path.Combine(_folder, Last);
            await File.WriteAllTextAsync(last, "shows that the watcher sees files");
            await Patience.UntilAsync(() => Task.FromResult(_seen.Contains(last, StringComparer.Ordinal)));
            return [.. _seen.Where(file => !string.Equals(file, last, StringComparison.Ordinal))];
        }

        public void Dispose() => _watcher.Dispose();
    }
}
