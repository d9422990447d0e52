using System.ComponentModel.DataAnnotations;
using FaceDeid.Api.Operations;
using FaceDeid.Api.Settings;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Where a request came from: what trusted proxies say, and nobody else.</summary>
public sealed class TrustedProxyTests
{
    private const string Proxy = "192.0.2.1";

    private static readonly (string Key, string Value)[] Trusted =
    [
        ("FaceDeid:Security:TrustedProxies:0", "192.0.2.0/24"), ("FaceDeid:Security:TrustedProxies:1", "198.51.100.9"),
        ("FaceDeid:Security:TrustedProxies:2", "2001:db8::/32"),
    ];

    [Fact]
    public async Task Where_no_proxy_is_named_the_connections_address_is_all_that_is_known()
    {
        await using var auditing = new Auditing();
        foreach (var peer in new[] { Proxy, "127.0.0.1", "::1", "2001:db8::1" })
            await auditing.AssertAsync(peer, "203.0.113.7", peer);
    }

    [Fact]
    public async Task The_audit_line_has_the_address_that_is_known_surely_and_that_of_the_connection()
    {
        await using var auditing = new Auditing(Trusted);
        (string Peer, string Forwarded, string Address)[] rows =
        [
            // Of nobody else.
            ("203.0.113.1", "203.0.113.7", "203.0.113.1"), ("127.0.0.1", "203.0.113.7", "127.0.0.1"),
            ("198.51.100.8", "203.0.113.7", "198.51.100.8"),

            // One proxy: the last address, which it has added itself.
            (Proxy, "203.0.113.7", "203.0.113.7"), (Proxy, "6.6.6.6, 203.0.113.7", "203.0.113.7"),
            (Proxy, "192.0.2.1, 203.0.113.7", "203.0.113.7"),
            ("198.51.100.9", "203.0.113.7", "203.0.113.7"), ("::ffff:192.0.2.1", "203.0.113.7", "203.0.113.7"),
            ("2001:db8::1", "2001:db9::7", "2001:db9::7"),

            // A chain: as far back as its links are trusted.
            (Proxy, "6.6.6.6, 203.0.113.7, 198.51.100.9", "203.0.113.7"), (Proxy, "203.0.113.7, 198.51.100.8", "198.51.100.8"),
            (Proxy, "6.6.6.6, 203.0.113.7, 2001:db8::2, 198.51.100.9, 192.0.2.5", "203.0.113.7"),
            (Proxy, "192.0.2.3, 192.0.2.2", "192.0.2.3"),

            // With ports, and with what is no address: the last that is known surely.
            (Proxy, "203.0.113.7:4711", "203.0.113.7"), (Proxy, "[2001:db9::7]:4711", "2001:db9::7"),
            (Proxy, "2001:db9::7", "2001:db9::7"),
            (Proxy, "unknown", Proxy), (Proxy, "_hidden", Proxy), (Proxy, "203.0.113.7, garbage", Proxy),
            (Proxy, "203.0.113.7, garbage, 192.0.2.2", "192.0.2.2"),
        ];
        foreach (var (peer, forwarded, address) in rows)
            await auditing.AssertAsync(peer, forwarded, address);
    }

