using CsCheck;
using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Contracts;
using Shop.Payments.Domain;

namespace Shop.Payments.Tests.Unit;

/// <summary>
/// Decisions under random schedules: commands delivered, repeated and out of order, several processes with calls in flight at once,
/// processes that die before and after a call, webhooks late or never, and a provider that fails in every way it can. Then everything
/// heals, and the books are looked at.
/// </summary>
public sealed class PaymentScheduleTests
{
    [Fact]
    public void However_it_goes_no_money_is_taken_twice_or_kept_unasked() =>
        Gen.Int[0, int.MaxValue - 1].Sample(seed => new Schedule(seed).Run(), iter: 20_000);

    private sealed class Schedule
    {
        private readonly Random _dice;
        private readonly FakeProvider _provider;
        private readonly List<InFlight> _inFlight = [];
        private readonly List<ProviderReport> _webhooks = [];
        private readonly List<LedgerEntry> _ledger = [];
        private readonly List<IIntegrationEvent> _events = [];
        private readonly Guid _id = Guid.CreateVersion7();
        private readonly bool _isVoided;
        private PaymentAttempt? _row;
        private bool _isCaptureOrdered;

        public Schedule(int seed)
        {
            _dice = new Random(seed);
            _provider = new FakeProvider(_dice, declines: _dice.Next(5) == 0);
            _isVoided = _dice.Next(2) == 0;
        }

        public void Run()
        {
            for (var i = 0; i < 30; i++)
                Step();
            Heal();
            Look();
        }

        private void Step()
        {
            switch (_dice.Next(10))
            {
                case 0 or 1:
                    Authorize();
                    break;
                // As the saga does: only after it heard of the authorisation.
                case 2 or 3 when _events.OfType<PaymentAuthorized>().Any():
                    Capture();
                    break;
                case 4 when _isVoided:
                    Void();
                    break;
                case 5 or 6:
                    Resolve();
                    break;
                case 7 when _inFlight.Count > 0:
                    Record(_inFlight[_dice.Next(_inFlight.Count)]);
                    break;
                // The process dies after its call.
                case 8 when _inFlight.Count > 0:
                    _inFlight.RemoveAt(_dice.Next(_inFlight.Count));
                    break;
                case 9:
                    _provider.WorkOffOneLateCall();
                    HearWebhooks();
                    break;
            }
        }

        private void Authorize()
        {
            var isNew = _row is null;
            _row ??= PaymentAttempt.Open(_id, _id, Some.Price, "pm_card_visa", Some.Now);
            Call(PaymentPlan.OnAuthorize(_row), PaymentReducer.AnswerToAuthorize, null, isNew);
        }

        private void Capture()
        {
            _isCaptureOrdered = true;
            Call(PaymentPlan.OnCapture(_row!), PaymentReducer.AnswerToCapture, PaymentGoal.Capture);
        }

        private void Void()
        {
            _row ??= PaymentAttempt.Tombstone(_id, Some.Now);
            _row.Goal = PaymentGoal.Void;
            Call(PaymentPlan.OnVoid(_row), PaymentReducer.AnswerToVoid, PaymentGoal.Void);
        }

        private void Resolve()
        {
            if (_row is null || PaymentPlan.Next(_row) is not (not ProviderStep.None and var step))
                return;
            if (step == ProviderStep.Create)
                NoteAnotherCall();
            var asked = _row.State;
            var answer = _provider.Ask(step, _row);
            if (step == ProviderStep.Find && answer.Verdict is Verdict.NotFound or Verdict.NotSeen)
                if (PaymentPlan.AfterFind(_row, answer.Verdict, Some.Now) == ProviderStep.Create)
                    (step, answer) = (ProviderStep.Create, _provider.Ask(ProviderStep.Create, _row));
                else if (answer.Verdict == Verdict.NotFound && !_provider.IsAtWork && !_inFlight.Any(f => f.Step == ProviderStep.Create))
                    answer = PaymentVerdicts.NothingWasMade(_row);
            _inFlight.Add(new(asked, step, answer, null, null));
        }

        private void Call(ProviderStep step, Func<PaymentAttempt, IIntegrationEvent?> reply, PaymentGoal? goal, bool isNew = false)
        {
            if (step == ProviderStep.Create && !isNew)
                NoteAnotherCall();
            var answer = step == ProviderStep.None ? null : _provider.Ask(step, _row!);
            _inFlight.Add(new(_row!.State, step, answer, reply, goal));
        }

        private void NoteAnotherCall()
        {
            if (_row!.State == PaymentState.Created)
                _row.State = PaymentState.Unknown;
        }

        private void Record(InFlight call)
        {
            _inFlight.Remove(call);
            if (call.Goal > _row!.Goal)
                _row.Goal = call.Goal.Value;
            if (call.Answer is not null && PaymentVerdicts.Take(_row, call.Asked, call.Step, call.Answer) is { } report)
                TakeIn(report);
            if (call.Reply?.Invoke(_row) is { } answered)
                _events.Add(answered);
        }

        private void HearWebhooks()
        {
            _webhooks.AddRange(_provider.Intents.Select(i => i.Report().Report! with { IsHearsay = true }));
            if (_row is not null && _webhooks.Count > 0 && _dice.Next(3) == 0)
                TakeIn(_webhooks[_dice.Next(_webhooks.Count)]);
        }

        private void TakeIn(ProviderReport report)
        {
            var reduction = PaymentReducer.Reduce(_row!, report, Some.Now);
            _events.AddRange(reduction.Events);
            _ledger.AddRange(reduction.Postings);
        }

        private void Heal()
        {
            _provider.Faults = 0;
            while (_provider.IsAtWork)
                _provider.WorkOffOneLateCall();
            while (_inFlight.Count > 0)
                Record(_inFlight[^1]);
            // A command whose process died is delivered again.
            Authorize();
            if (_isCaptureOrdered)
                Capture();
            if (_isVoided)
                Void();
            for (var i = 0; i < 40; i++)
            {
                while (_inFlight.Count > 0)
                    Record(_inFlight[^1]);
                Resolve();
            }
        }

        private void Look()
        {
            var row = _row!;
            PaymentPlan.Next(row).ShouldBe(ProviderStep.None, $"settled, but is {row.State}");
            row.State.ShouldNotBe(PaymentState.Unknown);
            var operations = _provider.Intents.SelectMany(i => i.Operations).ToArray();
            foreach (var once in (string[])["authorize", "capture", "refund"])
                operations.Count(o => o == once).ShouldBeLessThanOrEqualTo(1, once);

            var taken = operations.Count(o => o == "capture") - operations.Count(o => o == "refund");
            var isHeld = _provider.Intents.Any(i => i.State == PaymentState.Authorized);
            if (row.MustUndo)
                (taken, isHeld).ShouldBe((0, false), "given back");
            else
                (taken, isHeld).ShouldBe(row.State == PaymentState.Captured ? (1, false) : (0, true), $"{row.State}");

            var books = _ledger.Where(e => e.Account == LedgerEntry.Provider).Sum(e => e.DebitMinor - e.CreditMinor);
            books.ShouldBe(taken * Some.Price.Minor);
            if (_isVoided)
                _events.ShouldContain(e => e is PaymentVoided);
            if (_events.Any(e => e is PaymentDeclined or PaymentVoided or PaymentCaptureFailed))
                taken.ShouldBe(0, "told that no money is kept");
        }

        private sealed record InFlight(
            PaymentState Asked,
            ProviderStep Step,
            ProviderAnswer? Answer,
            Func<PaymentAttempt, IIntegrationEvent?>? Reply,
            PaymentGoal? Goal
        );
    }
}
