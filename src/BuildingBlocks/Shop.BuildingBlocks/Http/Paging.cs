using System.Buffers.Text;
using System.Text;

namespace Shop.BuildingBlocks;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">What is listed.</typeparam>
/// <param name="Items">At most the asked limit.</param>
/// <param name="NextCursor">Give it back as <c>cursor</c> for the page that follows; null on the last.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? NextCursor);

/// <summary>Keyset paging: a cursor is the sort key of the last item shown.</summary>
public static class Paging
{
    /// <summary>Page size when none is asked for.</summary>
    public const int DefaultLimit = 20;

    /// <summary>Largest page.</summary>
    public const int MaxLimit = 100;

    /// <summary>The asked page size, kept between 1 and <see cref="MaxLimit"/>.</summary>
    public static int Limit(int? asked) => Math.Clamp(asked ?? DefaultLimit, 1, MaxLimit);

    /// <summary>Makes an opaque cursor of the last item's sort key.</summary>
    public static string Encode(string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(key));

    /// <summary>Reads a cursor back; false when it was not made by <see cref="Encode"/>.</summary>
    public static bool TryDecode(string cursor, out string key)
    {
        key = "";
        if (cursor.Length > 500 || !Base64Url.IsValid(cursor))
            return false;
        key = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        // No list has NUL in a key: PostgreSQL stores it in no text, and refuses to compare one with it.
        return key.Length > 0 && !key.Contains('\0');
    }

    /// <summary>Cuts a list that was read with one item more than the limit into a page.</summary>
    public static Page<T> ToPage<T>(this List<T> items, int limit, Func<T, string> key)
    {
        if (items.Count <= limit)
            return new(items, null);
        items.RemoveRange(limit, items.Count - limit);
        return new(items, Encode(key(items[^1])));
    }
}
