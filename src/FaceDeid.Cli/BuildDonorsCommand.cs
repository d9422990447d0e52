using System.CommandLine;
using FaceDeid.Donors;

namespace FaceDeid.Cli;

/// <summary><c>facedeid build-donors</c>: makes the default donors from the pictures that <c>make models</c> fetched.</summary>
internal static class BuildDonorsCommand
{
    public static Command Create()
    {
        var engine = new EngineArguments();
        var command = new Command("build-donors", "Make the donor faces from the pictures in the models' cache");
        engine.AddTo(command, isOfDatasets: false);
        command.SetAction(parsed =>
        {
            using var services = engine.Build(parsed);
            Console.WriteLine($"{DonorSetup.Build(services)} donor faces made");
            return 0;
        });
        return command;
    }
}
