using System.Diagnostics;
using System.Net;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>At no level of the log, and in no trace, stands what a caller sent, in whatever part of a request it is.</summary>
public sealed class LogPrivacyTests
{
    private const string Marker = "mArk4711";

    /// <summary>As talkative as a configuration can make it.</summary>
    private static readonly (string, string)[] Everything =
    [
        ("Serilog__MinimumLevel__Default", "Verbose"),
        .. new[]
        {
            "Microsoft", "System", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Hosting",
            "Microsoft.AspNetCore.Hosting.Diagnostics", "Microsoft.AspNetCore.Routing",
            "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.AspNetCore.Server.Kestrel.BadRequests",
            "Microsoft.AspNetCore.Cors.Infrastructure.CorsService",
            "Microsoft.AspNetCore.HostFiltering", "Microsoft.AspNetCore.HttpOverrides.ForwardedHeadersMiddleware",
            "Microsoft.AspNetCore.RateLimiting",
        }.Select(category => ($"Serilog__MinimumLevel__Override__{category}", "Verbose")),
        ("Logging__LogLevel__Default", "Trace"), ("Logging__LogLevel__Microsoft.AspNetCore", "Trace"),
    ];

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task No_level_of_the_log_repeats_any_part_of_a_request(string environment)
    {
        await using var process = await ServiceProcess.StartAsync(
        [
            .. Everything, ("ASPNETCORE_ENVIRONMENT", environment), ("AllowedHosts", "*"),
            ("FaceDeid__Cors__Origins__0", "https://app.example.org"),
            ("FaceDeid__Security__TrustedProxies__0", "127.0.0.1"),
        ]);
        await SendAllAsync(process.Address);
        await SendRawAsync(process.Address);

        process.Terminate();
        Assert.Equal(0, await process.ExitAsync());
        Assert.Contains("POST /v1/detect answered 200", process.Output.Replace("\"", string.Empty, StringComparison.Ordinal),
            StringComparison.Ordinal);
        Assert.Contains("(other)", process.Output, StringComparison.Ordinal); // the unknown method
        Assert.DoesNotContain(Marker, process.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(Marker, process.Errors, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Traces_repeat_no_part_of_a_request()
    {
        var spans = new List<string>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal),
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                lock (spans)
                    spans.Add($"{span.DisplayName} {string.Join(' ', span.TagObjects)}");
            },
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = ServiceFixture.OnKestrel(("AllowedHosts", "*"));
        await SendAllAsync(service.ClientOptions.BaseAddress);

        lock (spans)
        {
            Assert.Contains(spans, span => span.Contains("/v1/detect", StringComparison.Ordinal));
            Assert.DoesNotContain(spans, span => span.Contains(Marker, StringComparison.OrdinalIgnoreCase));
        }
    }

    private static async Task SendAllAsync(Uri service)
    {
        using var client = new HttpClient { BaseAddress = service };
        (string Header, string Value)[] headers =
        [
            ("Host", $"{Marker}.example"), ("Origin", $"https://{Marker}.example"),
            ("Referer", $"https://{Marker}.example/{Marker}"), ("Cookie", $"a={Marker}"),
            ("Authorization", $"Bearer {Marker}"), ("X-Api-Key", Marker), ("X-FaceDeid-Key", Marker), ("User-Agent", Marker),
            ("Accept", $"image/{Marker}"),
            ("Accept-Language", Marker), ("X-Forwarded-For", Marker), ("X-Forwarded-Host", $"{Marker}.example"),
            ("X-Forwarded-Proto", Marker),
            ("X-Forwarded-Prefix", $"/{Marker}"), ("Forwarded", $"for={Marker}"), ("Range", $"{Marker}=0-1"),
            ("If-None-Match", $"\"{Marker}\""),
            ("Request-Id", $"|{Marker}."), ("Correlation-Context", $"a={Marker}"), ("traceparent", $"00-{Marker}"),
            ("tracestate", $"a={Marker}"), ("baggage", $"a={Marker}"),
            (Marker, Marker), ("Sec-Fetch-Site", Marker), ("Access-Control-Request-Method", Marker),
            ("Access-Control-Request-Headers", Marker), ("Upgrade", Marker),
        ];
        foreach (var (header, value) in headers)
        {
            foreach (var method in new[] { HttpMethod.Post, HttpMethod.Get, HttpMethod.Options })
                await SendAsync(client, method, "/v1/detect", header, value);
        }

        (string Method, string Path)[] addresses =
        [
            ("GET", $"/v1/{Marker}"), ("POST", $"/v1/detect?{Marker}={Marker}"), ("GET", $"/{Marker}?{Marker}"),
            ("GET", $"/swagger/{Marker}"), ("GET", $"/health/ready?{Marker}"),
            ("GET", $"/metrics?{Marker}"), (Marker.ToUpperInvariant(), "/v1/detect"),
        ];
        foreach (var (method, path) in addresses)
            await SendAsync(client, new HttpMethod(method), path, "Accept", "*/*");

        using var form = Requests.Form(
            Requests.Image(Pictures.Face), (Marker, Marker), ("detector", Marker), ("image", Pictures.Face, Marker));
        (await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), form)).Dispose();
        using var named = Requests.Form(("image", Pictures.Face, $"{Marker}.jpg"));
        using var answer = await client.PostAsync(new Uri("/v1/detect", UriKind.Relative), named);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private static async Task SendAsync(HttpClient client, HttpMethod method, string path, string header, string value)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Headers.TryAddWithoutValidation(header, value);
        (await client.SendAsync(request)).Dispose();
    }

    /// <summary>What no client library sends: the server's own complaints quote it.</summary>
    private static async Task SendRawAsync(Uri service)
    {
        string[] requests =
        [
            $"{Marker}\r\n\r\n", $"GET /{Marker} {Marker}\r\n\r\n", $"GET /{Marker} HTTP/1.1\r\n{Marker}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: {Marker} {Marker}\r\n\r\n",
            $"GET / HTTP/1.1\r\nHost: a\r\nContent-Length: {Marker}\r\n\r\n", $"GET {Marker} HTTP/1.1\r\nHost: a\r\n\r\n",
            $"GET /%{Marker} HTTP/1.1\r\nHost: a\r\n\r\n",
            $"POST /v1/detect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: {Marker}\r\n\r\n",
            $"GET http://{Marker}/ HTTP/1.1\r\nHost: a\r\n\r\n",
            $"POST /v1/detect HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary={Marker}\r\n"
                + $"Content-Length: 20\r\n\r\n--{Marker}\r\n{Marker}\r\n\r\n",
            $"POST /v1/detect HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{Marker}\r\n{Marker}",
            $"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n{Marker}",
        ];
        foreach (var request in requests)
        {
            using var connection = await RawConnection.OpenAsync(service);
            await connection.SendAsync(request);
            connection.EndSending();
            await connection.ReceiveAnswerAsync();
        }
    }
}
