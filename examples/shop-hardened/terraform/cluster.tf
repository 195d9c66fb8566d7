resource "aws_kms_key" "secrets" {
  description             = "Envelope key of the Secrets in etcd"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_cloudwatch_log_group" "control_plane" {
  name              = "/aws/eks/${var.cluster_name}/cluster"
  retention_in_days = 400
}

resource "aws_eks_cluster" "shop" {
  name                = var.cluster_name
  version             = "1.34"
  role_arn            = aws_iam_role.cluster.arn
  deletion_protection = true

  enabled_cluster_log_types = ["api", "audit", "authenticator", "controllerManager", "scheduler"]

  access_config {
    authentication_mode                         = "API"
    bootstrap_cluster_creator_admin_permissions = false
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = aws_kms_key.secrets.arn
    }
  }

  # People come in through the VPN.
  vpc_config {
    subnet_ids              = var.private_subnet_ids
    endpoint_public_access  = false
    endpoint_private_access = true
  }

  depends_on = [aws_iam_role_policy_attachment.cluster, aws_cloudwatch_log_group.control_plane]
}

# Policies of the pods are enforced by the CNI; without this they are only text.
resource "aws_eks_addon" "vpc_cni" {
  cluster_name         = aws_eks_cluster.shop.name
  addon_name           = "vpc-cni"
  configuration_values = jsonencode({ enableNetworkPolicy = "true" })

  pod_identity_association {
    role_arn        = aws_iam_role.cni.arn
    service_account = "aws-node"
  }

  depends_on = [aws_eks_addon.pod_identity]
}

resource "aws_eks_addon" "pod_identity" {
  cluster_name = aws_eks_cluster.shop.name
  addon_name   = "eks-pod-identity-agent"
}

resource "aws_eks_node_group" "general" {
  cluster_name    = aws_eks_cluster.shop.name
  node_group_name = "general"
  node_role_arn   = aws_iam_role.node.arn
  subnet_ids      = var.private_subnet_ids
  ami_type        = "BOTTLEROCKET_x86_64"

  launch_template {
    id      = aws_launch_template.node.id
    version = aws_launch_template.node.latest_version
  }

  scaling_config {
    desired_size = 4
    min_size     = 3
    max_size     = 8
  }

  update_config {
    max_unavailable = 1
  }

  depends_on = [aws_iam_role_policy_attachment.node]
}

# No key pair and no SSH: nodes are replaced, and looked into through SSM.
resource "aws_launch_template" "node" {
  name_prefix   = "${var.cluster_name}-node-"
  instance_type = "m6i.xlarge"

  vpc_security_group_ids = [aws_eks_cluster.shop.vpc_config[0].cluster_security_group_id]

  # Bottlerocket ships with user namespaces off; the pods' hostUsers: false needs them.
  user_data = base64encode(<<-TOML
    [settings.kernel.sysctl]
    "user.max_user_namespaces" = "16384"
  TOML
  )

  # Pods are one hop further away than the node, so they do not reach it.
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # Bottlerocket keeps its system on the first disk, and images on the second.
  dynamic "block_device_mappings" {
    for_each = { "/dev/xvda" = 4, "/dev/xvdb" = 100 }

    content {
      device_name = block_device_mappings.key
      ebs {
        volume_size = block_device_mappings.value
        volume_type = "gp3"
        encrypted   = true
      }
    }
  }
}
