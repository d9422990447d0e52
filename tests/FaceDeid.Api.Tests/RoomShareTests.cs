using FaceDeid.Api.Admission;
using Xunit;

namespace FaceDeid.Api.Tests;

public sealed class RoomShareTests
{
    private readonly RoomShare _room = new(uploads: 4, bytes: 1000, largest: 300, clientPercent: 50);

    [Fact]
    public void One_client_takes_half_of_the_places_and_others_the_rest()
    {
        Assert.True(_room.TryBegin("a"));
        Assert.True(_room.TryBegin("a"));
        Assert.False(_room.TryBegin("a"));
        Assert.True(_room.TryBegin("b"));
        Assert.True(_room.TryBegin("c"));
        Assert.False(_room.TryBegin("d"));

        _room.End("a");
        Assert.True(_room.TryBegin("d"));
    }

    [Fact]
    public void One_client_takes_half_of_the_bytes_and_others_the_rest()
    {
        Assert.True(_room.TryTake("a", 500));
        Assert.False(_room.TryTake("a", 1));
        Assert.False(_room.HasRoom("a", 1));
        Assert.True(_room.TryTake("b", 450));
        Assert.False(_room.TryTake("c", 51));
        Assert.True(_room.TryTake("c", 50));

        _room.Give("a", 500);
        Assert.True(_room.TryTake("c", 300));
    }

    [Fact]
    public void The_largest_request_fits_whatever_the_part_of_a_client_is()
    {
        var small = new RoomShare(uploads: 1, bytes: 300, largest: 300, clientPercent: 1);
        Assert.True(small.TryBegin("a"));
        Assert.True(small.TryTake("a", 300));
        Assert.False(small.TryTake("a", 1));
    }

    [Fact]
    public void Answers_take_the_same_room_and_the_only_one_always_fits()
    {
        Assert.True(_room.TryTakeAnswer("a", 5000));
        Assert.False(_room.TryTakeAnswer("b", 1));
        Assert.False(_room.TryTake("b", 1));

        _room.GiveAnswer("a", 5000);
        Assert.True(_room.TryTake("b", 500));
        Assert.True(_room.TryTakeAnswer("a", 400));
        Assert.False(_room.TryTakeAnswer("c", 101));
        Assert.True(_room.TryTakeAnswer("c", 100));
    }
}
