using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>Options in the address: nothing reads them, so they are refused and sent to where they belong.</summary>
public sealed class QueryParameterTests(ServiceFixture service) : IClassFixture<ServiceFixture>
{
    private const string Marker = "marker4711";
    private const string Key = "a-key-of-these-tests";
    private const string AsHeader = "; keys in an address end up in logs.";
    private const string Nothing = "Nothing is read from the query string of the address. ";
    private const string Unknown = ": this call knows no such option.";

    [Fact]
    public async Task Every_call_refuses_parameters_and_none_is_dropped_silently()
    {
        var calls = service.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(call => call.RoutePattern.RawText!.StartsWith("/v1/", StringComparison.Ordinal)).ToList();
        Assert.Equal(35, calls.Count); // of capabilities and results two

        foreach (var call in calls)
        {
            var method = new HttpMethod(call.Metadata.GetMetadata<HttpMethodMetadata>()!.HttpMethods[0]);
            var address = new Uri($"{call.RoutePattern.RawText}?{Marker}=1", UriKind.Relative);
            using var request = new HttpRequestMessage(method, address);
            using var answer = await service.Client.SendAsync(request);
            Assert.Equal((call.RoutePattern.RawText, HttpStatusCode.BadRequest), (call.RoutePattern.RawText, answer.StatusCode));
            if (method != HttpMethod.Head)
                Assert.Equal("unknown_parameter", (string)(await answer.JsonAsync())["code"]!);
        }
    }

    [Theory]
    [InlineData("/v1/deidentify", "method=mask", "Send 'method' in the form (multipart/form-data).")]
    [InlineData("/v1/deidentify", "method", "Send 'method' in the form (multipart/form-data).")]
    [InlineData("/v1/deidentify", "METHOD=mask&method=blur", "Send 'method' in the form (multipart/form-data).")]
    [InlineData("/v1/deidentify", "%6dethod=mask", "Send 'method' in the form (multipart/form-data).")]
    [InlineData("/v1/deidentify", "strength=1&onNoFace=pass", "Send 'strength', 'onNoFace' in the form (multipart/form-data).")]
    [InlineData("/v1/collections", "k=10", "Send 'k' in the form (multipart/form-data).")]
    [InlineData("/v1/evaluate", "threats=all&k=2", "Send 'k' in the form (multipart/form-data). Leave out 'threats'" + Unknown)]
    [InlineData("/v1/detect", "method=mask", "Leave out 'method'" + Unknown)]
    [InlineData("/v1/detect", "=1", "Leave out the parameters" + Unknown)]
    [InlineData("/v1/detect", "+=1&v=2", "Leave out 'v', 1 more" + Unknown)]
    [InlineData("/v1/detect", "%3Cscript%3E=1", "Leave out the parameters" + Unknown)]
    [InlineData("/v1/detect", "a%0D%0Ab=1", "Leave out the parameters" + Unknown)]
    [InlineData("/v1/detect", "a=1&b&c&d&e&f&g&h&i&j", "Leave out 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 2 more" + Unknown)]
    [InlineData("/v1/detect", "api_key=1", "Send 'api_key' as the header X-Api-Key" + AsHeader)]
    [InlineData("/v1/detect", "X-Api-Key=1", "Send 'X-Api-Key' as the header X-Api-Key" + AsHeader)]
    [InlineData("/v1/seal", "X-FaceDeid-Key=1", "Send 'X-FaceDeid-Key' as the header X-FaceDeid-Key" + AsHeader)]
    [InlineData("/v1/seal", "passphrase=1", "Send 'passphrase' in the form (multipart/form-data).")]
    [InlineData("/v1/restore", "access_token=1", "Send 'access_token' as the header Authorization" + AsHeader)]
    public async Task A_parameter_is_named_and_told_where_it_belongs(string path, string query, string advice)
    {
        using var answer = await service.PostAsync($"{path}?{query}", "image/png", Requests.Image(Pictures.Face));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var problem = await answer.JsonAsync();
        Assert.Equal("unknown_parameter", (string)problem["code"]!);
        Assert.Equal(Nothing + advice, (string)problem["detail"]!);
    }

