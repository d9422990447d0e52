using System.Net;
using FaceDeid.Api.Settings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Which names the service answers to: a page that gave itself a name for this machine (DNS rebinding) uses another one.
/// </summary>
public sealed class AllowedHostsTests(AllowedHostsTests.OnLoopback loopback) : IClassFixture<AllowedHostsTests.OnLoopback>
{
    [Theory]
    [InlineData("localhost", true)]
    [InlineData("LocalHost:8080", true)]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.0.0.1:9", true)]
    [InlineData("[::1]:8080", true)]
    [InlineData("rebound.example", false)]
    [InlineData("rebound.example:8080", false)]
    [InlineData("localhost.rebound.example", false)]
    [InlineData("127.0.0.1.rebound.example", false)]
    [InlineData("localhost.", false)]
    [InlineData("192.0.2.7", false)]
    [InlineData("2130706433", false)]
    [InlineData("[::ffff:127.0.0.1]", false)]
    [InlineData("", false)]
    public async Task On_loopback_it_answers_to_the_names_of_loopback(string host, bool isServed)
    {
        foreach (var path in new[] { "/health/ready", "/metrics", "/swagger/index.html", "/v1/capabilities" })
        {
            using var connection = await RawConnection.OpenAsync(loopback.Service.ClientOptions.BaseAddress);
            await connection.SendAsync($"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
            AssertServed(isServed, await connection.ReceiveAnswerAsync());
        }
    }

    [Theory]
    [InlineData("GET http://rebound.example/health/live HTTP/1.1\r\nHost: rebound.example\r\n")]
    [InlineData("GET http://rebound.example/health/live HTTP/1.1\r\nHost: localhost\r\n")]
    [InlineData("GET http://localhost/health/live HTTP/1.1\r\nHost: rebound.example\r\n")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: localhost\r\nHost: rebound.example\r\n")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: localhost, rebound.example\r\n")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: rebound.example\r\nX-Forwarded-Host: localhost\r\n")]
    [InlineData("GET /health/live HTTP/1.1\r\nHost: rebound.example\r\nForwarded: host=localhost\r\n")]
    [InlineData("GET /health/live HTTP/1.1\r\n")]
    [InlineData("GET /health/live HTTP/1.0\r\n")]
    public async Task No_shape_of_a_request_hides_its_name(string head)
    {
        using var connection = await RawConnection.OpenAsync(loopback.Service.ClientOptions.BaseAddress);
        await connection.SendAsync($"{head}Connection: close\r\n\r\n");
        Assert.StartsWith("HTTP/1.1 400 ", await connection.ReceiveAnswerAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_http2_the_authority_is_the_name()
    {
        var port = ServiceProcess.FreePort();
        await using var service = await ServiceProcess.StartAsync(
            ("ASPNETCORE_URLS", $"http://127.0.0.1:{port}"), ("FaceDeid__Http2__Port", $"{port}"));
        using var client = new HttpClient();

        Assert.Equal(HttpStatusCode.OK, await GetAsync("localhost"));
        Assert.Equal(HttpStatusCode.BadRequest, await GetAsync("rebound.example"));

        async Task<HttpStatusCode> GetAsync(string authority)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{port}/health/live"))
            {
                Version = HttpVersion.Version20,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            };
            request.Headers.Host = authority;
            using var answer = await client.SendAsync(request);
            return answer.StatusCode;
        }
    }

    [Theory]
    [InlineData(null, "facedeid:8080 192.0.2.7 rebound.example", "")]
    [InlineData("faces.example.org;*.example.net", "faces.example.org Faces.Example.org:8443 a.example.net 127.0.0.1:9",
        "example.net facedeid:8080 192.0.2.7")]
    [InlineData("b\u00fccher.example; [2001:db8::7]; 192.0.2.7", "xn--bcher-kva.example [2001:db8::7]:80 192.0.2.7",
        "bcher.example [2001:db8::8] 192.0.2.8")]
    [InlineData("*", "rebound.example", "")]
    public async Task Where_others_reach_it_it_answers_to_every_name_until_names_are_set(
        string? allowed, string served, string refused)
    {
        (string, string)[] names = allowed is null ? [] : [("AllowedHosts", allowed)];
        await using var service = await ServiceProcess.StartAsync([("ASPNETCORE_URLS", "http://0.0.0.0:0"), .. names]);
        foreach (var (hosts, isServed) in new[] { (served, true), (refused, false) })
        {
            foreach (var host in hosts.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                using var connection = await RawConnection.OpenAsync(new Uri($"http://127.0.0.1:{service.Address.Port}"));
                await connection.SendAsync($"GET /health/live HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
                AssertServed(isServed, await connection.ReceiveAnswerAsync());
            }
        }
    }

    [Fact]
    public async Task Its_own_address_is_always_a_name_of_it_for_probes()
    {
        await using var service = ServiceFixture.With(
            [("AllowedHosts", "faces.example.org")], services => services.AddTransient<IStartupFilter, ConnectionFilter>());

        Assert.Equal("200", await GetAsync("192.0.2.7", "192.0.2.7:8080"));
        Assert.Equal("200", await GetAsync("::ffff:192.0.2.7", "192.0.2.7:8080"));
        Assert.Equal("200", await GetAsync("2001:db8::7", "[2001:db8::7]:8080"));
        Assert.Equal("400 unknown_host", await GetAsync("192.0.2.7", "192.0.2.8:8080"));
        Assert.Equal("400 unknown_host", await GetAsync("192.0.2.7", "localhost"));

        async Task<string> GetAsync(string local, string host)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/capabilities", UriKind.Relative));
            request.Headers.Add(ConnectionFilter.Local, local);
            request.Headers.Host = host;
            return await AccessKeys.OutcomeAsync(service.Client.SendAsync(request));
        }
    }

    [Theory]
    [InlineData("https://faces.example.org")]
    [InlineData("faces.example.org:8080")]
    [InlineData("faces.example.org/")]
    [InlineData("faces.example.org, b.example.org")]
    [InlineData("faces.*.org")]
    [InlineData("*example.org")]
    [InlineData("*.192.0.2.7")]
    [InlineData("::1")]
    public void A_name_that_no_client_could_send_is_a_mistake(string allowed) => Assert.StartsWith(
        "AllowedHosts must be host names or addresses separated by ';', such as ",
        Mistake(("AllowedHosts", $"localhost;{allowed}")), StringComparison.Ordinal);

    [Fact]
    public void A_list_instead_of_one_text_is_a_mistake() =>
        Assert.Equal("AllowedHosts is one text: names separated by ';'.", Mistake(("AllowedHosts:0", "localhost")));

    [Fact]
    public async Task A_mistake_stops_the_start_with_all_others()
    {
        var (exitCode, _, errors) = await ServiceProcess.RunAsync(
            [], ("AllowedHosts", "a/b"), ("FaceDeid__Limits__Workers", "x"));

        Assert.Equal(1, exitCode);
        Assert.Contains("its configuration has 2 mistake(s)", errors, StringComparison.Ordinal);
        Assert.Contains("AllowedHosts must be ", errors, StringComparison.Ordinal);
    }

    private static string? Mistake((string Key, string Value) setting) =>
        HostNames.Mistake(new ConfigurationBuilder().AddInMemoryCollection([new(setting.Key, setting.Value)]).Build());

    private static void AssertServed(bool isServed, string answer)
    {
        Assert.StartsWith(isServed ? "HTTP/1.1 200 " : "HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.Equal(!isServed, answer.Contains("\"code\":\"unknown_host\"", StringComparison.Ordinal));
        Assert.Contains("X-Content-Type-Options: nosniff", answer, StringComparison.Ordinal);
    }

    /// <summary>A service on loopback, on which proxies are trusted.</summary>
    public sealed class OnLoopback : IAsyncDisposable, IDisposable
    {
        public ServiceFixture Service { get; } = ServiceFixture.OnKestrel(("FaceDeid:Security:TrustedProxies:0", "127.0.0.1"));

        public void Dispose() => Service.Dispose();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
