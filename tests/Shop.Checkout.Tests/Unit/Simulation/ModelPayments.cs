using Shop.BuildingBlocks.Contracts;
using Shop.Payments.Contracts;

namespace Shop.Checkout.Tests.Unit.Simulation;

/// <summary>What the payment provider knows of one payment, outside the shop.</summary>
internal sealed class ProviderIntent
{
    public Money Amount;
    public bool Authorized;
    public bool Canceled;
    public int Captures;
    public bool Refunded;

    /// <summary>A decline the provider takes back later, which no contract foresees and the shop must survive.</summary>
    public bool MayChangeItsMind;

    public bool Captured => Captures > 0 && !Refunded;
    public bool HoldsMoney => Captured || (Authorized && !Canceled && Captures == 0);
}

/// <summary>Payments as its Contracts describe it, over a provider whose answers may get lost before or after it acted.</summary>
internal sealed class ModelPayments(World world)
{
    private enum Status
    {
        Authorizing,
        ActionRequired,
        Authorized,
        Declined,
        Capturing,
        Captured,
        Voided,
    }

    private sealed class Row
    {
        public Status Status;
        public bool VoidWanted;
    }

    private readonly Dictionary<Guid, Row> _rows = [];
    private readonly Dictionary<Guid, ProviderIntent> _provider = [];

    public ProviderIntent Provider(Guid id) =>
        _provider.TryGetValue(id, out var intent) ? intent : _provider[id] = new() { Amount = Purchases.Eur(0) };

    /// <summary>Money is there, or nobody can say that it is not.</summary>
    public bool MayHoldMoney(Guid id) =>
        _rows.TryGetValue(id, out var row)
        && !Provider(id).MayChangeItsMind
        && (row.Status is Status.Authorizing or Status.Capturing or Status.ActionRequired || Provider(id).HoldsMoney);

    public void Receive(AuthorizePayment m)
    {
        if (_rows.TryGetValue(m.PaymentId, out var known))
        {
            Report(m.PaymentId, known);
            return;
        }
        var row = _rows[m.PaymentId] = new() { Status = Status.Authorizing };
        var intent = Provider(m.PaymentId);
        intent.Amount = m.Amount;
        switch (world.Choices.Below(12))
        {
            case 7: // no answer, and the provider never heard of it
                return;
            case 8: // no answer, but the provider did it
                intent.Authorized = true;
                return;
            case 9:
                row.Status = Status.ActionRequired;
                break;
            case 10:
                row.Status = Status.Declined;
                intent.MayChangeItsMind = world.Choices.OneIn(2);
                break;
            case 11:
                (intent.Amount, intent.Authorized, row.Status) = (Purchases.Eur(m.Amount.Minor - 1), true, Status.Authorized);
                break;
            default:
                (intent.Authorized, row.Status) = (true, Status.Authorized);
                break;
        }
        Report(m.PaymentId, row);
    }

    public void Receive(CapturePayment m)
    {
        if (!world.Orders.Exists(m.PaymentId))
            world.Violation("money was to be taken before the order was written down");
        if (!_rows.TryGetValue(m.PaymentId, out var row) || row.Status is Status.Voided or Status.Declined)
        {
            world.Send(new PaymentCaptureFailed(m.PaymentId, "payments.authorization_lost"));
            return;
        }
        if (row.Status is not Status.Authorized)
        {
            Report(m.PaymentId, row);
            return;
        }
        var intent = Provider(m.PaymentId);
        switch (world.Choices.Below(8))
        {
            case 5:
                row.Status = Status.Capturing;
                return;
            case 6:
                (row.Status, intent.Captures) = (Status.Capturing, intent.Captures + 1);
                return;
            case 7: // the authorisation has run out
                (row.Status, intent.Canceled) = (Status.Declined, true);
                world.Send(new PaymentCaptureFailed(m.PaymentId, "payments.authorization_lost"));
                return;
            default:
                (row.Status, intent.Captures) = (Status.Captured, intent.Captures + 1);
                Report(m.PaymentId, row);
                return;
        }
    }

    public void Receive(VoidPayment m)
    {
        if (!_rows.TryGetValue(m.PaymentId, out var row))
            row = _rows[m.PaymentId] = new() { Status = Status.Voided };
        row.VoidWanted = true;
        // While an outcome is unknown it can't be undone; and the provider may fail to answer the undoing, too.
        if (row.Status is not (Status.Authorizing or Status.Capturing) && !world.Choices.OneIn(4))
            Undo(m.PaymentId, row);
    }

    /// <summary>The resolver: asks the provider what became of what got no answer.</summary>
    public void Resolve(Guid id)
    {
        if (!_rows.TryGetValue(id, out var row))
            return;
        var intent = Provider(id);
        if (row.VoidWanted && row.Status is not Status.Voided)
            Undo(id, row);
        else if (row.Status is Status.Authorizing)
        {
            row.Status = intent.Authorized ? Status.Authorized : Status.Declined;
            Report(id, row);
        }
        else if (row.Status is Status.Capturing)
        {
            if (intent.Captures == 0)
                intent.Captures++;
            row.Status = Status.Captured;
            Report(id, row);
        }
    }

    /// <summary>The payer comes back from the bank.</summary>
    public void Authenticate(Guid id)
    {
        if (!_rows.TryGetValue(id, out var row) || row is not { Status: Status.ActionRequired, VoidWanted: false })
            return;
        var well = !world.Choices.OneIn(4);
        (row.Status, Provider(id).Authorized) = (well ? Status.Authorized : Status.Declined, well);
        Report(id, row);
    }

    /// <summary>Staff void a payment that was not captured yet.</summary>
    public void VoidByStaff(Guid id)
    {
        if (_rows.TryGetValue(id, out var row) && row.Status is Status.Authorized)
            Undo(id, row);
    }

    /// <summary>What was declined turns out to have been authorised.</summary>
    public void ChangeMind(Guid id)
    {
        if (!_rows.TryGetValue(id, out var row) || row.Status is not Status.Declined || !Provider(id).MayChangeItsMind)
            return;
        world.LateSuccesses++;
        (row.Status, Provider(id).Authorized) = (Status.Authorized, true);
        Report(id, row);
    }

    /// <summary>A webhook comes once more.</summary>
    public void Repeat(Guid id)
    {
        if (_rows.TryGetValue(id, out var row))
            Report(id, row);
    }

    private void Undo(Guid id, Row row)
    {
        var intent = Provider(id);
        (intent.Refunded, intent.Canceled, row.Status) = (intent.Captures > 0, true, Status.Voided);
        Report(id, row);
    }

    private void Report(Guid id, Row row)
    {
        var amount = Provider(id).Amount;
        IMessage? report = row.Status switch
        {
            Status.ActionRequired => new PaymentActionRequired(id, "https://pay.example/3ds"),
            Status.Authorized => new PaymentAuthorized(id, amount),
            Status.Declined => new PaymentDeclined(id, "payments.declined"),
            Status.Captured => new PaymentCaptured(id, amount),
            Status.Voided => new PaymentVoided(id, Provider(id).Refunded ? amount : null),
            _ => null,
        };
        if (report is not null)
            world.Send(report);
    }
}
