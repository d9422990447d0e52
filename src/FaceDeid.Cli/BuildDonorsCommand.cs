using System.CommandLine;
using FaceDeid.Donors;

namespace FaceDeid.Cli;

/// <summary><c>facedeid build-donors</c>: makes the donor library that the repository ships.</summary>
internal static class BuildDonorsCommand
{
    public static Command Create()
    {
        var engine = new EngineArguments();
        var pictures = new Argument<string>("pictures") { Description = "Folder of the donors' pictures, one person each" };
        var people = new Option<string>("--people")
        {
            Description = "Folder with a folder for each of some people: how one person's face moves is learned from them",
            Required = true,
        };
        var labels = new Option<string>("--labels")
        {
            Description = "Table of what was seen in the pictures",
            DefaultValueFactory = _ => "models/donor-people.tsv",
        };
        var output = new Option<string>("--out")
        {
            Description = "The donor file",
            DefaultValueFactory = _ => "models/donors.bin",
        };
        var command = new Command("build-donors", "Make the donor library") { pictures, people, labels, output };
        engine.AddTo(command, isOfDatasets: false);
        command.SetAction(parsed =>
        {
            using var services = engine.Build(parsed);
            var count = DonorSetup.Build(
                services, parsed.GetRequiredValue(pictures), parsed.GetRequiredValue(labels), parsed.GetRequiredValue(people),
                parsed.GetRequiredValue(output));
            Console.WriteLine($"{count} donor faces made");
            return 0;
        });
        return command;
    }
}
