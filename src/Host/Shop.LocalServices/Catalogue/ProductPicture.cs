using System.Globalization;
using System.Text;

namespace Shop.LocalServices.Catalogue;

/// <summary>Draws pictures for products that have none: abstract, and always the same for the same number.</summary>
public static class ProductPicture
{
    /// <summary>Where <see cref="MapDemoPictures" /> serves them, before number and ".svg".</summary>
    public const string Path = "/pictures/";

    private const int Side = 400;

    // Ground, then three colours that go with it.
    private static readonly string[][] Palettes =
    [
        ["#f4ede4", "#d96c47", "#2f4858", "#f2b84b"],
        ["#e8efe9", "#33685c", "#e2a25a", "#1d3237"],
        ["#f0e9f2", "#6b4f8a", "#e58c8a", "#2b2440"],
        ["#e6eef5", "#2b5d8c", "#f29e4c", "#14283d"],
        ["#f7efe2", "#8c3b3b", "#d9a05b", "#3a2e2a"],
        ["#edf3ec", "#7a9e5a", "#f2cb5b", "#2e4a3b"],
        ["#f5e9e6", "#c75d5d", "#5b8a8a", "#3b2f36"],
        ["#ecebf5", "#4a5699", "#f0a6a0", "#23264d"],
        ["#f3f0e6", "#a98b4f", "#5a6e4e", "#33302a"],
        ["#e5f2f1", "#2a8c82", "#f4a259", "#17403f"],
    ];

    /// <summary>An SVG document, 400 by 400.</summary>
    /// <param name="seed">Any number; a product's, so that it keeps its picture.</param>
    public static string Draw(int seed)
    {
        var dice = new Dice((uint)seed);
        var palette = Palettes[dice.Roll(Palettes.Length)];
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Side} {Side}" role="img"><rect width="{Side}" height="{Side}" fill="{palette[0]}"/>"""
        );
        Action<StringBuilder, Dice, string[]>[] styles = [Hills, Discs, Tiles, Arches, Leaves];
        styles[dice.Roll(styles.Length)](svg, dice, palette);
        return svg.Append("</svg>").ToString();
    }

    /// <summary>Serves <c>/pictures/{seed}.svg</c> to everybody, to be cached for ever.</summary>
    public static IEndpointConventionBuilder MapDemoPictures(this IEndpointRouteBuilder routes) =>
        routes
            .MapGet(
                Path + "{seed:int}.svg",
                (int seed, HttpResponse response) =>
                {
                    response.Headers.CacheControl = "public, max-age=31536000, immutable";
                    return TypedResults.Text(Draw(seed), "image/svg+xml");
                }
            )
            .WithName("Demo.GetPicture")
            .WithTags("Demo")
            .WithSummary("A picture for a product of the demo catalogue")
            .AllowAnonymous();

    // A sun behind three ridges.
    private static void Hills(StringBuilder svg, Dice dice, string[] palette)
    {
        Circle(svg, 80 + dice.Roll(240), 70 + dice.Roll(90), 40 + dice.Roll(35), palette[2], 1);
        for (var ridge = 0; ridge < 3; ridge++)
        {
            var height = 190 + ridge * 65;
            int[] swing = [height - dice.Roll(90), height + dice.Roll(60), height - dice.Roll(60), height + dice.Roll(40)];
            var path = $"M0 {height} C 90 {swing[0]}, 150 {swing[1]}, 220 {height - 10} S 340 {swing[2]}, {Side} {swing[3]} V {Side} H 0 Z";
            Shape(svg, path, palette[1 + (ridge + 2) % 3], 0.85);
        }
    }

    private static void Discs(StringBuilder svg, Dice dice, string[] palette)
    {
        for (var disc = 0; disc < 5; disc++)
            Circle(svg, 70 + dice.Roll(260), 70 + dice.Roll(260), 45 + dice.Roll(85), palette[1 + disc % 3], 0.75);
    }

    // Quarter circles in a grid.
    private static void Tiles(StringBuilder svg, Dice dice, string[] palette)
    {
        const int Tile = Side / 4;
        for (var tile = 0; tile < 16; tile++)
        {
            var (x, y) = (tile % 4 * Tile, tile / 4 * Tile);
            var colour = palette[1 + dice.Roll(3)];
            var path = dice.Roll(5) switch
            {
                0 => $"M{x} {y} h{Tile} a{Tile} {Tile} 0 0 1 -{Tile} {Tile} Z",
                1 => $"M{x} {y} h{Tile} v{Tile} a{Tile} {Tile} 0 0 1 -{Tile} -{Tile} Z",
                2 => $"M{x} {y} v{Tile} h{Tile} a{Tile} {Tile} 0 0 0 -{Tile} -{Tile} Z",
                3 => $"M{x} {y} h{Tile} v{Tile} h-{Tile} Z",
                _ => "",
            };
            if (path.Length > 0)
                Shape(svg, path, colour, 0.9);
        }
    }

    private static void Arches(StringBuilder svg, Dice dice, string[] palette)
    {
        for (var (arch, width) = (0, 300); width > 40; arch++, width -= 50 + dice.Roll(25))
        {
            var (left, radius) = ((Side - width) / 2, width / 2);
            Shape(
                svg,
                $"M{left} {Side} V{60 + arch * 45 + radius} a{radius} {radius} 0 0 1 {width} 0 V{Side} Z",
                palette[1 + arch % 3],
                0.95
            );
        }
    }

    private static void Leaves(StringBuilder svg, Dice dice, string[] palette)
    {
        for (var leaf = 0; leaf < 9; leaf++)
        {
            var (x, y, length) = (60 + dice.Roll(280), 60 + dice.Roll(280), 70 + dice.Roll(70));
            var (wide, turn) = (length / 3, dice.Roll(360));
            svg.Append(CultureInfo.InvariantCulture, $"""<g transform="translate({x} {y}) rotate({turn})">""");
            Shape(
                svg,
                $"M0 0 C {wide} -{length / 3}, {wide} -{length * 2 / 3}, 0 -{length} C -{wide} -{length * 2 / 3}, -{wide} -{length / 3}, 0 0 Z",
                palette[1 + leaf % 3],
                0.85
            );
            svg.Append("</g>");
        }
    }

    private static void Circle(StringBuilder svg, int x, int y, int radius, string colour, double opacity) =>
        svg.Append(CultureInfo.InvariantCulture, $"""<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}" fill-opacity="{opacity}"/>""");

    private static void Shape(StringBuilder svg, string path, string colour, double opacity) =>
        svg.Append(CultureInfo.InvariantCulture, $"""<path d="{path}" fill="{colour}" fill-opacity="{opacity}"/>""");

    // Our own, because System.Random may give other numbers in another version of .NET.
    private sealed class Dice(uint seed)
    {
        private uint _state = seed * 2_654_435_769u + 0x9E3779B9u;

        public int Roll(int sides)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            return (int)((_state >> 8) % (uint)sides);
        }
    }
}
