"""Merges diagrams and decision tables element by element, as their ids tell them from each other.

An element's own part is its attributes, its text and those children that have no id; with the order of the children
that have one. What refers to flows and members of lanes is merged one by one, so that two people may draw at one step.
"""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy

from lxml import etree

from engine.bpmn.lint.finding import Element, caption_of
from engine.studio.merging.conflict import MergeConflict, MergeJudge

_REFERENCES = frozenset({"incoming", "outgoing", "flowNodeRef"})
_ORDER = "order"
_NAMING = frozenset({_ORDER, "default", "sourceRef", "targetRef", "attachedToRef", "processRef", "bpmnElement"})
"""Parts whose value is the id of another element, or several: people are told their names."""


def merge_xml(base: Element, theirs: Element, mine: Element, judge: MergeJudge) -> Element:
    """Their tree with the changes that mine makes of the base."""
    return _XmlMerge(base, deepcopy(theirs), mine, judge).merge()


class _XmlMerge:
    """One merge: the tree of theirs is changed in place."""

    def __init__(self, base: Element, theirs: Element, mine: Element, judge: MergeJudge) -> None:
        self.root, self.judge = theirs, judge
        self.base, self.theirs, self.mine = (dict(_with_ids(root)) for root in (base, theirs, mine))
        self.before = {key: _canonical(element) for key, element in self.theirs.items()}

    def merge(self) -> Element:
        """The merged tree."""
        for key, element in self.mine.items():
            if key in self.base and key in self.theirs:
                self._merge_element(key)
            elif key not in self.base:
                self._add(key, element)
            elif _canonical(element) != _canonical(self.base[key]) and self._mine_is_top(key):
                self._restore(key, element)
        for key, element in self.base.items():
            if key not in self.mine and key in self.theirs:
                self._remove(key, element)
        for key in self.mine:
            if key in self.base and key in self.theirs:
                self._merge_order(key)
        return self.root

    def _merge_element(self, key: str) -> None:
        base, theirs, mine = self.base[key], self.theirs[key], self.mine[key]
        self._merge_parent(key)
        for name in dict.fromkeys([*theirs.attrib, *mine.attrib, *base.attrib]):
            values = [str(part.get(name)) if name in part.attrib else "" for part in (base, theirs, mine)]
            value = self._decide(key, etree.QName(name).localname, values[0], values[1], values[2])
            if value != values[1]:
                _set_attribute(theirs, str(name), value if value or name in mine.attrib else None)
        for tag in dict.fromkeys(_own_tags(base) + _own_tags(theirs) + _own_tags(mine)):
            self._merge_own_children(key, tag)
        text = self._decide(key, "text", *((part.text or "").strip() for part in (base, theirs, mine)))
        if text != (theirs.text or "").strip():
            theirs.text = text

    def _merge_own_children(self, key: str, tag: str) -> None:
        base, theirs, mine = (_own_children(part[key], tag) for part in (self.base, self.theirs, self.mine))
        texts = [[_canonical(child) for child in part] for part in (base, theirs, mine)]
        if etree.QName(tag).localname in _REFERENCES:
            kept = _merge_members(texts[0], texts[1], texts[2])
        else:
            shown = [" ".join(filter(None, map(_plain_text, part))) for part in (theirs, mine)]
            conflict = self._conflict(key, etree.QName(tag).localname, shown[1], shown[0])
            kept = self.judge.decide(texts[0], texts[1], texts[2], conflict)
        if kept != texts[1]:
            known = {_canonical(child): child for child in (*mine, *theirs)}
            _replace_children(self.theirs[key], theirs, [deepcopy(known[text]) for text in kept], self.mine[key], tag)

    def _merge_parent(self, key: str) -> None:
        """What only I moved into another element moves there too."""
        places = [_parent_id(part[key]) for part in (self.base, self.theirs, self.mine)]
        if places[2] != places[0] and places[1] == places[0] and places[2] in self.theirs:
            _insert(self.theirs[places[2]], self.theirs[key], self.mine[key])

    def _add(self, key: str, element: Element) -> None:
        other, parent = self.theirs.get(key), self.theirs.get(_parent_id(element))
        if other is not None:
            self._settle_twice(key, element, other)
        elif parent is not None:
            self._insert_copy(parent, element)

    def _settle_twice(self, key: str, element: Element, other: Element) -> None:
        """Both have added an element of this id."""
        if _canonical(element) != self.before.get(key, _canonical(other)) and self.judge.prefers_mine(
            self._conflict(key, "element", _plain_text(element), _plain_text(other))
        ):
            parent = other.getparent()
            if parent is not None:
                parent.replace(other, deepcopy(element))

    def _restore(self, key: str, element: Element) -> None:
        """They have removed what I changed."""
        parent = self.theirs.get(_parent_id(element))
        if self.judge.prefers_mine(self._conflict(key, "element", _plain_text(element), "")) and parent is not None:
            self._insert_copy(parent, element)

    def _mine_is_top(self, key: str) -> bool:
        """Whether the parent of an element that they removed is still there; else the parent says it all."""
        return _parent_id(self.mine[key]) in self.theirs

    def _remove(self, key: str, element: Element) -> None:
        """I have removed it; if they changed it, somebody chooses."""
        there = self.theirs[key]
        parent = there.getparent()
        if parent is None or _root_of(there) is not self.root:
            return
        if self.before[key] == _canonical(element) or self.judge.prefers_mine(
            self._conflict(key, "element", "", _plain_text(there))
        ):
            parent.remove(there)

    def _insert_copy(self, parent: Element, element: Element) -> None:
        copy = deepcopy(element)
        _insert(parent, copy, element)
        self.theirs.update(_with_ids(copy))

    def _merge_order(self, key: str) -> None:
        parts = [_child_ids(part[key]) for part in (self.base, self.theirs, self.mine)]
        common = set(parts[0]).intersection(*parts[1:])
        orders = [[one for one in part if one in common] for part in parts]
        wished = self.judge.decide(
            orders[0], orders[1], orders[2], self._conflict(key, _ORDER, " ".join(orders[2]), " ".join(orders[1]))
        )
        if wished != orders[1]:
            _reorder(self.theirs[key], wished)

    def _decide(self, key: str, what: str, base: str, theirs: str, mine: str) -> str:
        return self.judge.decide(base, theirs, mine, self._conflict(key, what, mine, theirs))

    def _conflict(self, key: str, what: str, mine: str, theirs: str) -> MergeConflict:
        if what in _NAMING:
            mine, theirs = (" ".join(map(self._spoken, text.split())) for text in (mine, theirs))
        return MergeConflict(key, self._spoken(key) if key else "", what, mine, theirs)

    def _spoken(self, key: str) -> str:
        """What people call an element, for a shape or line what it draws; "" for one without a name."""
        element = self.mine.get(key, self.theirs.get(key, self.base.get(key)))
        if element is None:
            return key
        drawn = element.get("bpmnElement")
        if drawn and drawn != key:
            return self._spoken(drawn)
        caption = caption_of(element)
        return element.get("label") or ("" if caption is None else caption.vietnamese)


