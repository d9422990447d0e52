using System.Collections.Concurrent;

namespace FaceDeid.Models;

/// <summary>
/// Lends out native objects that two threads must not share. Makes one when none is free, so it holds as many as were in
/// use at once since <see cref="GiveBack"/>. An object whose use threw is disposed, never lent again. Thread-safe.
/// </summary>
internal sealed class ResourcePool<T>(Func<T> create) : IDisposable
    where T : class, IDisposable
{
    private readonly ConcurrentBag<T> _free = [];

    public TResult Use<TResult>(Func<T, TResult> use)
    {
        var item = _free.TryTake(out var pooled) ? pooled : create();
        try
        {
            var result = use(item);
            _free.Add(item);
            return result;
        }
        catch
        {
            item.Dispose();
            throw;
        }
    }

    /// <summary>Disposes what is free, but for one.</summary>
    public void GiveBack()
    {
        List<T> stay = [];
        while (_free.TryTake(out var item))
        {
            if (stay.Count == 0)
                stay.Add(item);
            else
                item.Dispose();
        }

        stay.ForEach(_free.Add);
    }

    public void Dispose()
    {
        while (_free.TryTake(out var item))
            item.Dispose();
    }
}
