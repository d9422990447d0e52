using FaceDeid.Api.Operations;
using FaceDeid.TestData;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>When memory is given back. That it is: <c>SpareMemoryTests</c>.</summary>
public sealed class IdleMemoryTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly FakeTimeProvider _clock = new();
    private readonly IdleMemory _memory;
    private int _given;

    public IdleMemoryTests() => _memory = new IdleMemory(() => _given++, _clock, NullLogger<IdleMemory>.Instance);

    [Fact]
    public async Task Half_a_minute_after_the_last_request_once_in_each_pause()
    {
        for (var pauses = 1; pauses < 3; pauses++)
        {
            await RequestAsync("/v1/detect");
            _clock.Advance(IdleMemory.Pause - Second);
            await RequestAsync("/v1/detect"); // the pause begins anew
            _clock.Advance(IdleMemory.Pause - Second);
            Assert.Equal(pauses - 1, _given);
            await RequestAsync("/health/ready"); // probes come all the time: they are no end of it
            _clock.Advance(Second);
            Assert.Equal(pauses, _given);
            _clock.Advance(10 * IdleMemory.Pause);
            Assert.Equal(pauses, _given);
        }
    }

    [Fact]
    public void Half_a_minute_after_the_start_if_nothing_is_asked_for()
    {
        _clock.Advance(IdleMemory.Pause - Second);
        Assert.Equal(0, _given);
        _clock.Advance(Second);
        Assert.Equal(1, _given);
        _clock.Advance(10 * IdleMemory.Pause);
        Assert.Equal(1, _given);
    }

    [Fact]
    public async Task Not_while_any_request_is_in_work()
    {
        var end = new TaskCompletionSource();
        var slow = RequestAsync("/v1/evaluate", end.Task);
        await RequestAsync("/v1/detect");
        _clock.Advance(10 * IdleMemory.Pause);
        Assert.Equal(0, _given);

        end.SetException(new InvalidTimeZoneException()); // one that fails has ended, too
        await Assert.ThrowsAsync<InvalidTimeZoneException>(() => slow);
        _clock.Advance(IdleMemory.Pause);
        Assert.Equal(1, _given);
    }

    [Fact]
    public async Task Requests_of_the_service_are_counted()
    {
        await using var service = ServiceFixture.With(services => services.AddSingleton(_memory));
        using var answer = await service.PostAsync("/v1/detect", Requests.Image(Pictures.Face));

        await Patience.UntilAsync(() => // the request ends a moment after its answer
        {
            _clock.Advance(IdleMemory.Pause);
            return _given == 1;
        });
    }

    public void Dispose() => _memory.Dispose();

    private Task RequestAsync(string path, Task? work = null) =>
        _memory.CountAsync(new DefaultHttpContext { Request = { Path = path } }, _ => work ?? Task.CompletedTask);
}