def _with_ids(root: Element) -> Iterator[tuple[str, Element]]:
    """The elements that are merged one by one, by id: whose parents up to the root have ids too; "" is the root."""
    yield root.get("id") or "", root
    pending = [root]
    while pending:
        for child in pending.pop():
            if isinstance(child.tag, str) and child.get("id"):
                yield str(child.get("id")), child
                pending.append(child)


def _parent_id(element: Element) -> str:
    parent = element.getparent()
    return "" if parent is None else parent.get("id") or ""


def _child_ids(element: Element) -> list[str]:
    return [str(child.get("id")) for child in element if isinstance(child.tag, str) and child.get("id")]


def _own_tags(element: Element) -> list[str]:
    return [str(child.tag) for child in element if isinstance(child.tag, str) and not child.get("id")]


def _own_children(element: Element, tag: str) -> list[Element]:
    return [child for child in element if child.tag == tag and not child.get("id")]


def _canonical(element: Element) -> str:
    """The element as a text that does not depend on indentation."""
    return str(etree.canonicalize(etree.tostring(element, encoding="unicode", with_tail=False), strip_text=True))


def _plain_text(element: Element) -> str:
    """What a person would read of an element: its name, or the texts in it."""
    values = [str(part.get("value")) for part in element.iter() if part.get("value")]
    texts = [str(text).strip() for text in element.itertext()]
    return element.get("name") or " ".join(filter(None, [*texts, *values]))


def _merge_members(base: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    """Their members without those that I removed, and with those that I added."""
    kept = [member for member in theirs if member in mine or member not in base]
    return kept + [member for member in mine if member not in base and member not in kept]


def _set_attribute(element: Element, name: str, value: str | None) -> None:
    if value is None:
        del element.attrib[name]
    else:
        element.set(name, value)


def _replace_children(parent: Element, old: list[Element], new: list[Element], model: Element, tag: str) -> None:
    """Put new children of a tag where the old ones were, or where they stand in the model: order counts in BPMN."""
    if old:
        place = parent.index(old[0])
    else:
        before = [child.tag for child in list(model)[: model.index(_own_children(model, tag)[0])]] if new else []
        place = sum(1 for child in parent if child.tag in before)
    for child in old:
        parent.remove(child)
    for number, child in enumerate(new):
        parent.insert(place + number, child)


def _insert(parent: Element, element: Element, model: Element) -> None:
    """Put an element after the nearest one before it in the model that the parent has, or else first of its kind."""
    known = {child.get("id"): child for child in parent if isinstance(child.tag, str) and child.get("id")}
    before = next((known[one.get("id")] for one in model.itersiblings(preceding=True) if one.get("id") in known), None)
    if before is not None and before is not element:
        before.addnext(element)
    else:
        parent.append(element)


def _reorder(parent: Element, wished: list[str]) -> None:
    """Bring the children of these ids into this order, on the places that they take now."""
    known = {child.get("id"): child for child in parent if isinstance(child.tag, str) and child.get("id") in wished}
    places = sorted(parent.index(child) for child in known.values())
    for child in known.values():
        parent.remove(child)
    for place, key in zip(places, wished, strict=True):
        parent.insert(place, known[key])


def _root_of(element: Element) -> Element:
    return element.getroottree().getroot()
