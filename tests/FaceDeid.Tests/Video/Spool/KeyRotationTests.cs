using System.Security.Cryptography;
using FaceDeid.Video.Spool;
using Xunit;

namespace FaceDeid.Tests.Video.Spool;

/// <summary>Keys of jobs under several keys of the operator, one after the other.</summary>
public sealed class KeyRotationTests
{
    private const string KeyName = "key~";
    private const int FingerprintLength = 8;

    private readonly string _old = Key();
    private readonly string _new = Key();

    [Fact]
    public void Keys_under_an_older_line_are_wrapped_anew_once_and_open_without_it_then()
    {
        using var folder = Written(_old, "one", "two");

        Use(folder, $"{_new}\n\n{_old}\n");
        Assert.Equal(new KeyRotation(Older: true, Rewrapped: 2, Lost: 0), folder.Spool.RotateKeys());
        Assert.Equal(new KeyRotation(Older: true, Rewrapped: 0, Lost: 0), folder.Spool.RotateKeys());
        Assert.Equal(folder.BytesOnDisk, folder.Spool.UsedBytes);

        Use(folder, _new);
        Assert.Equal(new KeyRotation(Older: false, Rewrapped: 0, Lost: 0), folder.Spool.RotateKeys());
        Assert.All(["one", "two"], job => Assert.Equal([1, 2, 3], SpoolFolder.Read(folder.Spool.Open(job), "source")));
    }

    [Fact]
    public void A_machine_that_knows_both_lines_opens_what_was_written_under_either()
    {
        using var folder = Written(_old, "one");
        Use(folder, $"{_new}\n{_old}");
        SpoolFolder.Write(folder.Spool.Create("two"), "source", [1, 2, 3]);

        Use(folder, $"{_old}\n{_new}"); // where the order was not changed yet
        Assert.All(["one", "two"], job => Assert.Equal([1, 2, 3], SpoolFolder.Read(folder.Spool.Open(job), "source")));

        Use(folder, $"{_new}\n{_old}");
        Assert.Equal(1, folder.Spool.RotateKeys().Rewrapped);
    }

    [Fact]
    public void A_line_that_is_removed_too_early_loses_only_the_jobs_under_it()
    {
        using var folder = Written(_old, "one");
        Use(folder, _new);
        SpoolFolder.Write(folder.Spool.Create("two"), "source", [1, 2, 3]);

        Use(folder, $"{_new}\n{Key()}");
        Assert.Equal(new KeyRotation(Older: true, Rewrapped: 0, Lost: 1), folder.Spool.RotateKeys());
        Refusal.Of(FaceDeidError.LostKey, () => folder.Spool.Open("one"));
        Assert.Equal([1, 2, 3], SpoolFolder.Read(folder.Spool.Open("two"), "source"));

        Use(folder, $"{_new}\n{_old}"); // put back, nothing is lost
        Assert.Equal(1, folder.Spool.RotateKeys().Rewrapped);
        Assert.Equal([1, 2, 3], SpoolFolder.Read(folder.Spool.Open("one"), "source"));
    }

    [Fact]
    public void A_key_without_a_fingerprint_as_they_were_at_first_is_read_and_wrapped_anew()
    {
        using var folder = Written(_old, "one");
        var path = folder.PathOf("one", KeyName);
        File.WriteAllBytes(path, File.ReadAllBytes(path)[FingerprintLength..]);

        Use(folder, $"{_new}\n{_old}");
        Assert.Equal([1, 2, 3], SpoolFolder.Read(folder.Spool.Open("one"), "source"));
        Assert.Equal(1, folder.Spool.RotateKeys().Rewrapped);

        Use(folder, _new);
        Assert.Equal([1, 2, 3], SpoolFolder.Read(folder.Spool.Open("one"), "source"));
    }

    [Fact]
    public void A_wrapped_key_says_under_which_key_it_is_and_nothing_of_either()
    {
        using var folder = Written(_old, "one", "two");
        var (one, two) = (File.ReadAllBytes(folder.PathOf("one", KeyName)), File.ReadAllBytes(folder.PathOf("two", KeyName)));

        Assert.Equal(one[..FingerprintLength], two[..FingerprintLength]);
        Assert.NotEqual(one[FingerprintLength..], two[FingerprintLength..]);
        Assert.Equal(-1, Convert.FromBase64String(_old).AsSpan().IndexOf(one.AsSpan(0, FingerprintLength)));
        Assert.NotEqual(SHA256.HashData(Convert.FromBase64String(_old))[..FingerprintLength], one[..FingerprintLength]);
    }

    private static string Key() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Jobs with one object each, under a key; the caller disposes it.</summary>
    private static SpoolFolder Written(string key, params string[] jobs)
    {
        var folder = new SpoolFolder();
        Use(folder, key);
        foreach (var job in jobs)
            SpoolFolder.Write(folder.Spool.Create(job), "source", [1, 2, 3]);
        return folder;
    }

    /// <summary>As after the process was restarted with these lines in its key file.</summary>
    private static void Use(SpoolFolder folder, string lines)
    {
        File.WriteAllText(folder.KeyFile, lines);
        folder.Restart(keepsKeys: true);
    }
}
