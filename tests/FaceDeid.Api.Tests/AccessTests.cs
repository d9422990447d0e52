using FaceDeid.Api.Access;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>API keys: who is let in, to what, and how often.</summary>
public sealed class AccessTests(AccessTests.Guarded guarded) : IClassFixture<AccessTests.Guarded>
{
    private const string Plain = "4f2c-plain-key-of-these-tests";
    private const string Restorer = "9a1b-restoring-key-of-these-tests";
    private const string Evaluator = "77e0-evaluating-key-of-these-tests";
    private const string NoForm = "415 unsupported_media_type"; // it was let in, and has no body

    private static readonly (string Key, string Value)[] Keys =
    [
        AccessKeys.Known("plain", Plain), AccessKeys.Known("restorer", Restorer), AccessKeys.Scope("restorer", "restore"),
        AccessKeys.Known("evaluator", Evaluator), AccessKeys.Scope("evaluator", "evaluate"),
    ];

    [Theory]
    [InlineData("200", Plain)]
    [InlineData("200", Restorer)]
    [InlineData("401 unauthorized")]
    [InlineData("401 unauthorized", "")]
    [InlineData("401 unauthorized", Plain + "x")]
    [InlineData("401 unauthorized", "4f2c-PLAIN-key-of-these-tests")]
    [InlineData("401 unauthorized", Plain, Plain)]
    [InlineData("401 unauthorized", Plain, "other")]
    [InlineData("401 unauthorized", Plain + "," + Restorer)]
    public async Task Only_one_known_key_opens_v1(string outcome, params string[] sent) =>
        Assert.Equal(outcome, await GetAsync("/v1/capabilities", sent));

    [Fact]
    public async Task A_hash_of_the_configuration_is_no_key() =>
        Assert.Equal("401 unauthorized", await GetAsync("/v1/capabilities", AccessKeys.Hash(Plain)));

    [Theory]
    [InlineData("/V1/capabilities", "401 unauthorized")]
    [InlineData("/v1/nothing", "401 unauthorized")]
    [InlineData("/v1/detect", "401 unauthorized")]
    [InlineData("/nothing", "404 not_found")]
    [InlineData("/health/ready", "200")]
    [InlineData("/metrics", "200")]
    [InlineData("/swagger/v1/swagger.json", "200")]
    public async Task Without_a_key_everything_under_v1_is_closed_and_nothing_else(string path, string outcome) =>
        Assert.Equal(outcome, await GetAsync(path));

    [Theory]
    [InlineData("/v1/restore", Plain, "403 missing_scope")]
    [InlineData("/v1/restore", Evaluator, "403 missing_scope")]
    [InlineData("/v1/restore", Restorer, NoForm)]
    [InlineData("/V1/Restore/", Plain, "403 missing_scope")]
    [InlineData("/v1/seal/rewrap", Plain, "403 missing_scope")]
    [InlineData("/v1/seal/rewrap", Restorer, NoForm)]
    [InlineData("/v1/evaluate", Restorer, "403 missing_scope")]
    [InlineData("/v1/evaluate", Evaluator, NoForm)]
    [InlineData("/v1/seal", Plain, NoForm)]
    [InlineData("/v1/deidentify", Plain, NoForm)]
    [InlineData("/v1/collections", Plain, NoForm)]
    public async Task Restoring_and_evaluating_need_their_scope(string path, string key, string outcome) => Assert.Equal(
        outcome,
        await AccessKeys.OutcomeAsync(AccessKeys.SendAsync(guarded.Service, HttpMethod.Post, path, AccessKeys.Header, key)));

    [Fact]
    public void Four_calls_need_a_scope()
    {
        var marked = guarded.Service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Select(call => (call.RoutePattern.RawText, call.Metadata.GetMetadata<NeedsScope>()?.Scope))
            .Where(call => call.Scope is not null);

        Assert.Equal(
            [
                ("/v1/evaluate", "evaluate"), ("/v1/restore", "restore"), ("/v1/seal/rewrap", "restore"),
                ("/v1/videos/{id}/contact-sheet", "review"),
            ],
            marked.Order());
    }

