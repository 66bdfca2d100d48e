namespace Shop.Search.Data.Migrations;

/// <summary>
/// The module's role may read and write rows, not make tables. What a rebuild does to tables is therefore done by functions that run with
/// their owner's rights, each of them one fixed step without arguments. Part of a migration and never edited: a change is a later migration.
/// </summary>
internal static class RebuildFunctions
{
    /// <summary>A text search configuration for each language: PostgreSQL's own, with accents taken off first.</summary>
    public const string Languages = """
        do $$ declare
          v_name text;
          v_stem text;
        begin
          for v_name in
            select cfgname from pg_ts_config
            where cfgnamespace = 'pg_catalog'::regnamespace
              and cfgname = any ('{arabic,danish,dutch,english,finnish,french,german,greek,hungarian,indonesian,irish,italian,lithuanian,norwegian,portuguese,romanian,russian,simple,spanish,swedish,turkish}')
          loop
            execute format('create text search configuration search.%I (copy = pg_catalog.%I)', v_name, v_name);
            v_stem := case v_name when 'simple' then 'simple' else v_name || '_stem' end;
            execute format('alter text search configuration search.%I alter mapping for hword, hword_part, word with unaccent, pg_catalog.%I', v_name, v_stem);
          end loop;
        end $$;
        """;

    /// <summary>An empty second index, with its key alone: indexes made afterwards are made quicker, and smaller.</summary>
    public const string Begin = """
        create function search.begin_rebuild() returns void language plpgsql security definer set search_path = pg_catalog, public as $$
        begin
          drop table if exists search.items_next;
          create table search.items_next (like search.items including defaults) with (fillfactor = 90);
          alter table search.items_next add constraint pk_items_next primary key (product_id);
          grant select, insert, update, delete on search.items_next to shop_search;
        end $$;
        """;

    /// <summary>
    /// The second index' indexes. Without <c>fastupdate</c>: what waits to be put into an index is read through by every search, and by a message
    /// about a hundred SKUs a hundred times.
    /// </summary>
    public const string Index = """
        create function search.index_rebuild() returns void language plpgsql security definer
        set search_path = pg_catalog, public set maintenance_work_mem = '64MB' as $$
        begin
          create index if not exists ix_items_next_title_key on search.items_next (title_key text_pattern_ops);
          create index if not exists ix_items_next_title_parts on search.items_next using gin (title_key gin_trgm_ops) with (fastupdate = off);
          create index if not exists ix_items_next_document_facets_codes on search.items_next using gin (document, facets, codes) with (fastupdate = off);
          analyze search.items_next;
        end $$;
        """;

    /// <summary>Puts the second index into the first one's place.</summary>
    public const string Swap = """
        create function search.swap_rebuild() returns void language plpgsql security definer set search_path = pg_catalog, public as $$
        begin
          drop table search.items;
          alter table search.items_next rename to items;
          alter table search.items rename constraint pk_items_next to pk_items;
          alter index search.ix_items_next_title_key rename to ix_items_title_key;
          alter index search.ix_items_next_title_parts rename to ix_items_title_parts;
          alter index search.ix_items_next_document_facets_codes rename to ix_items_document_facets_codes;
        end $$;
        """;

    /// <summary>Throws a second index away.</summary>
    public const string Drop = """
        create function search.drop_rebuild() returns void language plpgsql security definer set search_path = pg_catalog, public as $$
        begin
          drop table if exists search.items_next;
        end $$;
        """;

    /// <summary>Nobody but the module's role, which is granted the schema's functions after each migration.</summary>
    public const string Revoke = """
        revoke execute on function search.begin_rebuild(), search.index_rebuild(), search.swap_rebuild(), search.drop_rebuild() from public;
        """;

    /// <summary>What the index of the version before knows of its products. Descriptions are left of as stems; the next snapshot tells them whole.</summary>
    public const string TakeOver = """
        insert into search.products (product_id, slug, title, description, category, image_url, price_minor, price_currency, skus, codes,
                                     own_facets, version, published, sold)
        select product_id, slug, title, array_to_string(tsvector_to_array(document), ' '), category, image_url, price_minor, price_currency, skus, codes,
               case when category is null then array[]::bigint[] else array[
                 ('x' || encode(substring(sha256(convert_to(e'category\n' || lower(category), 'UTF8')) from 1 for 8), 'hex'))::bit(64)::bigint] end,
               version, published, sold
        from search.items;
        insert into search.facet_values (id, facet, facet_label, value, label, label_key)
        select distinct ('x' || encode(substring(sha256(convert_to(e'category\n' || lower(category), 'UTF8')) from 1 for 8), 'hex'))::bit(64)::bigint,
               'category', 'Category', category, category, lower(category)
        from search.items where category is not null
        on conflict do nothing;
        delete from search.items where not published;
        """;

    /// <summary>
    /// Each row once, while the primary key is its only index. From here on <c>published</c> stands for what is renamed <c>in_stock</c> next, and
    /// titles' keys have no accents.
    /// </summary>
    public const string Rewrite = """
        alter table search.items set (fillfactor = 90);
        update search.items i set
          published = exists (select from search.availability a where a.sku = any(i.skus) and a.in_stock),
          title_key = lower(unaccent(title));
        """;

    /// <summary>What was taken over is found by its words at once, and by its facets after the rebuild that is asked for here.</summary>
    public const string Prepare = """
        alter index search.ix_items_title_parts set (fastupdate = off);
        alter index search.ix_items_document_facets_codes set (fastupdate = off);
        insert into search.rebuilds (id, language, state, active, requested_at, cancel_requested, done, total, failures)
        select gen_random_uuid(), 'english', 'requested', true, now(), false, 0, 0, 0 where exists (select from search.products);
        """;

    /// <summary>What the version before knew in its index; there <c>published</c> stands for what was <c>in_stock</c> until now.</summary>
    public const string GiveBack = """
        update search.items i set published = true, skus = p.skus, version = p.version from search.products p where p.product_id = i.product_id;
        """;

    /// <summary>All of it.</summary>
    public const string Remove = """
        drop function search.begin_rebuild(), search.index_rebuild(), search.swap_rebuild(), search.drop_rebuild();
        drop table if exists search.items_next;
        do $$ declare
          v_name text;
        begin
          for v_name in select cfgname from pg_ts_config where cfgnamespace = 'search'::regnamespace loop
            execute format('drop text search configuration search.%I', v_name);
          end loop;
        end $$;
        """;
}
