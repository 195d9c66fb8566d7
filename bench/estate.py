"""Writes an estate of N apps, about eight objects each, the same bytes for the same N."""

from __future__ import annotations

import random
from pathlib import Path

_HARDENED = """\
          securityContext:
            allowPrivilegeEscalation: false
            readOnlyRootFilesystem: true
            runAsNonRoot: true
            capabilities:
              drop: ["ALL"]
            seccompProfile:
              type: RuntimeDefault
"""
_CARELESS = ("", "          securityContext:\n            privileged: true\n", "")
_POD = """\
      metadata:
        annotations:
          prometheus.io/scrape: "true"
          prometheus.io/port: "8080"
          checksum/config: {checksum}
        labels:
          app: {name}
          team: {team}
          app.kubernetes.io/part-of: platform
          app.kubernetes.io/version: {tag}
      spec:
        serviceAccountName: {name}
{pod}        containers:
        - name: {name}
          image: registry.example.com/{team}/{name}:{tag}
          ports:
          - name: http
            containerPort: 8080
          env:
          - name: LOG_LEVEL
            value: info
          - name: DATABASE_HOST
            value: {name}-db.{namespace}.svc
          - name: DATABASE_PASSWORD
            valueFrom:
              secretKeyRef:
                name: {name}-db
                key: password
          - name: FEATURE_SEED
            value: "{seed}"
          envFrom:
          - configMapRef:
              name: {name}
{resources}{security}          livenessProbe:
            httpGet:
              path: /healthz
              port: http
            initialDelaySeconds: 10
            periodSeconds: {period}
          readinessProbe:
            httpGet:
              path: /ready
              port: http
            periodSeconds: {period}
          volumeMounts:
          - name: config
            mountPath: /etc/{name}
          - name: scratch
            mountPath: /tmp
        volumes:
        - name: config
          configMap:
            name: {name}
        - name: scratch
          emptyDir: {{}}
"""
_RESOURCES = """\
          resources:
            requests:
              cpu: 100m
              memory: 128Mi
            limits:
              memory: 256Mi
"""
_REST = """\
---
apiVersion: v1
kind: ServiceAccount
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
    app.kubernetes.io/managed-by: argo
---
apiVersion: v1
kind: Service
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
    app.kubernetes.io/managed-by: argo
spec:
  type: {service}
  selector:
    app: {name}
  ports:
  - name: http
    port: 80
    targetPort: http
---
apiVersion: v1
kind: ConfigMap
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
    app.kubernetes.io/managed-by: argo
data:
  application.properties: |
    server.port=8080
    server.shutdown=graceful
    cache.ttl={seed}
    feature.checkout={flag}
    logging.level.root=INFO
    logging.level.com.example={level}
    management.endpoints.web.exposure.include=health,info,prometheus
    spring.datasource.url=jdbc:postgresql://{name}-db.{namespace}.svc:5432/{name}
    spring.datasource.hikari.maximum-pool-size={period}
  endpoint: https://{name}.example.com/api
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
    app.kubernetes.io/managed-by: argo
rules:
- apiGroups: [""]
  resources: ["configmaps"{secrets}]
  verbs: ["get", "list", "watch"]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
    app.kubernetes.io/managed-by: argo
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: Role
  name: {name}
subjects:
- kind: ServiceAccount
  name: {name}
  namespace: {namespace}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
    app.kubernetes.io/managed-by: argo
spec:
  podSelector:
    matchLabels:
      app: {name}
  policyTypes: ["Ingress"]
  ingress:
  - from:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: {namespace}
    ports:
    - port: 8080
      protocol: TCP
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: {name}
  namespace: {namespace}
  labels:
    app.kubernetes.io/name: {name}
    app.kubernetes.io/part-of: platform
    app.kubernetes.io/managed-by: argo
spec:
  ingressClassName: public
{tls}  rules:
  - host: {name}.example.com
    http:
      paths:
      - path: /
        pathType: Prefix
        backend:
          service:
            name: {name}
            port:
              name: http
"""


def _indent(text: str, by: int) -> str:
    return "".join(" " * by + line if line.strip() else line for line in text.splitlines(keepends=True))


def _controller(kind: str, facts: dict[str, object], pod: str) -> str:
    head = f"apiVersion: {'batch/v1' if 'Job' in kind else 'apps/v1'}\nkind: {kind}\n"
    head += f"metadata:\n  name: {facts['name']}\n  namespace: {facts['namespace']}\n"
    head += f"  labels:\n    app: {facts['name']}\nspec:\n"
    if kind == "CronJob":
        restart = pod.replace("      spec:\n", "      spec:\n        restartPolicy: OnFailure\n")
        return head + '  schedule: "0 3 * * *"\n  jobTemplate:\n    spec:\n      template:\n' + _indent(restart, 2)
    selector = f"  selector:\n    matchLabels:\n      app: {facts['name']}\n"
    extra = {"Deployment": "  replicas: 2\n", "StatefulSet": f"  replicas: 3\n  serviceName: {facts['name']}\n"}
    return head + extra.get(kind, "") + selector + "  template:\n" + _dedent(pod)


def _dedent(pod: str) -> str:
    return "".join(line[2:] for line in pod.splitlines(keepends=True))


def app(number: int) -> str:
    """The manifests of one app: a workload of some kind and what goes with it."""
    chance = random.Random(number)
    kind = chance.choices(("Deployment", "StatefulSet", "DaemonSet", "CronJob"), (70, 12, 8, 10))[0]
    hardened = chance.random() < 0.4
    facts: dict[str, object] = {
        "name": f"app-{number:05d}",
        "namespace": f"team-{number % 40:02d}",
        "team": f"team-{number % 40:02d}",
        "tag": "latest" if chance.random() < 0.1 else f"1.{chance.randrange(30)}.{chance.randrange(9)}",
        "service": chance.choices(("ClusterIP", "NodePort", "LoadBalancer"), (90, 5, 5))[0],
        "secrets": ', "secrets"' if chance.random() < 0.2 else "",
        "seed": chance.randrange(10_000),
        "flag": chance.choice(("true", "false")),
        "resources": _RESOURCES if chance.random() < 0.6 else "",
        "security": _HARDENED if hardened else chance.choice(_CARELESS),
        "period": chance.randrange(5, 60),
        "level": chance.choice(("DEBUG", "INFO", "WARN")),
        "checksum": f"{chance.getrandbits(256):064x}",
        "pod": "        automountServiceAccountToken: false\n" if hardened else "",
    }
    tls = f"  tls:\n  - hosts: [{facts['name']}.example.com]\n    secretName: {facts['name']}-tls\n"
    facts["tls"] = tls if chance.random() < 0.7 else ""
    return _controller(kind, facts, _POD.format(**facts)) + _REST.format(**facts)


def write(folder: Path, apps: int) -> int:
    """A file per app and one of namespaces; answers how many objects there are."""
    folder.mkdir(parents=True, exist_ok=True)
    names = [f"team-{number:02d}" for number in range(40)]
    spaces = "---\n".join(f"apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n" for name in names)
    (folder / "namespaces.yaml").write_text(spaces, "utf-8")
    for number in range(apps):
        (folder / f"app-{number:05d}.yaml").write_text(app(number), "utf-8")
    return apps * 8 + len(names)
