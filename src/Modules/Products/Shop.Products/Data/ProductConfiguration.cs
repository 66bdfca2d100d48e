using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using Shop.Products.Domain;

namespace Shop.Products.Data;

internal sealed class ProductConfiguration : IEntityTypeConfiguration<Product>
{
    public void Configure(EntityTypeBuilder<Product> product)
    {
        product.ToTable("products");
        product.HasKey(p => p.Id);
        product.Property(p => p.Id).ValueGeneratedNever();
        product.HasIndex(p => p.Slug).IsUnique();
        product.Property(p => p.Slug).HasMaxLength(Limits.Slug);
        product.Property(p => p.Title).HasMaxLength(Limits.Title);
        product.Property(p => p.Vendor).HasMaxLength(Limits.Vendor);
        product.HasOne<Category>().WithMany().HasForeignKey(p => p.Category).OnDelete(DeleteBehavior.Restrict);
        product.Property(p => p.Version).IsConcurrencyToken();
        product.Property(p => p.OptionNames).HasColumnType("text[]");
        product.Property(p => p.Images).HasImages();
        product.Property(p => p.Attributes).HasDefaultValueSql("'{}'").HasAttributes();
        product.Property(p => p.TaxCategory).HasMaxLength(Limits.TaxCategory);
        product.Property(p => p.SeoTitle).HasMaxLength(Limits.SeoTitle);
        product.Property(p => p.SeoDescription).HasMaxLength(Limits.SeoDescription);
        product.HasMany<Variant>("_variants").WithOne().HasForeignKey(v => v.ProductId).OnDelete(DeleteBehavior.Cascade);
        product.Navigation("_variants").UsePropertyAccessMode(PropertyAccessMode.Field);
        product.Ignore(p => p.Variants);

        // The list pages: newest first, all or one category. And what changed since a reader last asked.
        product.HasIndex(p => p.Id).HasFilter("status = 1").HasDatabaseName("ix_products_published");
        product.HasIndex(p => new { p.Category, p.Id }).HasFilter("status = 1").HasDatabaseName("ix_products_published_by_category");
        product.HasIndex(p => p.Revision);

        // What is due to be shown.
        product.HasIndex(p => p.PublishedAt).HasFilter("status = 0 and published_at is not null").HasDatabaseName("ix_products_scheduled");
    }
}

internal sealed class VariantConfiguration : IEntityTypeConfiguration<Variant>
{
    public void Configure(EntityTypeBuilder<Variant> variant)
    {
        variant.ToTable(
            "variants",
            table =>
                table.HasCheckConstraint("ck_variants_prices", "price_minor >= 0 and (compare_at_minor is null or compare_at_minor >= 0)")
        );
        variant.HasKey(v => v.Sku);
        variant.Property(v => v.Sku).HasMaxLength(Limits.Sku);
        variant.Property(v => v.Barcode).HasMaxLength(Limits.Barcode);
        variant.Property(v => v.OptionValues).HasColumnType("text[]");
        variant.ComplexProperty(
            v => v.Price,
            price =>
            {
                price.Property(p => p.Minor).HasColumnName("price_minor");
                price.Property(p => p.Currency).HasColumnName("price_currency").HasMaxLength(3).IsFixedLength();
            }
        );
        variant.Property(v => v.OtherPrices).HasDefaultValueSql("'{}'").HasPrices();
        variant.Ignore(v => v.Title);
    }
}

internal sealed class CategoryConfiguration : IEntityTypeConfiguration<Category>
{
    public void Configure(EntityTypeBuilder<Category> category)
    {
        category.ToTable("categories");
        category.HasKey(c => c.Slug);
        category.Property(c => c.Slug).HasMaxLength(Limits.Slug);
        category.Property(c => c.Name).HasMaxLength(Limits.Category);
        category.Property(c => c.Path).HasColumnType("text[]");
        category.Property(c => c.Version).HasDefaultValue(1L);
        category.HasOne<Category>().WithMany().HasForeignKey(c => c.Parent).OnDelete(DeleteBehavior.Restrict);
        category.HasIndex(c => c.Path).HasMethod("gin");
    }
}

internal sealed class AvailabilityConfiguration : IEntityTypeConfiguration<Availability>
{
    public void Configure(EntityTypeBuilder<Availability> availability)
    {
        availability.ToTable("availability");
        availability.HasKey(a => a.Sku);
    }
}

internal sealed class CollectionConfiguration : IEntityTypeConfiguration<Collection>
{
    public void Configure(EntityTypeBuilder<Collection> collection)
    {
        collection.ToTable("collections");
        collection.HasKey(c => c.Slug);
        collection.Property(c => c.Slug).HasMaxLength(Limits.Slug);
        collection.Property(c => c.Title).HasMaxLength(Limits.Title);
        collection.Property(c => c.SeoTitle).HasMaxLength(Limits.SeoTitle);
        collection.Property(c => c.SeoDescription).HasMaxLength(Limits.SeoDescription);
    }
}

internal sealed class CollectionEntryConfiguration : IEntityTypeConfiguration<CollectionEntry>
{
    public void Configure(EntityTypeBuilder<CollectionEntry> entry)
    {
        entry.ToTable("collection_products");
        entry.HasKey(e => new { e.Collection, e.ProductId });
        entry.HasOne<Collection>().WithMany().HasForeignKey(e => e.Collection).OnDelete(DeleteBehavior.Cascade);
        entry.HasOne<Product>().WithMany().HasForeignKey(e => e.ProductId).OnDelete(DeleteBehavior.Cascade);
        entry.HasIndex(e => new
        {
            e.Collection,
            e.Position,
            e.ProductId,
        });
    }
}

internal sealed class AttributeDefinitionConfiguration : IEntityTypeConfiguration<AttributeDefinition>
{
    public void Configure(EntityTypeBuilder<AttributeDefinition> attribute)
    {
        attribute.ToTable("attributes");
        attribute.HasKey(a => a.Code);
        attribute.Property(a => a.Code).HasMaxLength(Limits.AttributeCode);
        attribute.Property(a => a.Label).HasMaxLength(Limits.AttributeLabel);
        attribute.Property(a => a.Choices).HasColumnType("text[]");
    }
}

internal sealed class SlugRedirectConfiguration : IEntityTypeConfiguration<SlugRedirect>
{
    public void Configure(EntityTypeBuilder<SlugRedirect> redirect)
    {
        redirect.ToTable("slug_redirects");
        redirect.HasKey(r => r.Slug);
        redirect.Property(r => r.Slug).HasMaxLength(Limits.Slug);
        redirect.HasOne<Product>().WithMany().HasForeignKey(r => r.ProductId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class CatalogueChangeConfiguration : IEntityTypeConfiguration<CatalogueChange>
{
    public void Configure(EntityTypeBuilder<CatalogueChange> change)
    {
        change.ToTable("changes");
        change.HasKey(c => c.Id);
        change.Property(c => c.Id).ValueGeneratedNever();
        change.Property(c => c.At).HasDefaultValueSql("now()");
        change.Property(c => c.Action).HasMaxLength(50);
        change.Property(c => c.Subject).HasMaxLength(Limits.Slug);
        change.HasIndex(c => new { c.Subject, c.Id });
    }
}
