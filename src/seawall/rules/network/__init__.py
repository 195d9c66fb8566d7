"""Rules on Services, Ingresses, Gateways and NetworkPolicies."""
