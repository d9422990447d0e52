using System.Net;
using System.Net.Sockets;
using FaceDeid.Imaging.Caged;
using FaceDeid.TestData;
using FaceDeid.Tests.Donors;
using Xunit;

namespace FaceDeid.Tests.Imaging.Caged;

/// <summary>What a program that was taken over could do in the cage: the shell tries it.</summary>
public sealed class CageTests
{
    private static readonly CageLimits Limits = new(Memory: 256L << 20, Patience.Long);

    [Fact]
    public void Only_the_systems_programs_and_the_one_folder_can_be_read()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("mine"), "to be seen");

        Assert.Equal("to be seen", Output("cat /program/mine", folder));
        Assert.Equal("bin lib lib64 program usr ",
            Output("echo /* | tr '\\n' ' ' | sed 's|/||g'; :", folder).Replace("\n", " ", StringComparison.Ordinal));
        Assert.Equal("no", Output("cat /etc/passwd && echo yes || echo no", folder));
        Assert.Equal("no", Output($"ls '{folder.Path}' && echo yes || echo no", folder));
        Assert.Equal("no", Output("ls /proc /dev /sys /home /root /tmp /var /run && echo yes || echo no", folder));
    }

    [Theory]
    [InlineData("/mine")]
    [InlineData("/program/mine")]
    [InlineData("/usr/mine")]
    [InlineData("/tmp/mine")]
    public void Nothing_can_be_written(string path)
    {
        using var folder = new TemporaryFolder();

        Assert.Equal("no", Output($"echo x > {path} && echo yes || echo no", folder));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Scratch_room_is_what_it_was_given_and_gone_afterwards()
    {
        var some = Limits with { Scratch = 20_000 };

        Assert.Equal("yes", Output("printf '%010000d' 0 > /tmp/a && echo yes || echo no", limits: some));
        Assert.NotEqual("yes", Output("printf '%030000d' 0 > /tmp/a && echo yes || echo no", limits: some),
            StringComparer.Ordinal);
        Assert.Equal("no", Output("ls /tmp/a && echo yes || echo no", limits: some));
    }

    [Fact]
    public void Nobody_can_be_talked_to()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port;
        var command = $"exec 3<>/dev/tcp/127.0.0.1/{port} && echo yes || echo no";

        Assert.Equal("no", Output(command));
        Assert.False(listener.Pending());

        using var outside = System.Diagnostics.Process.Start("/usr/bin/bash", ["-c", command]);
        outside.WaitForExit();
        Assert.True(listener.Pending()); // the attempt is a real one
    }

    [Fact]
    public void There_is_no_environment_no_other_process_and_no_other_open_file()
    {
        Environment.SetEnvironmentVariable("FACEDEID_SECRET_OF_TEST", "secret");

        Assert.DoesNotContain("SECRET", Output("export -p"), StringComparison.Ordinal);
        Assert.Equal("no", Output($"kill -0 {Environment.ProcessId} && echo yes || echo no"));
        Assert.Equal("no", Output("for i in $(seq 3 60); do true <&$i && echo yes; done 2>/dev/null; echo no"));
    }

    [Fact]
    public void Memory_ends_where_it_was_said()
    {
        const string take = "x=$(printf '%050000000d' 0); echo ${#x}";

        Assert.Equal("50000000", Output(take, limits: Limits with { Memory = 1L << 30 }));
        Assert.NotEqual("50000000", Output(take, limits: Limits with { Memory = 40L << 20 }), StringComparer.Ordinal);
    }

    [Fact]
    public void Time_on_processors_ends_where_it_was_said()
    {
        using var program = new CagedProgram("/usr", ["/usr/bin/bash", "-c", "while :; do :; done"],
            Limits with { Time = TimeSpan.FromSeconds(1) }, CancellationToken.None);

        Assert.Equal(-1, program.Output.ReadByte());
        Assert.False(program.EndedWell());
    }

    private static string Output(string script, TemporaryFolder? folder = null, CageLimits? limits = null)
    {
        using var program = new CagedProgram(folder?.Path ?? "/usr", ["/usr/bin/bash", "-c", script], limits ?? Limits,
            CancellationToken.None);
        using var output = new StreamReader(program.Output);
        return output.ReadToEnd().TrimEnd('\n');
    }
}
