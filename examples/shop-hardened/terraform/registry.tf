resource "aws_kms_key" "registry" {
  description         = "Images at rest"
  enable_key_rotation = true
}

resource "aws_ecr_repository" "service" {
  for_each = toset([
    "cart", "catalog", "checkout", "feed-operator", "fraud-check", "fraud-model-sync", "gift-cards",
    "orders-legacy", "payments", "payments-migrate", "pg-backup", "promotions", "recommendations",
    "settlement-report", "storefront",
  ])

  name                 = each.key
  image_tag_mutability = "IMMUTABLE"

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.registry.arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}

# Public images, copied here after a scan; only the platform team's job may push.
resource "aws_ecr_repository" "mirror" {
  for_each = toset([
    "distroless-nodejs", "fluent-bit", "grafana", "node", "opensearch", "postgres", "redis",
    "strimzi-kafka", "strimzi-operator",
  ])

  name                 = "mirror/${each.key}"
  image_tag_mutability = "IMMUTABLE"

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.registry.arn
  }

  image_scanning_configuration {
    scan_on_push = true
  }
}
