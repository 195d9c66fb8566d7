# Roles of the workloads that use AWS, each bound to one service account.
resource "aws_iam_openid_connect_provider" "cluster" {
  url            = aws_eks_cluster.shop.identity[0].oidc[0].issuer
  client_id_list = ["sts.amazonaws.com"]
}

locals {
  issuer = trimprefix(aws_eks_cluster.shop.identity[0].oidc[0].issuer, "https://")

  workloads = {
    postgres-backup = {
      account   = "data:postgres-backup"
      actions   = ["s3:PutObject"]
      resources = ["${aws_s3_bucket.backup.arn}/postgres/*"]
    }
    log-shipper = {
      account   = "logging:log-shipper"
      actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
      resources = ["${aws_cloudwatch_log_group.workloads.arn}:*"]
    }
  }
}

resource "aws_cloudwatch_log_group" "workloads" {
  name              = "/larkfield/shop"
  retention_in_days = 90
}

data "aws_iam_policy_document" "workload_assume" {
  for_each = local.workloads

  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]
    principals {
      type        = "Federated"
      identifiers = [aws_iam_openid_connect_provider.cluster.arn]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = ["system:serviceaccount:${each.value.account}"]
    }
    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = ["sts.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "workload" {
  for_each = local.workloads

  name               = "${var.cluster_name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.workload_assume[each.key].json
}

resource "aws_iam_role_policy" "workload" {
  for_each = local.workloads

  name = "use"
  role = aws_iam_role.workload[each.key].name
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect   = "Allow"
      Action   = each.value.actions
      Resource = each.value.resources
    }]
  })
}

data "aws_iam_policy_document" "cni_assume" {
  statement {
    actions = ["sts:AssumeRole", "sts:TagSession"]
    principals {
      type        = "Service"
      identifiers = ["pods.eks.amazonaws.com"]
    }
  }
}

resource "aws_iam_role" "cni" {
  name               = "${var.cluster_name}-cni"
  assume_role_policy = data.aws_iam_policy_document.cni_assume.json
}

resource "aws_iam_role_policy_attachment" "cni" {
  role       = aws_iam_role.cni.name
  policy_arn = "arn:aws:iam::aws:policy/AmazonEKS_CNI_Policy"
}