    [Theory]
    [InlineData("?")]
    [InlineData("?&&")]
    public async Task An_empty_query_is_none(string query)
    {
        using var answer = await service.PostAsync($"/v1/detect{query}", Requests.Image(Pictures.Face));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    [Fact]
    public async Task Neither_values_nor_long_names_are_quoted()
    {
        var longest = new string('a', 64);
        (string, string)[] queries =
        [
            ($"a={Marker}", "'a'"), ($"{longest}=1", longest),
            ($"{Marker}{longest}=1", "the parameters"), ($"{Marker}<=1", "the parameters"),
        ];
        foreach (var (query, quoted) in queries)
        {
            using var answer = await service.PostAsync($"/v1/detect?{query}", Requests.Image(Pictures.Face));
            var problem = (await answer.JsonAsync()).ToJsonString();
            Assert.DoesNotContain(Marker, problem, StringComparison.Ordinal);
            Assert.Contains(quoted, (string)(await answer.JsonAsync())["detail"]!, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET", "/v1/capabilities?k=1", "400 unknown_parameter")]
    [InlineData("GET", "/v1/detect?k=1", "405 method_not_allowed")]
    [InlineData("POST", "/v1/nothing?k=1", "404 not_found")]
    [InlineData("GET", "/health/ready?k=1", "200")]
    [InlineData("GET", "/swagger/index.html?k=1", "200")]
    public async Task Addresses_that_are_not_there_or_outside_of_v1_are_as_before(string method, string path, string outcome) =>
        Assert.Equal(outcome, await AccessKeys.OutcomeAsync(AccessKeys.SendAsync(service, new HttpMethod(method), path)));

    [Fact]
    public async Task It_is_decided_after_access_and_before_the_body_is_read_or_a_place_is_taken()
    {
        await using var full = ServiceFixture.OnKestrel(
            AccessKeys.Known("one", Key), ("FaceDeid:Limits:MaxUploads", "1"), ("FaceDeid:Limits:MaxCollections", "1"),
            ("FaceDeid:Limits:RequestsPerMinute", "2"));
        using var upload = await AnnounceAsync("/v1/detect", Key);
        await upload.ReceiveAsync(RawUpload.Continue);
        using var collection = await AnnounceAsync("/v1/collections", Key);
        await collection.ReceiveAsync(RawUpload.Continue);

        // Without a 100 Continue before it, the body was not asked for; neither a place nor a request of the minute is left: none
        // was sought.
        Assert.StartsWith("HTTP/1.1 400 ", await OutcomeAsync("/v1/detect?detector=hog", Key), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 400 ", await OutcomeAsync("/v1/collections?k=10", Key), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 401 ", await OutcomeAsync("/v1/detect?detector=hog", "another"), StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 429 ", await OutcomeAsync("/v1/detect", Key), StringComparison.Ordinal);

        async Task<string> OutcomeAsync(string path, string key)
        {
            using var connection = await AnnounceAsync(path, key);
            return await connection.ReceiveAnswerAsync();
        }

        async Task<RawConnection> AnnounceAsync(string path, string key)
        {
            var connection = await RawConnection.OpenAsync(full.ClientOptions.BaseAddress);
            await connection.SendHeadAsync(path, "Expect: 100-continue", "Content-Length: 100000", $"{AccessKeys.Header}: {key}");
            return connection;
        }
    }

    [Theory]
    [InlineData("/v1/deidentify?method=mask", 30_000_000)]
    [InlineData("/v1/collections?k=10", 200_000_000)]
    public async Task Who_sends_a_large_upload_to_its_end_gets_the_answer(string path, int bytes)
    {
        await using var kestrel = ServiceFixture.OnKestrel();

        using var answer = await kestrel.PostAsync(path, ("image", new byte[bytes], "a"));

        Assert.Equal("unknown_parameter", (string)(await answer.JsonAsync())["code"]!);
    }
}