    [Fact]
    public async Task A_refusal_says_how_to_be_let_in_and_repeats_no_key()
    {
        using var unknown = await AccessKeys.SendAsync(
            guarded.Service, HttpMethod.Get, "/v1/capabilities", AccessKeys.Header, "wrong-key-4711");
        using var lacking = await AccessKeys.SendAsync(guarded.Service, HttpMethod.Post, "/v1/restore", AccessKeys.Header, Plain);

        Assert.Equal("ApiKey realm=\"FaceDeid\", header=\"X-Api-Key\"", unknown.Headers.WwwAuthenticate.ToString());
        Assert.Equal(
            "Send a key that this service knows in the header X-Api-Key.", (string)(await unknown.JsonAsync())["detail"]!);
        Assert.Empty(lacking.Headers.WwwAuthenticate);
        var detail = (string)(await lacking.JsonAsync())["detail"]!;
        Assert.Contains("'restore'", detail, StringComparison.Ordinal);
        Assert.Contains("FaceDeid:Security:ApiKeys:NAME:Scopes", detail, StringComparison.Ordinal);
        foreach (var answer in new[] { unknown, lacking })
        {
            var text = $"{answer}{await answer.Content.ReadAsStringAsync()}";
            foreach (var secret in new[] { "4711", Plain, AccessKeys.Hash(Plain) })
                Assert.DoesNotContain(secret, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Without_keys_everybody_may_call_everything()
    {
        await using var open = ServiceFixture.With();

        Assert.Equal(NoForm, await AccessKeys.OutcomeAsync(AccessKeys.SendAsync(open, HttpMethod.Post, "/v1/restore")));
        Assert.Equal(NoForm, await AccessKeys.OutcomeAsync(
            AccessKeys.SendAsync(open, HttpMethod.Post, "/v1/evaluate", AccessKeys.Header, "whatever")));
    }

    [Fact]
    public async Task Each_key_has_an_allowance_of_its_own()
    {
        await using var limited = ServiceFixture.With(
            [.. Keys, ("FaceDeid:Limits:RequestsPerMinute", "2"), ("FaceDeid:Security:ApiKeys:restorer:RequestsPerMinute", "1")]);

        Assert.Equal(["200", "429 rate_limited"], await Times(2, Restorer), StringComparer.Ordinal);
        Assert.Equal(["200", "200", "429 rate_limited"], await Times(3, Plain), StringComparer.Ordinal);
        Assert.Equal(["200", "200", "429 rate_limited"], await Times(3, Evaluator), StringComparer.Ordinal);
        using var answer = await AccessKeys.SendAsync(limited, HttpMethod.Get, "/v1/capabilities", AccessKeys.Header, Restorer);
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 60);

        async Task<List<string>> Times(int times, string key)
        {
            List<string> outcomes = [];
            while (outcomes.Count < times)
            {
                outcomes.Add(await AccessKeys.OutcomeAsync(
                    AccessKeys.SendAsync(limited, HttpMethod.Get, "/v1/capabilities", AccessKeys.Header, key)));
            }

            return outcomes;
        }
    }

    [Fact]
    public async Task A_key_can_be_limited_where_nobody_else_is()
    {
        await using var limited = ServiceFixture.With([.. Keys, ("FaceDeid:Security:ApiKeys:plain:RequestsPerMinute", "1")]);

        foreach (var (key, outcome)
            in new[] { (Plain, "200"), (Plain, "429 rate_limited"), (Restorer, "200"), (Restorer, "200"), (Restorer, "200") })
        {
            Assert.Equal(outcome, await AccessKeys.OutcomeAsync(
                AccessKeys.SendAsync(limited, HttpMethod.Get, "/v1/capabilities", AccessKeys.Header, key)));
        }
    }

    [Fact]
    public async Task A_refused_request_is_not_read_and_takes_no_place()
    {
        await using var full = ServiceFixture.OnKestrel([.. Keys, ("FaceDeid:Limits:MaxUploads", "1")]);
        using var held = await AnnounceAsync("/v1/detect", $"{AccessKeys.Header}: {Plain}");
        await held.ReceiveAsync("HTTP/1.1 100 Continue\r\n\r\n");

        // Without a 100 Continue before it, the body was not asked for; a place is not free, so none was sought.
        using var unknown = await AnnounceAsync("/v1/detect", $"{AccessKeys.Header}: nobody's");
        Assert.StartsWith("HTTP/1.1 401 ", await unknown.ReceiveAnswerAsync(), StringComparison.Ordinal);
        using var lacking = await AnnounceAsync("/v1/restore", $"{AccessKeys.Header}: {Plain}");
        Assert.StartsWith("HTTP/1.1 403 ", await lacking.ReceiveAnswerAsync(), StringComparison.Ordinal);
        using var known = await AnnounceAsync("/v1/restore", $"{AccessKeys.Header}: {Restorer}");
        Assert.StartsWith("HTTP/1.1 503 ", await known.ReceiveAnswerAsync(), StringComparison.Ordinal);

        async Task<RawConnection> AnnounceAsync(string path, string header)
        {
            var connection = await RawConnection.OpenAsync(full.ClientOptions.BaseAddress);
            await connection.SendHeadAsync(path, "Expect: 100-continue", "Content-Length: 1000000", header);
            return connection;
        }
    }

    private Task<string> GetAsync(string path, params string[] keys) => AccessKeys.OutcomeAsync(
        AccessKeys.SendAsync(guarded.Service, HttpMethod.Get, path, keys.Length == 0 ? null : AccessKeys.Header, keys));

    /// <summary>A service that knows three keys.</summary>
    public sealed class Guarded : IAsyncDisposable, IDisposable
    {
        public ServiceFixture Service { get; } = ServiceFixture.With(Keys);

        public void Dispose() => Service.Dispose();

        public ValueTask DisposeAsync() => Service.DisposeAsync();
    }
}
