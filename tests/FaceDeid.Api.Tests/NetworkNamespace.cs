using System.Diagnostics;
using System.Net;
using System.Security.Cryptography;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// A network of its own for a process, as on a machine of its own, with one cable (a pair of veth devices) to the rest, which can
/// be pulled.
/// </summary>
internal sealed class NetworkNamespace : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _cable;
    private readonly int _subnet;

    private NetworkNamespace(string name, string cable, int subnet) => (_name, _cable, _subnet) = (name, cable, subnet);

    /// <summary>This end of the cable.</summary>
    public IPAddress Near => IPAddress.Parse($"10.213.{_subnet}.1");

    /// <summary>The end inside.</summary>
    public IPAddress Far => IPAddress.Parse($"10.213.{_subnet}.2");

    /// <summary>A shell's command line by which a process is started inside.</summary>
    public string Shell => $"exec nsenter --net=/run/netns/{_name} \"$@\"";

    /// <summary>Makes one; the caller disposes it.</summary>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4));
        var made = new NetworkNamespace($"facedeid-{id}", $"fd{id}", RandomNumberGenerator.GetInt32(256));
        try
        {
            await IpAsync("netns", "add", made._name);
            await IpAsync("link", "add", made._cable, "type", "veth", "peer", "name", "eth0", "netns", made._name);
            await IpAsync("address", "add", $"{made.Near}/30", "dev", made._cable);
            await IpAsync("link", "set", made._cable, "up");
            await IpAsync("-n", made._name, "address", "add", $"{made.Far}/30", "dev", "eth0");
            await IpAsync("-n", made._name, "link", "set", "eth0", "up");
            await IpAsync("-n", made._name, "link", "set", "lo", "up");
            return made;
        }
        catch
        {
            await made.DisposeAsync();
            throw;
        }
    }

    /// <summary>Pulls the cable.</summary>
    public Task PullAsync() => IpAsync("link", "set", _cable, "down");

    /// <summary>Puts it in again.</summary>
    public Task PlugAsync() => IpAsync("link", "set", _cable, "up");

    public async ValueTask DisposeAsync()
    {
        if (File.Exists($"/run/netns/{_name}"))
            await IpAsync("netns", "delete", _name); // and the cable with it
    }

    private static async Task IpAsync(params string[] arguments)
    {
        const string Needs = "This test makes a network namespace: it needs Debian's package iproute2, which 'make test-setup' "
            + "installs, and the rights of root.";
        Assert.True(File.Exists("/usr/sbin/ip"), Needs);
        using var process = Process.Start(new ProcessStartInfo("/usr/sbin/ip", arguments)
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        })!;
        var errors = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{Needs} ip {string.Join(' ', arguments)}: {errors}");
    }
}
