using System.Collections.Concurrent;
using System.Security.Cryptography;
using FaceDeid.TestData;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FaceDeid.Api.Tests;

/// <summary>A message that a receiver got.</summary>
/// <param name="Path">Where.</param>
/// <param name="Headers">With which headers.</param>
/// <param name="Body">What it says.</param>
internal sealed record ReceivedMessage(string Path, HeaderDictionary Headers, string Body)
{
    public string Id => Headers["webhook-id"].ToString();
}

/// <summary>Who is told of jobs, on the loopback.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    /// <summary>The path and query of its address, which no log may hold.</summary>
    public const string Path = "/hooks/path-4711?token=token-4711";

    private readonly WebApplication _server;

    private WebhookReceiver(WebApplication server) => _server = server;

    /// <summary>What it got, in its order.</summary>
    public ConcurrentQueue<ReceivedMessage> Messages { get; } = [];

    public Uri Address => new(new Uri(
        _server.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single()), Path);

    /// <summary>Begins to listen; the caller disposes it.</summary>
    /// <param name="answer">Answers a message; null: all with 204.</param>
    public static async Task<WebhookReceiver> StartAsync(Func<HttpContext, int, Task>? answer = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new WebhookReceiver(builder.Build());
        receiver._server.Run(async context =>
        {
            using var body = new StreamReader(context.Request.Body);
            var headers = new HeaderDictionary(context.Request.Headers.ToDictionary(StringComparer.OrdinalIgnoreCase));
            var path = $"{context.Request.Path}{context.Request.QueryString}";
            receiver.Messages.Enqueue(new ReceivedMessage(path, headers, await body.ReadToEndAsync()));
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            if (answer is not null)
                await answer(context, receiver.Messages.Count);
        });
        await receiver._server.StartAsync();
        return receiver;
    }

    /// <summary>One that answers with these statuses, and then with 204.</summary>
    public static Task<WebhookReceiver> AnsweringAsync(params int[] statuses) => StartAsync((context, number) =>
    {
        if (number <= statuses.Length)
            context.Response.StatusCode = statuses[number - 1];
        return Task.CompletedTask;
    });

    /// <summary>Waits until it got so many messages.</summary>
    public async Task<IReadOnlyList<ReceivedMessage>> UntilAsync(int count)
    {
        await Patience.UntilAsync(() => Messages.Count >= count);
        return [.. Messages];
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(TimeSpan.Zero);
        await _server.StopAsync(atOnce.Token);
        await _server.DisposeAsync();
    }
}

/// <summary>A file with secrets, and the settings with which a service tells a receiver.</summary>
internal sealed class WebhookSecrets : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-webhooks-");

    /// <summary>Two secrets, of which the second will replace the first.</summary>
    public IReadOnlyList<string> All { get; } = [Create(), Create()];

    public string File => System.IO.Path.Combine(_folder.FullName, "secrets");

    public static string Create() => $"whsec_{Convert.ToBase64String(RandomNumberGenerator.GetBytes(32))}";

    /// <summary>The settings of a service that may tell receivers on the loopback.</summary>
    public (string Key, string Value)[] For(params WebhookReceiver[] receivers) =>
    [
        .. receivers.Select((receiver, i) => ($"FaceDeid:Webhooks:Hosts:{i}", receiver.Address.Authority)), Written(),
        ("FaceDeid:Webhooks:AllowPrivate", "true"), ("FaceDeid:Webhooks:AllowHttp", "true"),
    ];

    /// <summary>The setting that names the file.</summary>
    public (string Key, string Value) Written()
    {
        System.IO.File.WriteAllLines(File, All);
        return ("FaceDeid:Webhooks:SecretFile", File);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
