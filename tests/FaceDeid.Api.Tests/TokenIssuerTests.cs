using System.Net;
using System.Text;
using FaceDeid.Api.Access;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>An issuer of tokens that is asked for its keys (OpenID Connect Discovery 1.0), and does not always answer.</summary>
public sealed class TokenIssuerTests : IDisposable
{
    private const string Unavailable = "503 issuer_unavailable";

    private readonly AccessTokens _tokens = new();
    private readonly LoggedLines<BearerTokens> _log = new();
    private readonly Clock _clock = new();
    private readonly Issuer _issuer;

    public TokenIssuerTests() => _issuer = new Issuer(_tokens.KeySet);

    [Fact]
    public async Task It_is_asked_for_its_keys_once_and_until_then_nothing_is_said_of_a_token()
    {
        _issuer.IsDown = true;
        await using var service = Start();

        Assert.Equal(Unavailable, await GetAsync(service, _tokens.Good()));
        Assert.Equal("401 unauthorized", await GetAsync(service, "no token"));
        _issuer.IsDown = false;
        Assert.Equal("200", await GetAsync(service, _tokens.Good()));
        Assert.Equal("401 unauthorized", await GetAsync(service, _tokens.Good(("iss", "https://another.example"))));
        Assert.Equal("401 unauthorized", await GetAsync(service, AccessTokens.SignedByAnother()));
        Assert.Equal("401 unauthorized", await GetAsync(service, AccessTokens.Unsigned("none")));
        Assert.Equal("401 unauthorized", await GetAsync(service, _tokens.With(("crit", "exp"))));
        _issuer.IsDown = true;
        Assert.Equal("200", await GetAsync(service, _tokens.Good())); // its keys are known
        for (var i = 0; i < 20; i++)
            Assert.Equal("401 unauthorized", await GetAsync(service, AccessTokens.SignedByAnother($"{i}")));
        Assert.InRange(_issuer.KeysAsked, 1, 2); // once more for the first that it does not know, and not for each
    }

    [Fact]
    public async Task The_answer_says_when_to_try_again_and_nothing_of_the_issuer()
    {
        _issuer.IsDown = true;
        await using var service = Start();
        using var answer = await SendAsync(service, _tokens.Good());

        Assert.Equal(TokenIssuer.MaxWait, answer.Headers.RetryAfter?.Delta);
        Assert.DoesNotContain("issuer.example", $"{answer}{await answer.Content.ReadAsStringAsync()}", StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_it_is_down_the_log_has_a_short_line_a_minute()
    {
        _issuer.IsDown = true;
        await using var service = Start();
        for (var seconds = 0; seconds < 150; seconds++, _clock.Advance(TimeSpan.FromSeconds(1)))
            Assert.Equal(Unavailable, await GetAsync(service, _tokens.Good()));

        Assert.Equal(3, _log.Written.Count);
        Assert.All(_log.Written, line => Assert.InRange(line.Length, 50, 300));
        Assert.All(_log.Written, line =>
            Assert.Contains("HttpRequestException: The issuer is down.", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task It_is_asked_again_after_pauses_that_grow_to_half_a_minute()
    {
        _issuer.IsDown = true;
        await using var service = Start();
        for (var seconds = 0; seconds < 300; seconds++, _clock.Advance(TimeSpan.FromSeconds(1)))
        {
            for (var i = 0; i < 3; i++)
                Assert.Equal(Unavailable, await GetAsync(service, _tokens.Good()));
        }

        Assert.InRange(_issuer.Asked, 10, 18); // of 900 requests
        _issuer.IsDown = false;
        _clock.Advance(TimeSpan.FromSeconds(32));
        Assert.Equal("200", await GetAsync(service, _tokens.Good()));
    }

    [Fact]
    public async Task All_requests_wait_for_one_question_and_no_longer_than_five_seconds()
    {
        _issuer.IsSilent = true;
        await using var service = Start();
        var started = TimeProvider.System.GetTimestamp();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(_ => GetAsync(service, _tokens.Good())));

        Assert.All(outcomes, outcome => Assert.Equal(Unavailable, outcome));
        Assert.Equal(1, _issuer.Asked);
        // Not the minute that a request may take.
        Assert.InRange(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 4.9, 30);
    }

    [Fact]
    public async Task An_API_key_needs_no_issuer()
    {
        _issuer.IsDown = true;
        await using var service = Start(AccessKeys.Known("one", "a-key-of-these-tests"));
        Assert.Equal("200", await AccessKeys.OutcomeAsync(
            AccessKeys.SendAsync(service, HttpMethod.Get, "/v1/capabilities", AccessKeys.Header, "a-key-of-these-tests")));
        Assert.Equal(0, _issuer.Asked);
    }

    public void Dispose()
    {
        _tokens.Dispose();
        _log.Dispose();
        _issuer.Dispose();
    }

    private static Task<string> GetAsync(ServiceFixture service, string token) =>
        AccessKeys.OutcomeAsync(SendAsync(service, token));

    private static Task<HttpResponseMessage> SendAsync(ServiceFixture service, string token) =>
        AccessKeys.SendAsync(service, HttpMethod.Get, "/v1/capabilities", "Authorization", $"Bearer {token}");

    private ServiceFixture Start(params (string Key, string Value)[] settings) => ServiceFixture.With(
        [("FaceDeid:Security:Jwt:Authority", AccessTokens.Issuer), ("FaceDeid:Security:Jwt:Audience", AccessTokens.Audience),
            .. settings],
        services =>
        {
            services.AddHttpClient(BearerTokens.HttpClientName).ConfigurePrimaryHttpMessageHandler(() => _issuer);
            services.AddSingleton<ILogger<BearerTokens>>(_log);
            services.AddSingleton<TimeProvider>(_clock);
        });

    /// <summary>The issuer's address: its configuration and its keys, or nothing.</summary>
    private sealed class Issuer(string keys) : HttpMessageHandler
    {
        private int _asked;
        private int _keysAsked;

        public bool IsDown { get; set; }

        public bool IsSilent { get; set; }

        public int Asked => _asked;

        public int KeysAsked => _keysAsked;

        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _asked);
            if (IsSilent)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            if (IsDown)
                throw new HttpRequestException("The issuer is down.");
            var isKeys = request.RequestUri == new Uri($"{AccessTokens.Issuer}/keys");
            if (isKeys)
                Interlocked.Increment(ref _keysAsked);
            var content = isKeys ? keys : $$"""{"issuer":"{{AccessTokens.Issuer}}","jwks_uri":"{{AccessTokens.Issuer}}/keys"}""";
            var json = new StringContent(content, Encoding.UTF8, "application/json");
            return new HttpResponseMessage(HttpStatusCode.OK) { Content = json };
        }
    }

    private sealed class Clock : TimeProvider
    {
        private long _ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Interlocked.Read(ref _ticks);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ticks, time.Ticks);
    }
}
