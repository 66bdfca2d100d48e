using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
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
        product
            .Property(p => p.Images)
            .HasColumnType("jsonb")
            .HasConversion(
                images => JsonSerializer.Serialize(images, JsonSerializerOptions.Web),
                json => JsonSerializer.Deserialize<List<ProductImage>>(json, JsonSerializerOptions.Web)!,
                new ValueComparer<IReadOnlyList<ProductImage>>(
                    (a, b) => a!.SequenceEqual(b!),
                    images => images.Aggregate(0, (hash, image) => HashCode.Combine(hash, image)),
                    images => images
                )
            );
        product.HasMany<Variant>("_variants").WithOne().HasForeignKey(v => v.ProductId).OnDelete(DeleteBehavior.Cascade);
        product.Navigation("_variants").UsePropertyAccessMode(PropertyAccessMode.Field);
        product.Ignore(p => p.Variants);

        // The list pages: newest first, all or one category. And what changed since a reader last asked.
        product.HasIndex(p => p.Id).HasFilter("status = 1").HasDatabaseName("ix_products_published");
        product.HasIndex(p => new { p.Category, p.Id }).HasFilter("status = 1").HasDatabaseName("ix_products_published_by_category");
        product.HasIndex(p => p.Revision);
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
