using FaceDeid.Models;
using Xunit;

namespace FaceDeid.Tests.Models;

public sealed class ResourcePoolTests
{
    private readonly List<Tool> _made = [];

    [Fact]
    public void What_was_given_back_is_lent_again()
    {
        using var pool = Pool();

        Assert.Same(pool.Use(tool => tool), pool.Use(tool => tool));
        Assert.Single(_made);
    }

    [Fact]
    public void Two_at_once_never_share()
    {
        using var pool = Pool();

        pool.Use(outer => pool.Use(inner =>
        {
            Assert.NotSame(outer, inner);
            return 0;
        }));

        Assert.Equal(2, _made.Count);
    }

    [Fact]
    public void What_failed_is_disposed_and_never_lent_again()
    {
        using var pool = Pool();

        Assert.Throws<InvalidTimeZoneException>(() => pool.Use<int>(_ => throw new InvalidTimeZoneException()));

        Assert.True(_made[0].IsDisposed);
        Assert.NotSame(_made[0], pool.Use(tool => tool));
        Assert.False(_made[1].IsDisposed);
    }

    [Fact]
    public void Threads_never_share_and_no_more_are_made_than_were_in_use_at_once()
    {
        using var pool = Pool();

        Parallel.For(0, 2000, new ParallelOptions { MaxDegreeOfParallelism = 8 }, _ => pool.Use(tool =>
        {
            Assert.Equal(1, Interlocked.Increment(ref tool.Users));
            Thread.Yield();
            return Interlocked.Decrement(ref tool.Users);
        }));

        Assert.InRange(_made.Count, 1, 8);
    }

    [Fact]
    public void One_stays_when_memory_is_given_back_and_none_that_is_in_use_is_disposed()
    {
        using var pool = Pool();

        pool.Use(first =>
        {
            pool.Use(second => pool.Use(third => 0));
            pool.GiveBack();
            Assert.False(first.IsDisposed);
            return Assert.Single(_made, tool => tool.IsDisposed);
        });
        pool.GiveBack();

        var kept = Assert.Single(_made, tool => !tool.IsDisposed);
        Assert.Same(kept, pool.Use(tool => tool));
    }

    [Fact]
    public void The_end_of_the_pool_is_the_end_of_what_it_holds()
    {
        using (var pool = Pool())
            pool.Use(tool => 0);

        Assert.True(_made.Single().IsDisposed);
    }

    private ResourcePool<Tool> Pool() => new(() =>
    {
        var tool = new Tool();
        lock (_made)
            _made.Add(tool);
        return tool;
    });

    private sealed class Tool : IDisposable
    {
        public int Users;

        public bool IsDisposed { get; private set; }

        public void Dispose() => IsDisposed = true;
    }
}
