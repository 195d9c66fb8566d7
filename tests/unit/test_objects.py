from seawall.core import Document, Place, Precision, Span, Text
from seawall.core.objects import ObjectText

TREE = {"metadata": {"name": "cart"}, "spec": {"containers": [{"image": "a"}]}}
FILE = "cluster:shop/pods/cart"


def test_every_place_is_the_start_of_the_object() -> None:
    document = Document(FILE, ObjectText(TREE, FILE))
    for path in ((), ("spec", "containers", 0, "image"), ("spec", "absent")):
        assert document.locate(path) == Place(FILE, Span(1, 1, 1, 1), Precision.DOCUMENT)
    assert document.excerpt(1, 9) == []


def test_it_says_how_far_a_path_goes() -> None:
    text: Text = ObjectText(TREE, FILE)
    assert text.locate(("spec", "containers", 0, "image"))[1] == 4
    assert text.locate(("spec", "containers", 1))[1] == 2
    assert text.locate(("spec", "containers", "name"))[1] == 2
    assert text.locate(("metadata", "name", "x"))[1] == 2
    assert (text.line, text.lines(1, 2), text.value) == (1, [], TREE)
