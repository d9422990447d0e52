using System.Diagnostics;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using FaceDeid.TestData;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>
/// Debian's nginx, with the very blocks of <c>docs/operations.md</c> but for ports, as this user and in a folder of its own: no
/// file of this machine is read or written.
/// </summary>
internal sealed partial class NginxProxy : IAsyncDisposable
{
    /// <summary>The name that the blocks give it.</summary>
    public const string Name = "faces.example.org";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("facedeid-nginx-");
    private readonly Process _process;
    private readonly Task<string> _errors;

    private NginxProxy(Uri service, Func<string, string> change)
    {
        Address = new Uri($"http://127.0.0.1:{ServiceProcess.FreePort()}");
        Stored = _folder.CreateSubdirectory("stored");
        var blocks = Blocks().Matches(File.ReadAllText(Path.Combine(TestFiles.Root, "docs", "operations.md")))
            .Select(match => match.Groups["block"].Value).ToList();
        Assert.Equal(2, blocks.Count); // the whole, and the location below a path
        var site = blocks[0][..blocks[0].LastIndexOf('}')] + blocks[1] + "}\n";
        site = Replaced(site, "server 127.0.0.1:8080;", $"server {service.Authority};");
        site = Replaced(site, "listen 443 ssl;", $"listen {Address.Authority};");
        string[] stores = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
        var file = Path.Combine(_folder.FullName, "nginx.conf");
        File.WriteAllText(
            file,
            $$"""
            daemon off;
            master_process off;
            pid {{_folder.FullName}}/nginx.pid;
            error_log stderr;
            events {}
            http {
            access_log off;
            {{string.Join('\n', stores.Select(name => $"{name}_temp_path {Stored.FullName}/{name};"))}}
            {{change(site)}}
            }
            """);
        var start = new ProcessStartInfo(Program(), ["-e", "stderr", "-p", _folder.FullName, "-c", file])
        {
            UseShellExecute = false,
            RedirectStandardError = true,
        };
        _process = Process.Start(start)!;
        _errors = _process.StandardError.ReadToEndAsync();
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; }

    /// <summary>Where it puts what it does not keep in memory.</summary>
    public DirectoryInfo Stored { get; }

    /// <summary>Starts it before a service; <paramref name="change"/> spoils the blocks.</summary>
    public static async Task<NginxProxy> StartAsync(Uri service, Func<string, string>? change = null)
    {
        var proxy = new NginxProxy(service, change ?? (site => site));
        for (var tries = 0; !proxy._process.HasExited && tries < 200; tries++)
        {
            try
            {
                using var socket = new TcpClient();
                await socket.ConnectAsync(proxy.Address.Host, proxy.Address.Port);
                return proxy;
            }
            catch (SocketException)
            {
                await Task.Delay(50);
            }
        }

        var errors = proxy._errors;
        await proxy.DisposeAsync();
        throw new InvalidOperationException($"nginx did not start: {await errors}");
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill();
        await _process.WaitForExitAsync();
        await _errors;
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Program()
    {
        string[] places =
            [Path.Combine(TestFiles.Root, "tests", "data", "cache", "nginx", "usr", "sbin", "nginx"), "/usr/sbin/nginx"];
        return Array.Find(places, File.Exists)
            ?? throw new InvalidOperationException("Debian's package nginx is missing: run 'make test-setup'.");
    }

    private static string Replaced(string text, string old, string by)
    {
        Assert.Contains(old, text, StringComparison.Ordinal);
        return text.Replace(old, by, StringComparison.Ordinal);
    }

    [GeneratedRegex("^```nginx\n(?<block>.*?)^```",
        RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Blocks();
}
