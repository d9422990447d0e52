using System.Net;
using System.Text;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>JSON web tokens: which are accepted, and for what.</summary>
public sealed class AccessTokenTests : IDisposable
{
    private const string NotAccepted =
        "The token is not accepted. Get one of the issuer, and for the audience, that this service trusts.";

    private static readonly string[] Critical = ["urn:example:limits"];
    private static readonly string[] Unencoded = ["b64"];
    private static readonly string[] TwoScopes = ["facedeid.restore", "other"];

    private readonly AccessTokens _tokens = new();

    [Fact]
    public async Task A_good_token_of_either_kind_of_key_opens_v1()
    {
        await using var rsa = ServiceFixture.With(_tokens.Settings);
        await using var curve = ServiceFixture.With(_tokens.CurveSettings);

        Assert.Equal("200", await GetAsync(rsa, _tokens.Good()));
        Assert.Equal("200", await GetAsync(rsa, _tokens.Good(("aud", new[] { "another", AccessTokens.Audience }))));
        Assert.Equal("200", await GetAsync(curve, _tokens.OnCurve()));
        Assert.Equal("401 unauthorized", await GetAsync(curve, _tokens.Good()));
        Assert.Equal("401 unauthorized", await GetAsync(rsa, _tokens.OnCurve()));
        Assert.Equal(
            "401 unauthorized", await AccessKeys.OutcomeAsync(AccessKeys.SendAsync(rsa, HttpMethod.Get, "/v1/capabilities")));
    }

    [Fact]
    public async Task No_token_with_a_fault_is_accepted_and_the_answer_does_not_say_which_fault()
    {
        await using var service = ServiceFixture.With(_tokens.Settings);
        var later = DateTimeOffset.UtcNow.ToUnixTimeSeconds() + 120;
        var faults = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["issuer"] = _tokens.Good(("iss", "https://another.example")),
            ["no issuer"] = _tokens.Good(("iss", null)),
            ["audience"] = _tokens.Good(("aud", "another")),
            ["no audience"] = _tokens.Good(("aud", null)),
            ["not yet"] = _tokens.Good(("nbf", later)),
            ["nobody"] = _tokens.Good(("sub", null)),
            ["another's signature"] = AccessTokens.SignedByAnother(),
            ["altered"] = AccessTokens.Altered(_tokens.Good()),
            ["none"] = AccessTokens.Unsigned("none"),
            ["no signature"] = AccessTokens.Unsigned("RS256"),
            ["public key as secret, PEM"] = AccessTokens.SignedWithSecret(Encoding.ASCII.GetBytes(_tokens.PublicPem)),
            ["public key as secret, PEM and line end"] =
                AccessTokens.SignedWithSecret(Encoding.ASCII.GetBytes(_tokens.PublicPem + "\n")),
            ["public key as secret, DER"] = AccessTokens.SignedWithSecret(_tokens.PublicDer()),
            ["critical, unknown"] = _tokens.With(("crit", Critical), ("urn:example:limits", true)),
            ["critical, empty"] = _tokens.With(("crit", Array.Empty<string>())),
            ["critical, no list"] = _tokens.With(("crit", "exp")),
            ["payload as it is"] = _tokens.With(("b64", false), ("crit", Unencoded)),
            ["payload as it is, not critical"] = _tokens.With(("b64", false)),
            ["packed"] = _tokens.With(("zip", "DEF")),
            ["nested"] = _tokens.Nested(),
            ["encrypted"] = AccessTokens.Encrypted(),
            ["a key of its own"] = AccessTokens.SignedByAnother(withItsKey: true),
            ["a shared secret's name"] = _tokens.With(("alg", "HS256")),
            ["no algorithm"] = _tokens.With(("alg", null)),
            ["none, in capitals"] = AccessTokens.Unsigned("NoNe"),
            ["no token"] = "abc",
            ["dots"] = "..",
        };

