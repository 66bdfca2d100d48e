using Shop.Search.Features;

namespace Shop.Search.Tests.Unit;

public sealed class KeptAnswersTests : IDisposable
{
    private readonly Clock _clock = new();
    private readonly KeptAnswers<string> _answers;

    public KeptAnswersTests() => _answers = new(10, _clock);

    [Fact]
    public void A_new_answer_is_told_to_all()
    {
        _answers.Add("boots", "three", 1);

        _answers.Find("boots").ShouldBe("three");
        _answers.Find("boots").ShouldBe("three");
        _answers.Find("tents").ShouldBeNull();
    }

    [Fact]
    public void When_it_is_no_longer_new_one_finds_out_anew_and_the_others_are_told_what_was()
    {
        _answers.Add("boots", "three", 1);
        _clock.Passed = KeptAnswers<string>.New;

        var told = new string?[50];
        Parallel.For(0, told.Length, i => told[i] = _answers.Find("boots"));
        told.Count(answer => answer is null).ShouldBe(1);
        _answers.FindNew("boots").ShouldBeNull();

        _answers.Add("boots", "four", 1);
        _answers.Find("boots").ShouldBe("four");
        _answers.FindNew("boots").ShouldBe("four");
    }

    [Fact]
    public void When_that_one_gives_up_another_finds_out_a_second_later()
    {
        _answers.Add("boots", "three", 1);
        _clock.Passed = KeptAnswers<string>.New;
        _answers.Find("boots").ShouldBeNull();

        _answers.Find("boots").ShouldBe("three");
        _clock.Passed += TimeSpan.FromSeconds(1);
        _answers.Find("boots").ShouldBeNull();
        _answers.Find("boots").ShouldBe("three");
    }

    public void Dispose() => _answers.Dispose();

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Passed { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;
    }
}
