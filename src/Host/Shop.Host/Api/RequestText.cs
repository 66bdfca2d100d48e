using System.Collections;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Microsoft.Net.Http.Headers;

namespace Shop.Host.Api;

/// <summary>
/// What no request may hold, wherever in it, so that no endpoint has to look: NUL, which PostgreSQL stores in no text, and a list with
/// nothing in one of its places.
/// </summary>
internal static class RequestText
{
    /// <summary>Makes the reader of a JSON object refuse such members. The members of objects in it are looked at when those are read.</summary>
    public static void Check(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object)
            return;
        var members = type
            .Properties.Where(p => p is { Get: not null, Set: not null } && p.PropertyType.IsAssignableTo(typeof(IEnumerable)))
            .Select(p => p.Get!)
            .ToArray();
        if (members.Length > 0)
            type.OnDeserialized = read =>
            {
                if (!members.All(member => IsSound(member(read))))
                    throw new JsonException();
            };
    }

    private static bool IsSound(object? value) =>
        value switch
        {
            string text => !text.Contains('\0'),
            IDictionary map => map.Keys.Cast<object?>().Concat(map.Values.Cast<object?>()).All(IsSound),
            IEnumerable list => list.Cast<object?>().All(element => element is not null && IsSound(element)),
            _ => true,
        };

    /// <summary>Refuses NUL in the query, where nothing else does, and a body in letters that nobody here can read.</summary>
    public static Task CheckAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (request.QueryString.Value?.Contains("%00", StringComparison.Ordinal) == true)
            return Refuse(context, StatusCodes.Status400BadRequest);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || !type.Charset.HasValue)
            return next(context);
        var charset = HeaderUtilities.RemoveQuotes(type.Charset);
        if (!IsKnown(charset.Value!))
            return Refuse(context, StatusCodes.Status415UnsupportedMediaType);
        // Quotes are allowed (RFC 9110, 5.6.6); what reads the body takes them for a part of the name.
        if (charset != type.Charset)
        {
            type.Charset = charset;
            request.ContentType = type.ToString();
        }
        return next(context);
    }

    private static bool IsKnown(string charset)
    {
        try
        {
            return Encoding.GetEncoding(charset) is not null;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static Task Refuse(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