        foreach (var (fault, token) in faults)
        {
            using var answer = await SendAsync(service, HttpMethod.Get, "/v1/capabilities", token);
            Assert.Equal(
                (fault, HttpStatusCode.Unauthorized, NotAccepted),
                (fault, answer.StatusCode, (string)(await answer.JsonAsync())["detail"]!));
            Assert.Equal("Bearer realm=\"FaceDeid\", error=\"invalid_token\"", answer.Headers.WwwAuthenticate.ToString());
        }
    }

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("' OR 1=1 --")]
    [InlineData("https://evil.example/keys")]
    [InlineData("")]
    public async Task The_name_of_a_key_chooses_none_and_reads_nothing(string name)
    {
        await using var service = ServiceFixture.With(_tokens.Settings);
        Assert.Equal("200", await GetAsync(service, _tokens.With(("kid", name))));
        Assert.Equal("200", await GetAsync(
            service, _tokens.With(("kid", name), ("jku", "https://evil.example/keys"), ("x5u", "file:///etc/passwd"))));
        Assert.Equal("401 unauthorized", await GetAsync(service, AccessTokens.SignedByAnother(name)));
    }

    [Fact]
    public async Task A_token_that_has_expired_is_told_so()
    {
        await using var service = ServiceFixture.With(_tokens.Settings);
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        using var answer = await SendAsync(service, HttpMethod.Get, "/v1/capabilities", _tokens.Good(("exp", now - 60)));

        Assert.Equal("The token has expired. Get a new one.", (string)(await answer.JsonAsync())["detail"]!);
        Assert.Equal(
            "Bearer realm=\"FaceDeid\", error=\"invalid_token\", error_description=\"The token has expired\"",
            answer.Headers.WwwAuthenticate.ToString());
        Assert.Equal("200", await GetAsync(service, _tokens.Good(("exp", now - 10)))); // clocks differ
        Assert.Equal("401 unauthorized", await GetAsync(service, _tokens.Good(("exp", null))));
    }

    [Fact]
    public async Task Scopes_come_from_either_claim_and_have_the_services_name()
    {
        await using var service = ServiceFixture.With(_tokens.Settings);
        const string LetIn = "415 unsupported_media_type";

        Assert.Equal(LetIn, await PostAsync("/v1/restore", ("scope", "openid facedeid.restore")));
        Assert.Equal(LetIn, await PostAsync("/v1/seal/rewrap", ("scp", TwoScopes)));
        Assert.Equal(LetIn, await PostAsync("/v1/evaluate", ("scp", "facedeid.evaluate")));
        Assert.Equal(LetIn, await PostAsync("/v1/detect", ("scope", null)));
        Assert.Equal("403 missing_scope", await PostAsync("/v1/restore", ("scope", null)));
        Assert.Equal("403 missing_scope", await PostAsync(
            "/v1/restore", ("scope", "restore facedeid.evaluate facedeid.restored FACEDEID.RESTORE")));
        Assert.Equal("403 missing_scope", await PostAsync("/v1/evaluate", ("roles", "facedeid.evaluate")));
        using var lacking = await SendAsync(service, HttpMethod.Post, "/v1/restore", _tokens.Good());
        Assert.Equal(
            "Bearer realm=\"FaceDeid\", error=\"insufficient_scope\", scope=\"facedeid.restore\"",
            lacking.Headers.WwwAuthenticate.ToString());

        async Task<string> PostAsync(string path, (string Name, object? Value) claim) =>
            await AccessKeys.OutcomeAsync(SendAsync(service, HttpMethod.Post, path, _tokens.Good(claim)));
    }

    [Fact]
    public async Task Each_client_has_its_own_allowance_whoever_its_users_are()
    {
        await using var service = ServiceFixture.With([.. _tokens.Settings, ("FaceDeid:Limits:RequestsPerMinute", "1")]);

        Assert.Equal("200", await GetAsync(service, _tokens.Good(("client_id", "app"))));
        Assert.Equal("429 rate_limited", await GetAsync(service, _tokens.Good(("client_id", "app"), ("sub", "bob"))));
        Assert.Equal("429 rate_limited", await GetAsync(service, _tokens.Good(("azp", "app"))));
        Assert.Equal("200", await GetAsync(service, _tokens.Good(("azp", "another"), ("sub", null))));
        Assert.Equal("200", await GetAsync(service, _tokens.Good()));
    }

    [Fact]
    public async Task A_key_or_a_token_is_enough()
    {
        await using var both = ServiceFixture.With([.. _tokens.Settings, AccessKeys.Known("one", "a-key-of-these-tests")]);
        using var none = await AccessKeys.SendAsync(both, HttpMethod.Get, "/v1/capabilities");

        Assert.Equal(
            ["Bearer realm=\"FaceDeid\"", "ApiKey realm=\"FaceDeid\", header=\"X-Api-Key\""],
            none.Headers.WwwAuthenticate.Select(way => way.ToString()), StringComparer.Ordinal);
        Assert.Equal("200", await GetAsync(both, _tokens.Good()));
        Assert.Equal("200", await AccessKeys.OutcomeAsync(
            AccessKeys.SendAsync(both, HttpMethod.Get, "/v1/capabilities", AccessKeys.Header, "a-key-of-these-tests")));
        Assert.Equal("401 unauthorized", await AccessKeys.OutcomeAsync(
            AccessKeys.SendAsync(both, HttpMethod.Get, "/v1/capabilities", "Authorization", "Basic YTpi")));
        Assert.Equal("401 unauthorized", await AccessKeys.OutcomeAsync(AccessKeys.SendAsync(
            both, HttpMethod.Get, "/v1/capabilities", "Authorization", $"Bearer {_tokens.Good()}", $"Bearer {_tokens.Good()}")));
    }

    [Fact]
    public async Task A_token_means_nothing_where_only_keys_are_known()
    {
        await using var keys = ServiceFixture.With(AccessKeys.Known("one", "a-key-of-these-tests"));
        Assert.Equal("401 unauthorized", await GetAsync(keys, _tokens.Good()));
    }

    [Fact]
    public async Task A_key_file_that_cannot_be_used_stops_the_start()
    {
        using var small = System.Security.Cryptography.RSA.Create(1024);
        using var curve = System.Security.Cryptography.ECDsa.Create(
            System.Security.Cryptography.ECCurve.NamedCurves.brainpoolP256r1);
        foreach (var pem in new[]
        {
            "nothing",
            _tokens.PrivatePem,
            curve.ExportSubjectPublicKeyInfoPem(),
            small.ExportSubjectPublicKeyInfoPem(),
        })
        {
            var environment = _tokens.SettingsWith(pem)
                .Select(setting => (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value)).ToArray();
            var (exitCode, _, errors) = await ServiceProcess.RunAsync(argument: null, environment);

            Assert.Equal(1, exitCode);
            Assert.StartsWith(
                "FaceDeid does not start. FaceDeid:Security:Jwt:PublicKeyFile cannot be used: ",
                errors, StringComparison.Ordinal);
            Assert.Single(errors.TrimEnd().Split('\n'));
        }
    }

    [Fact]
    public async Task The_log_names_who_restored_and_has_no_token()
    {
        var environment = _tokens.Settings.Select(setting =>
            (setting.Key.Replace(":", "__", StringComparison.Ordinal), setting.Value));
        await using var process = await ServiceProcess.StartAsync(
        [
            .. environment,
            ("Serilog__MinimumLevel__Default", "Verbose"),
            ("Serilog__MinimumLevel__Override__Microsoft.AspNetCore", "Verbose"),
        ]);
        string[] tokens =
        [
            _tokens.Good(("scope", "facedeid.restore"), ("client_id", "app")),
            _tokens.Good(("aud", "a-marked-audience")),
            _tokens.Good(("exp", 1)),
            "no-token-4711",
        ];
        foreach (var token in tokens)
        {
            using var client = process.Connect();
            client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", $"Bearer {token}");
            using var form = Requests.Form(Requests.Image(Sealed.Picture), ("passphrase", "a guess of these tests"));
            using var answer = await client.PostAsync(new Uri(Sealed.RestorePath, UriKind.Relative), form);
        }

        process.Terminate();
        Assert.Equal(0, await process.ExitAsync());
        Assert.Contains(
            "restore: not_sealed. Client token:alice, keys",
            process.Output.Replace("\\\"", string.Empty, StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("SecurityTokenInvalidAudienceException", process.Output, StringComparison.Ordinal);
        foreach (var part in tokens.SelectMany(token => token.Split('.')).Append("marked"))
            Assert.DoesNotContain(part, process.Output + process.Errors, StringComparison.Ordinal);
    }

    public void Dispose() => _tokens.Dispose();

    private static Task<string> GetAsync(ServiceFixture service, string token) =>
        AccessKeys.OutcomeAsync(SendAsync(service, HttpMethod.Get, "/v1/capabilities", token));

    private static Task<HttpResponseMessage> SendAsync(ServiceFixture service, HttpMethod method, string path, string token) =>
        AccessKeys.SendAsync(service, method, path, "Authorization", $"Bearer {token}");
}
