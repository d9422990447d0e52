using Xunit;

namespace FaceDeid.Tests;

/// <summary>Asserts how the library refuses.</summary>
internal static class Refusal
{
    /// <summary>Put into test files, to see that nothing of a file is repeated in an error text.</summary>
    public const string Marker = "SECRET-OF-THE-FILE";

    public static ReadOnlySpan<byte> MarkerBytes => "SECRET-OF-THE-FILE"u8;

    /// <summary>The call is refused with this code and a sentence for the caller, which is returned.</summary>
    public static string Of(FaceDeidError code, Action call)
    {
        var refusal = Assert.Throws<FaceDeidException>(call);
        Assert.Equal(code, refusal.Code);
        return Checked(refusal.Message);
    }

    /// <summary>The same of a call that is waited for.</summary>
    public static async Task<string> AssertAsync(FaceDeidError code, Func<Task> call)
    {
        var refusal = await Assert.ThrowsAsync<FaceDeidException>(call);
        Assert.Equal(code, refusal.Code);
        return Checked(refusal.Message);
    }

    /// <summary>The same, and the sentence says this.</summary>
    public static void Of(FaceDeidError code, string says, Action call) =>
        Assert.Contains(says, Of(code, call), StringComparison.Ordinal);

    /// <summary>A text fit for the caller: a printable sentence that repeats nothing of the file.</summary>
    public static string Checked(string message)
    {
        Assert.EndsWith(".", message, StringComparison.Ordinal);
        Assert.DoesNotContain(Marker, message, StringComparison.OrdinalIgnoreCase);
        Assert.All(message, letter => Assert.InRange(letter, ' ', '~'));
        return message;
    }
}
