using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace FaceDeid.Api.Tests;

/// <summary>Keeps what a part of the service logs, instead of its logger.</summary>
internal sealed class LoggedLines<T> : ILoggerFactory, ILogger<T>
{
    public ConcurrentQueue<string> Written { get; } = [];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Written.Enqueue($"{formatter(state, exception)}{exception}");

    public void AddProvider(ILoggerProvider provider)
    {
    }

    public void Dispose()
    {
    }
}
