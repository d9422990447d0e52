using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Microsoft.Extensions.Options;
using Microsoft.Security.AntiSSRF;

namespace FaceDeid.Api.Webhooks;

/// <summary>What became of a try to tell a receiver.</summary>
internal enum WebhookOutcome
{
    /// <summary>It answered 2xx.</summary>
    Delivered,

    /// <summary>It answered 410: it wants to hear of it no more.</summary>
    Gone,

    /// <summary>It answered something else.</summary>
    Rejected,

    /// <summary>It did not answer in time.</summary>
    TooSlow,

    /// <summary>It cannot be reached, or not by TLS.</summary>
    Unreachable,

    /// <summary>The operator has taken its host off the list since.</summary>
    NotListed,

    /// <summary>Its name leads to an address that is not to be told: of this machine, or of the own network.</summary>
    PrivateAddress,
}

/// <summary>
/// Tells receivers. What they answer is not read, they lead nowhere else, and the address that is connected to is the one that
/// was looked at: a name that leads elsewhere the second time changes nothing.
/// </summary>
internal sealed class WebhookSender : IDisposable
{
    private const int MostHeadKilobytes = 16;

    private readonly AntiSSRFHandler _handler;
    private readonly HttpMessageInvoker _client;
    private readonly WebhookSettings _settings;
    private readonly WebhookSigner _signer;
    private readonly TimeProvider _time;

    /// <summary>Reads the secrets.</summary>
    /// <exception cref="StartupException">They cannot be used.</exception>
    public WebhookSender(IOptions<FaceDeidOptions> options, WebhookPace pace, TimeProvider time)
    {
        (Pace, _time, _settings) = (pace, time, options.Value.Webhooks);
        _signer = WebhookSigner.Load(_settings);
        var policy = new AntiSSRFPolicy(
            _settings.AllowPrivate ? PolicyConfigOptions.None : PolicyConfigOptions.ExternalOnlyLatest)
        {
            AllowPlainTextHttp = _settings.AllowHttp,
            AddXFFHeader = false,
        };
        policy.AddDeniedAddresses(IPAddressRanges.linkLocal); // where clouds keep what their machines know
        _handler = policy.GetHandler(); // which uses no proxy
        _handler.AllowAutoRedirect = false;
        _handler.UseCookies = false;
        _handler.ConnectTimeout = pace.Limit;
        _handler.MaxResponseHeadersLength = MostHeadKilobytes;
        _handler.ResponseDrainTimeout = TimeSpan.Zero;
        _handler.PooledConnectionLifetime = TimeSpan.Zero; // so that each try looks at the address anew
        _client = new HttpMessageInvoker(_handler, disposeHandler: false);
    }

    /// <summary>How patient it is.</summary>
    public WebhookPace Pace { get; }

    /// <summary>Tells a receiver once.</summary>
    /// <exception cref="OperationCanceledException">The service goes down.</exception>
    public async Task<WebhookOutcome> SendAsync(Uri address, WebhookMessage message, CancellationToken cancellationToken)
    {
        if (!_settings.Allows(address))
            return WebhookOutcome.NotListed;
        using var limit = new CancellationTokenSource(Pace.Limit);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        using var request = Request(address, message);
        Activity.Current = null; // or headers would tell of our traces
        try
        {
            using var answer = await _client.SendAsync(request, stop.Token);
            return answer switch
            {
                { IsSuccessStatusCode: true } => WebhookOutcome.Delivered,
                { StatusCode: HttpStatusCode.Gone } => WebhookOutcome.Gone,
                _ => WebhookOutcome.Rejected,
            };
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return WebhookOutcome.TooSlow;
        }
        catch (AntiSSRFException)
        {
            return WebhookOutcome.PrivateAddress;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Of the network, of its name, of TLS or of HTTP: all the same to us, and it is tried again.
            return WebhookOutcome.Unreachable;
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _handler.Dispose();
    }

    private HttpRequestMessage Request(Uri address, WebhookMessage message)
    {
        var (body, now) = (message.ToJson(), _time.GetUtcNow());
        var request = new HttpRequestMessage(HttpMethod.Post, address)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue(new ProductHeaderValue(FaceDeidDiagnostics.Name)));
        request.Headers.Add("webhook-id", message.Id);
        request.Headers.Add("webhook-timestamp", now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        request.Headers.Add("webhook-signature", _signer.Sign(message.Id, now, body));
        return request;
    }
}
