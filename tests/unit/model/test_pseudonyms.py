"""The same pseudonym for the same name, in whatever form it stands; what everybody calls so stays."""

from __future__ import annotations

from typing import Any

import pytest

from seawall.model.images import Image, parse_image
from seawall.model.pseudonyms import Pseudonyms


@pytest.fixture
def names() -> Pseudonyms:
    names = Pseudonyms(b"key")
    names.learn([{"metadata": {"name": name, "namespace": "shop"}} for name in ("cart-db", "cart", "web", "pods")])
    return names


@pytest.mark.parametrize(
    "name",
    [
        "default",
        "kube-system",
        "system:masters",
        "system:node:n1",
        "cluster-admin",
        "kube-root-ca.crt",
        "*",
        "",
        "8080",
    ],
)
def test_what_everybody_calls_so_stays(names: Pseudonyms, name: str) -> None:
    assert names.name(name) == name


def test_a_name_is_a_label_of_dns_and_stable(names: Pseudonyms) -> None:
    made = names.name("cart-db")

    assert made == names.name("cart-db") != names.name("cart")
    assert len(made) == 12
    assert made.isalnum()
    assert made.islower()
    assert names.name("cart-db-") == made + "-"


def test_an_account_is_renamed_in_its_users_name_too(names: Pseudonyms) -> None:
    account = f"system:serviceaccount:{names.name('shop')}:{names.name('cart')}"

    assert names.name("system:serviceaccount:shop:cart") == account
    assert names.name("system:serviceaccounts:shop") == f"system:serviceaccounts:{names.name('shop')}"
    assert names.name("system:serviceaccounts") == "system:serviceaccounts"


def test_a_host_keeps_what_makes_it_one(names: Pseudonyms) -> None:
    shop, acme = names.name("shop"), names.name("acme")

    assert names.host("shop.acme.com") == f"{shop}.{acme}.com"
    assert names.host("*.acme.com") == f"*.{acme}.com"
    assert names.host("cart.shop.svc.cluster.local") == f"{names.name('cart')}.{shop}.svc.cluster.local"
    assert names.host("10.0.0.1") == "10.0.0.1"
    assert names.host("2001:db8::/32") == "2001:db8::/32"
    assert names.host("cafe.de") != "cafe.de"


@pytest.mark.parametrize("image", ["nginx", "nginx:1.29", "registry.k8s.io/pause:3.10", "docker.io/library/redis:8"])
def test_a_public_image_stays(names: Pseudonyms, image: str) -> None:
    assert names.image(image) == image


@pytest.mark.parametrize(
    "image",
    [
        "registry.acme.com:5000/team/cart:1.0",
        "acme/cart",
        "quay.io/acme/cart:latest",
        "ghcr.io/acme/cart@sha256:" + "a" * 64,
    ],
)
def test_a_private_image_keeps_its_form(names: Pseudonyms, image: str) -> None:
    before, after = parse_image(image), parse_image(names.image(image))

    assert isinstance(before, Image)
    assert isinstance(after, Image)
    assert (after.tag, after.digest) == (before.tag, before.digest)
    assert "acme" not in names.image(image)
    assert "cart" not in names.image(image)


def test_a_free_text_keeps_words_that_are_no_names(names: Pseudonyms) -> None:
    cart_db, shop, cart = (names.name(name) for name in ("cart-db", "shop", "cart"))

    assert names.text("cart") == cart
    assert names.text("get pods of the cart") == "get pods of the cart"
    assert names.text("--db=cart-db.shop:5432") == f"--db={cart_db}.{shop}:5432"
    assert names.text("https://cart-db.shop.svc/x") == f"https://{cart_db}.{shop}.svc/x"
    assert names.text('Deployment "cart" is broken') == f'Deployment "{cart}" is broken'
    assert names.text("withheld-random-3") == "withheld-random-3"


def test_what_belongs_to_the_api_and_parts_of_an_object_keep_theirs(names: Pseudonyms) -> None:
    role: dict[str, Any] = {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": "pods", "namespace": "shop"},
        "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get"], "resourceNames": ["cart", "cart-db"]}],
    }
    made = names.tree(role)

    assert made["rules"][0] == {**role["rules"][0], "resourceNames": [names.name("cart"), names.name("cart-db")]}
    assert made["metadata"]["name"] == names.name("pods")


def test_labels_and_what_selects_them_change_alike(names: Pseudonyms) -> None:
    labels = {"app": "acme-cart", "pod-security.kubernetes.io/enforce": "restricted", "team.acme.com/on": "true"}
    expression = {"key": "app", "operator": "In", "values": ["acme-cart"]}
    made = names.tree({"metadata": {"labels": labels}, "spec": {"selector": {"matchExpressions": [expression]}}})

    value = made["metadata"]["labels"]["app"]
    assert value != "acme-cart"
    assert made["spec"]["selector"]["matchExpressions"][0]["values"] == [value]
    assert made["metadata"]["labels"]["pod-security.kubernetes.io/enforce"] == "restricted"
    assert made["metadata"]["labels"]["team.acme.com/on"] == "true"


def test_the_names_of_files_keep_their_endings(names: Pseudonyms) -> None:
    shop = names.name("shop")

    assert names.path("k8s/shop/shop.prod.yaml") == f"k8s/{shop}/{shop}.prod.yaml"
    assert names.path("./-") == "./-"
    assert names.path("cluster:namespaces/shop") == f"cluster:namespaces/{shop}"
    assert names.path("cluster:shop/deployments.apps/cart") == f"cluster:{shop}/deployments.apps/{names.name('cart')}"


def test_a_definition_keeps_what_it_is_called_and_not_who_answers_for_it(names: Pseudonyms) -> None:
    service = {"name": "acme-hook", "namespace": "acme-shop", "path": "/convert"}
    kind = {
        "apiVersion": "apiextensions.k8s.io/v1",
        "kind": "CustomResourceDefinition",
        "metadata": {"name": "carts.acme.example", "labels": {"team": "acme-carts"}},
        "spec": {
            "group": "acme.example",
            "names": {"kind": "Cart", "plural": "carts"},
            "conversion": {"strategy": "Webhook", "webhook": {"clientConfig": {"service": service}}},
        },
    }
    group = {
        "apiVersion": "apiregistration.k8s.io/v1",
        "kind": "APIService",
        "metadata": {"name": "v1.acme.example"},
        "spec": {"group": "acme.example", "version": "v1", "service": {"name": "acme-hook", "namespace": "acme-shop"}},
    }

    made, other = names.tree(kind), names.tree(group)

    assert made["metadata"] == {"name": "carts.acme.example", "labels": {"team": names.name("acme-carts")}}
    assert made["spec"]["group"] == "acme.example"
    assert made["spec"]["names"] == kind["spec"]["names"]  # type: ignore[index]  # a tree
    asked = made["spec"]["conversion"]["webhook"]["clientConfig"]["service"]
    assert asked == {"name": names.name("acme-hook"), "namespace": names.name("acme-shop"), "path": "/convert"}
    assert other["metadata"]["name"] == "v1.acme.example"
    assert other["spec"]["service"] == {"name": asked["name"], "namespace": asked["namespace"]}