    [Fact]
    public async Task Limits_count_by_the_trusted_address()
    {
        await using var service = Start(services: null, [.. Trusted, ("FaceDeid:Limits:RequestsPerMinute", "1")]);

        Assert.Equal("200", await GetAsync(Proxy, "203.0.113.7"));
        foreach (var same in new[] { "203.0.113.7", "203.0.113.7:4711", "::ffff:203.0.113.7", "6.6.6.6, 203.0.113.7" })
            Assert.Equal("429 rate_limited", await GetAsync(Proxy, same));
        Assert.Equal("200", await GetAsync(Proxy, "203.0.113.8"));
        Assert.Equal("200", await GetAsync("203.0.113.1", "203.0.113.9"));
        Assert.Equal("429 rate_limited", await GetAsync("203.0.113.1", "203.0.113.10")); // who is no proxy
        Assert.Equal("200", await GetAsync(Proxy, "2001:db9:1:2::1"));
        Assert.Equal("429 rate_limited", await GetAsync(Proxy, "2001:db9:1:2:ffff::9")); // whose network is one client's
        Assert.Equal("200", await GetAsync(Proxy, "2001:db9:1:3::1"));

        async Task<string> GetAsync(string peer, string forwarded)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/capabilities", UriKind.Relative));
            request.Headers.Add(ConnectionFilter.Peer, peer);
            request.Headers.Add("X-Forwarded-For", forwarded);
            return await AccessKeys.OutcomeAsync(service.Client.SendAsync(request));
        }
    }

    [Fact]
    public async Task Host_and_scheme_are_those_that_a_trusted_proxy_was_asked_for()
    {
        await using var service = Start(services: null, Trusted);

        Assert.Equal("415 unsupported_media_type", await PostAsync(Proxy, "https://faces.example"));
        Assert.Equal("403 foreign_origin", await PostAsync(Proxy, "http://faces.example"));
        Assert.Equal("403 foreign_origin", await PostAsync(Proxy, "https://localhost"));
        Assert.Equal("403 foreign_origin", await PostAsync("203.0.113.1", "https://faces.example"));

        async Task<string> PostAsync(string peer, string origin)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/v1/detect", UriKind.Relative));
            request.Headers.Add(ConnectionFilter.Peer, peer);
            request.Headers.Add("Origin", origin);
            request.Headers.Add("X-Forwarded-For", "203.0.113.7");
            request.Headers.Add("X-Forwarded-Proto", "https");
            request.Headers.Add("X-Forwarded-Host", "faces.example");
            return await AccessKeys.OutcomeAsync(service.Client.SendAsync(request));
        }
    }

    [Fact]
    public async Task ASP_NETs_own_variable_makes_nobody_trusted()
    {
        await using var service = await ServiceProcess.StartAsync(
            ("ASPNETCORE_FORWARDEDHEADERS_ENABLED", "true"), ("FaceDeid__Limits__RequestsPerMinute", "1"));
        using var client = service.Connect();
        List<int> statuses = [];
        foreach (var address in new[] { "203.0.113.7", "203.0.113.8" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/v1/capabilities", UriKind.Relative));
            request.Headers.Add("X-Forwarded-For", address);
            using var answer = await client.SendAsync(request);
            statuses.Add((int)answer.StatusCode);
        }

        Assert.Equal([200, 429], statuses);
        service.Terminate();
        Assert.Equal(0, await service.ExitAsync());
        Assert.Contains("FaceDeid:Security:TrustedProxies", service.Output, StringComparison.Ordinal); // where to say it instead
    }

    [Theory]
    [InlineData("proxy.example")]
    [InlineData("10")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("192.0.2.1:80")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("*")]
    [InlineData("")]
    public void What_is_no_address_is_a_mistake(string proxy)
    {
        var settings = new SecuritySettings { TrustedProxies = ["::1", "10.0.0.0/8", proxy] };
        var mistake = Assert.Single(settings.Validate(new ValidationContext(settings)));
        Assert.Equal("TrustedProxies", Assert.Single(mistake.MemberNames));
    }

    private static ServiceFixture Start(Action<IServiceCollection>? services, (string Key, string Value)[] settings) =>
        ServiceFixture.With(settings, all =>
        {
            all.AddTransient<IStartupFilter, ConnectionFilter>();
            services?.Invoke(all);
        });

    /// <summary>A service whose audit lines are kept.</summary>
    private sealed class Auditing : IAsyncDisposable
    {
        private readonly LoggedLines<Audit> _lines = new();
        private readonly ServiceFixture _service;

        public Auditing(params (string Key, string Value)[] settings) =>
            _service = Start(services => services.AddSingleton(_ => new Audit(_lines)), settings);

        public async Task AssertAsync(string peer, string forwarded, string address)
        {
            _lines.Written.Clear();
            using var form = Requests.Form(Requests.Image(Sealed.Picture), ("passphrase", "a guess of these tests"));
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Sealed.RestorePath, UriKind.Relative));
            request.Content = form;
            request.Headers.Add(ConnectionFilter.Peer, peer);
            request.Headers.TryAddWithoutValidation("X-Forwarded-For", forwarded);
            request.Headers.TryAddWithoutValidation("Forwarded", "for=6.6.6.6;host=evil.example"); // RFC 7239 is not read
            request.Headers.TryAddWithoutValidation("X-Real-IP", "6.6.6.6");
            request.Headers.TryAddWithoutValidation("X-Original-For", "6.6.6.6");
            using var answer = await _service.Client.SendAsync(request);

            var line = Assert.Single(_lines.Written);
            Assert.StartsWith($"restore: not_sealed. Client {address}, keys", line, StringComparison.Ordinal);
            var plain = peer.Replace("::ffff:", string.Empty, StringComparison.Ordinal);
            Assert.EndsWith($", address {address}, peer {plain}", line, StringComparison.Ordinal);
        }

        public async ValueTask DisposeAsync()
        {
            await _service.DisposeAsync();
            _lines.Dispose();
        }
    }
}
