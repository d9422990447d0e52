using System.Net.Http.Headers;
using FaceDeid.TestData;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FaceDeid.Api.Tests;

/// <summary>
/// A proxy that offers the service below a path, which it takes away and tells of, as gateways do. It also serves one page of its
/// own.
/// </summary>
internal sealed class PrefixProxy : IAsyncDisposable
{
    public const string Prefix = "/faces/v2";

    private readonly WebApplication _app;
    private readonly HttpClient _client;

    private PrefixProxy(WebApplication app, HttpClient client) => (_app, _client) = (app, client);

    /// <summary>Where it listens; <c>localhost</c>, so that for a browser it is another origin than the service.</summary>
    public Uri Address => new(_app.Urls.Single().Replace("127.0.0.1", "localhost", StringComparison.Ordinal));

    public static async Task<PrefixProxy> StartAsync(Uri service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        var proxy = new PrefixProxy(builder.Build(), new HttpClient(handler) { BaseAddress = service, Timeout = Patience.Long });
        proxy._app.Run(proxy.ForwardAsync);
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ForwardAsync(HttpContext context)
    {
        if (!context.Request.Path.StartsWithSegments(Prefix, StringComparison.Ordinal, out var path))
        {
            context.Response.StatusCode = context.Request.Path == "/page" ? 200 : 404;
            context.Response.ContentType = "text/html";
            return;
        }

        var address = new Uri(path.HasValue ? path.Add(context.Request.QueryString) : "/", UriKind.Relative);
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), address);
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(context.Request.ContentType!);
        }

        request.Headers.TryAddWithoutValidation("Accept", context.Request.Headers.Accept.ToString());
        request.Headers.Add("X-Forwarded-Prefix", Prefix);
        using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers))
            context.Response.Headers[name] = values.ToArray();
        context.Response.Headers.Remove("Transfer-Encoding"); // it is the proxy's own
        await answer.Content.CopyToAsync(context.Response.Body);
    }
}
