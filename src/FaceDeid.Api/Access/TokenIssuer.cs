using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace FaceDeid.Api.Access;

/// <summary>
/// The issuer's keys, which it is asked for when the first token comes. While it does not answer, all requests wait for one and
/// the same question, none for longer than <see cref="MaxWait"/>; it is asked again after ever longer pauses, in which nobody
/// waits; and the log has a line a minute. Once it has answered, its keys are kept and renewed in the background.
/// </summary>
internal sealed partial class TokenIssuer(
    ConfigurationManager<OpenIdConnectConfiguration> configuration, TimeProvider time, ILogger logger)
{
    /// <summary>How long a request waits for the issuer.</summary>
    public static readonly TimeSpan MaxWait = TimeSpan.FromSeconds(5);

    private const int MostDoublings = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(1); // after the second failure in a row
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private Task<bool>? _question;
    private int _failures;
    private long _failedAt;
    private long? _loggedAt;

    /// <summary>Whether the issuer's keys are known.</summary>
    public Task<bool> IsKnownAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var hasFailed = _question is { IsCompleted: true, Result: false };
            if (_question is null || (hasFailed && time.GetElapsedTime(_failedAt) >= Pause))
                _question = AskAsync();
            return _question.WaitAsync(cancellationToken);
        }
    }

    private TimeSpan Pause => _failures < 2 ? TimeSpan.Zero : FirstPause * (1 << Math.Min(_failures - 2, MostDoublings));

    private async Task<bool> AskAsync()
    {
        await Task.Yield(); // not under the lock
        try
        {
            await configuration.GetConfigurationAsync(CancellationToken.None).WaitAsync(MaxWait, time);
            return true;
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException or TimeoutException)
        {
            lock (_lock)
                Failed(e);
            return false;
        }
    }

    private void Failed(Exception e)
    {
        _failures++;
        _failedAt = time.GetTimestamp();
        if (_loggedAt is { } last && time.GetElapsedTime(last) < LogInterval)
            return;
        _loggedAt = _failedAt;
        var reason = e.GetBaseException();
        LogUnavailable(logger, reason.GetType(), reason.Message);
    }

    [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message =
        "The issuer of tokens cannot be asked for its keys, so callers with tokens are answered 503. {Reason}: {Text}")]
    private static partial void LogUnavailable(ILogger logger, Type reason, string text);
}
