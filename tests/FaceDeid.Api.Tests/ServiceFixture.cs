using FaceDeid.TestData;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace FaceDeid.Api.Tests;

/// <summary>
/// The whole service with its real models, as in production: on the in-memory test server, or on real Kestrel where the transport
/// matters. As a class fixture it is the service with default settings, and time; tests that need others start their own and
/// dispose it.
/// </summary>
public sealed class ServiceFixture : WebApplicationFactory<Program>
{
    /// <summary>Seconds that a request may take where a test says nothing else: a busy machine must not end it.</summary>
    public static readonly string RequestTimeout = $"{Patience.Long.TotalSeconds}";

    private readonly (string Key, string Value)[] _settings;
    private readonly Action<IServiceCollection>? _services;
    private readonly Lazy<HttpClient> _client;

    public ServiceFixture()
        : this([], services: null)
    {
    }

    private ServiceFixture((string Key, string Value)[] settings, Action<IServiceCollection>? services)
    {
        _settings = settings;
        _services = services;
        _client = new Lazy<HttpClient>(CreateClient);
    }

    /// <summary>A client of this service, disposed with it.</summary>
    public HttpClient Client => _client.Value;

    /// <summary>Another service on the test server; the caller disposes it.</summary>
    /// <param name="settings">Configuration, such as <c>("FaceDeid:Limits:MaxUploadMegabytes", "1")</c>.</param>
    public static ServiceFixture With(params (string Key, string Value)[] settings) => new(settings, services: null);

    /// <summary>Another service on the test server, some of whose parts are exchanged; the caller disposes it.</summary>
    public static ServiceFixture With(Action<IServiceCollection> services) => new([], services);

    /// <summary>
    /// Another service on the test server, with other settings and some of its parts exchanged; the caller disposes it.
    /// </summary>
    public static ServiceFixture With(
        (string Key, string Value)[] settings, Action<IServiceCollection> services) => new(settings, services);

    /// <summary>Another service, listening on a free port of 127.0.0.1 when this returns; the caller disposes it.</summary>
    /// <inheritdoc cref="With(ValueTuple{string, string}[])"/>
    public static ServiceFixture OnKestrel(params (string Key, string Value)[] settings)
    {
        var service = new ServiceFixture(settings, services: null);
        service.UseKestrel(0);
        service.StartServer();
        return service;
    }

    /// <summary>Sends a multipart form; the caller disposes the answer.</summary>
    internal Task<HttpResponseMessage> PostAsync(string path, params FormPart[] parts) => PostAsync(path, accept: null, parts);

    /// <summary>Sends a multipart form with an Accept header, as it stands.</summary>
    internal async Task<HttpResponseMessage> PostAsync(string path, string? accept, params FormPart[] parts)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative))
        {
            Content = Requests.Form(parts),
        };
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        return await Client.SendAsync(request);
    }

    /// <inheritdoc/>
    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseEnvironment("Production");
        builder.UseSetting("Serilog:MinimumLevel:Default", "Fatal"); // the test log is for the tests
        builder.UseSetting("FaceDeid:Limits:RequestTimeoutSeconds", RequestTimeout);
        foreach (var (key, value) in _settings)
            builder.UseSetting(key, value);
        if (_services is not null)
            builder.ConfigureTestServices(_services);
    }

    /// <inheritdoc/>
    protected override void ConfigureClient(HttpClient client)
    {
        base.ConfigureClient(client);
        client.Timeout = Patience.Long;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && _client.IsValueCreated)
            _client.Value.Dispose();
        base.Dispose(disposing);
    }
}
