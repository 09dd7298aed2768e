"""The loop of a cell's steps back, as text: it only multiplies and adds the local derivatives."""

from functools import lru_cache

from rnnviz.core.calculus.derivatives import in_place
from rnnviz.core.calculus.graph import Derived
from rnnviz.core.calculus.writer import Code, Writer, compiled, constants, unpacked


def carried(derived: Derived, state: str) -> int | None:
    """The block of the stack in which dL/d(state before) is collected, where it is one."""
    before = derived.layout.places.get(f"{state}_prev", ())
    looked = state in derived.looked_at
    return before[0] if before and not looked and derived.layout.places.get(state) else None


@lru_cache(maxsize=256)
def backward(derived: Derived, losses: bool, whole: bool, large: bool = False) -> Code:
    """`backward(steps, products, vectors, numbers, scratch)`: steps one after another, each as its
    views.

    `fixed` views lie in the stack, the other ones are of each step's own. With `losses` each step
    adds its own loss's dL/da; with `whole` dL/d(states after) are whole, and nothing is handed on.
    A `large` step makes its local derivatives, too, one block at a time.
    """
    return _Back(derived, losses, whole, large).code()


class _Back:
    def __init__(self, derived: Derived, losses: bool, whole: bool, large: bool):
        self.derived, self.losses, self.whole, self.large = derived, losses, whole, large
        self.places = derived.layout.places
        self.factors: list[str] = []
        self.fixed, self.given = Writer(derived), Writer(derived)
        self.call = self.fixed.call

    def code(self) -> Code:
        if self.large:
            self.factors = in_place(self.derived, self.given, self.fixed)
        for kind, key in reversed(self.derived.order):
            if kind == "value":
                self.value(str(key))
            else:
                self.product(int(key))
        for state in () if self.whole else self.derived.states:
            self.hand_on(state)
        products = [f"product{at}" for at in range(len(self.derived.stages))]
        stack = ", ".join(self.fixed.views.values())
        names = "".join(f", {one}" for one in self.given.views.values())
        scratch = [f"scratch{at}" for at in range(self.fixed.scratch)]
        text = "\n".join([
            "def backward(steps, products, vectors=(), numbers=(), scratch=()):",
            *unpacked(products, "products"), *(constants(self.derived) if self.large else ()),
            *unpacked(self.fixed.numbers.values(), "numbers"), *unpacked(scratch, "scratch"),
            f"    for ({stack},){names}, in steps:",
            *(f"        {line}" for line in self.fixed.lines or ["pass"]),
        ])  # fmt: skip
        views = tuple(self.given.views), tuple(self.fixed.views)
        numbers = tuple(self.fixed.numbers)
        return Code(text, compiled(text, "backward"), *views, numbers=numbers, scratch=len(scratch))

    def slot(self, at: int) -> str:
        return self.fixed.view("slot", at)

    def value(self, source: str) -> None:
        """From dL/d(a value) to all that it is made of."""
        ranges = [one for one in self.derived.layout.ranges if one.source == source]
        vectors = any(edge.source == source for edge in self.derived.vector_edges)
        wanted = ranges or vectors or source in self.derived.states
        felt = self.felt(source) if wanted else ""
        for one in ranges:
            if self.large and not one.softmax:
                for at in range(one.first, one.first + one.count):
                    self.call("multiply", felt, self.factors[at], self.slot(at))
                continue
            by, to = (self.fixed.view(word, one.first, one.count) for word in ("by", "to"))
            self.call("multiply", felt, by, to)
            if one.softmax:  # its Jacobian is diag(s) - s s^T: every unit feels every other
                self.call("subtract", to, f"{by} * {to}.sum(-2, keepdims=True)", to)

    def felt(self, source: str) -> str:
        """The name of dL/d(a value), once all that it comes from is added."""
        places = self.places.get(source, ())
        if source in self.derived.states:
            after = self.given.view("after", source)
            arriving = self.given.view("arriving", source) if places and not self.whole else ""
            for at in places if not self.whole else ():
                self.call("add", arriving, self.slot(at), after)
                arriving = after
            return after
        if self.derived.look(source):
            return self.fixed.view(*self.derived.gradient(source))
        return self.added(places)

    def added(self, places: tuple[int, ...]) -> str:
        """The first of some blocks, with the others added to it."""
        first, *others = map(self.slot, places)
        for one in others:
            self.call("add", first, one, first)
        return first

    def product(self, at: int) -> None:
        stage = self.derived.stages[at]
        for block in stage.blocks:
            if len(self.places[block.letter]) > 1:
                self.added(self.places[block.letter])
        if stage.kind == "first":
            self.call(f"product{at}", self.fixed.view("dz", at), self.given.view("seen"))
        elif stage.kind == "later":
            self.call(f"product{at}", self.fixed.view("dz", at), self.fixed.view("operand", at))

    def hand_on(self, state: str) -> None:
        """dL/d(state before the step): what the step after it, backwards, begins with."""
        places = self.places.get(f"{state}_prev", ())
        slots = list(map(self.slot, places))
        if state == "a" and self.losses:
            slots.append(self.fixed.view("losses"))
        looked = state in self.derived.looked_at
        if carried(self.derived, state) is not None:
            for one in slots[1:]:
                self.call("add", slots[0], one, slots[0])
            return
        if not slots and looked:
            return
        before = self.given.view("before", state)
        if not looked:
            first, *slots = slots or ["0"]
            if slots:
                second, *slots = slots
                self.call("add", first, second, before)
            else:
                self.call("copyto", before, first)
        for one in slots:
            self.call("add", before, one, before)
