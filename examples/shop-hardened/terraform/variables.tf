variable "region" {
  type    = string
  default = "eu-west-1"
}

variable "cluster_name" {
  type    = string
  default = "larkfield-shop"
}

variable "vpc_id" {
  type = string
}

variable "private_subnet_ids" {
  description = "Subnets without a route from the internet, for nodes and control plane."
  type        = list(string)
}

variable "repository" {
  description = "The repository whose pipeline may push images, from its environment `registry`."
  type        = string
  default     = "larkfield/shop"
}
