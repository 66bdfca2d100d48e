using Shop.Host;

namespace Shop.TestKit.World;

// The processes of the shop itself: the one that faces the public, those of modules outside, a second whole shop.
public sealed partial class ShopWorld
{
    private readonly int _internalPort = ChildProcess.FreePort();
    private readonly int _twinPort = ChildProcess.FreePort();
    private readonly Dictionary<string, int> _modulePorts = [];
    private readonly Dictionary<string, ChildProcess> _modules = [];
    private readonly Dictionary<string, FaultyWay> _ways = [];

    /// <summary>Where the process that faces the public listens to the others.</summary>
    public Uri InternalAddress => new($"http://127.0.0.1:{_internalPort}");

    /// <summary>Starts the host again, on the same port and database, and waits until it is ready.</summary>
    /// <param name="fault">A fault point to arm; null for none.</param>
    public async Task StartHostAsync(string? fault = null)
    {
        Host = Start("host", _hostPort, Arguments(FrontSettings), fault);
        await ReadyAsync("The host", Host, Client);
    }

    /// <summary>Starts the process of a module outside, on the port where the others look for it, and waits until it is ready.</summary>
    /// <param name="module">Its name.</param>
    /// <param name="fault">A fault point to arm; null for none.</param>
    public async Task StartModuleAsync(string module, string? fault = null)
    {
        var process = Start(module, _modulePorts[module], Arguments(ModuleSettings(module)), fault);
        lock (_modules)
            _modules[module] = process;
        using var client = Calls(_modulePorts[module]);
        await ReadyAsync(module, process, client);
    }

    /// <summary>Starts a second process of a module outside: it gets messages as the first one does, and no requests.</summary>
    public async Task StartCopyAsync(string module)
    {
        var name = $"{module} copy";
        var port = ChildProcess.FreePort();
        _modules[name] = Start(name, port, Arguments(ModuleSettings(module)));
        using var client = Calls(port);
        await ReadyAsync(name, _modules[name], client);
    }

    /// <summary>Changes a setting of all processes of the shop, each from its next start on.</summary>
    public void Set(string key, string value) => _settings[key] = value;

    /// <summary>
    /// Starts a second whole shop on the same database; from then on <see cref="Client"/> calls the two in turn.
    /// </summary>
    public async Task<ChildProcess> StartTwinAsync()
    {
        var twin = Start("twin", _twinPort, Arguments(FrontSettings));
        _modules["twin"] = twin;
        using (var client = Calls(_twinPort))
            await ReadyAsync("The twin", twin, client);
        Client = new(new RoundRobin([_hostPort, _twinPort])) { BaseAddress = Client.BaseAddress, Timeout = Client.Timeout };
        return twin;
    }

    /// <summary>The process that hosts a module, which is another one after each restart.</summary>
    public ChildProcess HostOf(string module) => _modules.GetValueOrDefault(module, Host);

    /// <summary>Starts the process that hosts a module again.</summary>
    public Task StartHostOfAsync(string module, string? fault = null) =>
        _modules.ContainsKey(module) ? StartModuleAsync(module, fault) : StartHostAsync(fault);

    /// <summary>The network between the shop's own process and a moving module's.</summary>
    public FaultyWay WayTo(string module) => _ways[module];

    // Processes that start together on a small machine are slow to give their first answers, and those are not what is tested.
    private async Task WarmUpAsync()
    {
        foreach (var module in _topology.Outside)
        foreach (var prefix in Modules.All.Single(m => m.Name == module).RoutePrefixes)
            await Eventually.IsTrueAsync(
                $"{module} answers",
                async () =>
                {
                    using var answer = await Client.GetAsync(prefix);
                    return (int)answer.StatusCode < 500;
                },
                StartLimit
            );
    }

    /// <summary>Ends a process of the shop as a deployment does, and starts it with other arguments.</summary>
    /// <param name="module">The module outside; null for the process that faces the public.</param>
    /// <param name="port">Where the module's process listens; null for the usual one.</param>
    /// <param name="arguments">On top of the usual ones.</param>
    public async Task ReplaceAsync(string? module, int? port, IEnumerable<string> arguments)
    {
        var old = module is null ? Host : _modules.GetValueOrDefault(module);
        if (old is not null)
        {
            old.Terminate();
            await old.WaitForExitAsync(StartLimit);
        }
        var address = port ?? _hostPort;
        var process = Start(module ?? "host", address, [.. arguments, .. Arguments([])]);
        if (module is null)
            Host = process;
        else
            _modules[module] = process;
        using var client = Calls(address);
        await ReadyAsync(module ?? "The host", process, client);
    }

    /// <summary>Where the process of a module outside answers.</summary>
    public Uri AddressOf(string module) => new($"http://127.0.0.1:{_modulePorts[module]}");

    /// <summary>The last that each process of the shop logged as an error, but for answers that came too late: for a failure's message.</summary>
    public string Errors() =>
        string.Join(
            '\n',
            from process in _modules.Values.Append(Host)
            from line in process.Tail(int.MaxValue).Split('\n').Where(IsError).TakeLast(3)
            select $"{Path.GetFileName(process.LogFile)}: {line}"
        );

    private static bool IsError(string line) =>
        line.Contains(@"""@l"":""Error""", StringComparison.Ordinal) && !line.Contains(@"""StatusCode"":504", StringComparison.Ordinal);

    private Dictionary<string, string> FrontSettings =>
        _topology.FrontSettings(_internalPort, _topology.IsMoving ? _ways.ToDictionary(w => w.Key, w => w.Value.Port) : _modulePorts);

    private Dictionary<string, string> ModuleSettings(string module) => _topology.ModuleSettings(module, _internalPort, _modulePorts);

    // A database of one process is copied as it should be; every other deployable needs an envelope store of its own.
    private async Task MigrateAsync()
    {
        if (_topology.Outside.Count == 0)
            return;
        foreach (var module in _topology.Outside)
        {
            _modulePorts[module] = ChildProcess.FreePort();
            if (_topology.IsMoving)
                _ways[module] = new FaultyWay(_modulePorts[module]);
        }
        foreach (var settings in _topology.Outside.Select(ModuleSettings).Append(FrontSettings))
            await Topology.MigrateAsync(settings.Append(new("ConnectionStrings:Shop", ConnectionString)));
    }

    private ChildProcess Start(string name, int port, IEnumerable<string> arguments, string? fault = null) =>
        ChildProcess.Start(
            "Shop.Host",
            Path.Combine(_folder, $"{name}.log"),
            [.. arguments, "--environment=Testing", $"--urls=http://127.0.0.1:{port}"],
            new Dictionary<string, string?> { ["SHOP_FAULT"] = fault },
            _binaries
        );

    private static async Task ReadyAsync(string name, ChildProcess process, HttpClient client)
    {
        var deadline = TimeProvider.System.GetUtcNow() + StartLimit;
        while (true)
        {
            if (process.HasExited)
                throw new InvalidOperationException($"{name} ended while it started:\n{process.Tail()}");
            if (await IsReadyAsync(client) == true)
                return;
            if (TimeProvider.System.GetUtcNow() > deadline)
                throw new TimeoutException($"{name} was not ready within {StartLimit}:\n{process.Tail()}");
            await Task.Delay(50);
        }
    }
}
