resource "aws_ecr_repository" "service" {
  for_each = toset([
    "cart", "catalog", "checkout", "feed-operator", "fraud-check", "fraud-model-sync", "gift-cards",
    "orders-legacy", "payments", "promotions", "recommendations", "settlement-report", "storefront",
  ])

  name                 = each.key
  image_tag_mutability = "MUTABLE"

  image_scanning_configuration {
    scan_on_push = false
  }
}
