using FaceDeid.Api.Access;
using Xunit;

namespace FaceDeid.Api.Tests;

/// <summary>A service that lets everybody in from other machines says so, once.</summary>
public sealed class AccessDoorTests
{
    private const string Warning = "may call everything, restoring faces too";

    [Theory]
    [InlineData("http://localhost:8080", false)]
    [InlineData("http://127.0.0.1:8080", false)]
    [InlineData("http://127.8.0.1:8080", false)]
    [InlineData("http://[::1]:8080", false)]
    [InlineData("http://[::ffff:127.0.0.1]:8080", false)]
    [InlineData("http://unix:/tmp/facedeid.sock", false)]
    [InlineData("http://0.0.0.0:8080", true)]
    [InlineData("http://[::]:8080", true)]
    [InlineData("http://+:8080", true)]
    [InlineData("http://*:8080", true)]
    [InlineData("http://192.0.2.7:8080", true)]
    [InlineData("http://localhost.example:8080", true)]
    [InlineData("http://facedeid:8080", true)]
    public void Only_loopback_is_out_of_reach(string address, bool isExposed) =>
        Assert.Equal(isExposed, OpenAccess.IsExposed(address));

    [Theory]
    [InlineData("http://0.0.0.0:0;http://127.0.0.1:0", null, 1)]
    [InlineData("http://127.0.0.1:0", null, 0)]
    [InlineData("http://0.0.0.0:0", "a-key-of-these-tests", 0)]
    public async Task It_warns_once_where_everybody_can_reach_it(string urls, string? key, int warnings)
    {
        (string, string)[] keys = key is null ? [] : [("FaceDeid__Security__ApiKeys__one__Sha256", AccessKeys.Hash(key))];
        await using var service = await ServiceProcess.StartAsync([("ASPNETCORE_URLS", urls), .. keys]);
        using (var client = new HttpClient())
        {
            foreach (var _ in new[] { 1, 2 })
                (await client.GetAsync(new Uri($"http://127.0.0.1:{service.Address.Port}/health/live"))).Dispose();
        }

        service.Terminate();
        Assert.Equal(0, await service.ExitAsync());
        var lines = service.Output.Split('\n')
            .Where(line => line.Contains("\"@l\":\"Warning\"", StringComparison.Ordinal)).ToList();
        Assert.Equal(warnings, lines.Count);
        Assert.All(lines, line => Assert.Contains(Warning, line, StringComparison.Ordinal));
        Assert.All(lines, line => Assert.Contains("FaceDeid:Security:ApiKeys", line, StringComparison.Ordinal));
    }
}
