"""The player in a real browser: it plays alone, with the engine's numbers, and is in the link."""

import re

import numpy as np
import pytest
from conftest import serve
from minimal import registered
from players import address, digits, look_at, number, opened, rests, scrub, step, values_at

import rnnviz
from rnnviz.core import recompute
from rnnviz.core.diagram import nodes
from rnnviz.figures import theme

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def fourth():
    """A dashboard with a cell that has no drawing of its own."""
    with serve(("tests/fourth.py",)) as served:
        yield served


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "mgu"])
def test_the_numbers_are_the_engines(browser, fourth, cell):
    with registered():
        run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=4, T_x=12, m=3))
    trace, at = run.trace, (2, 1, 6)
    values = values_at(run, at)
    with opened(browser, fourth, cell=cell, t="7", sequence="2", unit="3") as page:
        for node in nodes(run.cell):
            if node.kind in ("join", "input"):
                continue
            _, numbers = look_at(page, node.name)
            assert numbers.split(" = ")[-1] == digits(values[node.name]), node
            if node.kind == "gate":
                assert f"({digits(trace.preactivations[node.name][at])})" in numbers
        for state in run.cell.states:
            _, numbers = look_at(page, state)
            assert numbers.split(" = ")[-1] == digits(trace.states[state][at])
        _, numbers = look_at(page, "x")
        assert numbers.endswith(f"[{', '.join(digits(x) for x in trace.x[:, 1, 6])}]")


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru", "mgu"])
def test_the_gradients_are_the_engines_and_the_chain_rule_links_them(browser, fourth, cell):
    with registered():
        run = rnnviz.run(rnnviz.Experiment(cell=cell, n_a=4, T_x=12, m=3, loss="upstream_every"))
    dz, _ = recompute.gate_gradients(run, 1, np.array([6]))
    values = values_at(run, (2, 1, 6))
    roots = {node.inputs[0] for node in nodes(run.cell) if node.kind == "state"}
    link = {"cell": cell, "t": "7", "sequence": "2", "unit": "3", "loss": "upstream_every"}
    with opened(browser, fourth, **link, direction="backward") as page:
        for state in run.cell.states:
            letters, numbers = look_at(page, state)
            felt = run.gradients.states[state][:, 1, 6]
            assert letters.split(" = ")[-1] == digits(felt[2])
            assert numbers == f"norm over all units {digits(np.linalg.norm(felt))}"
            letters, _ = look_at(page, f"{state}_prev")
            assert letters.split(" = ")[-1] == digits(run.gradients.states[state][2, 1, 5])
        for gate in run.cell.shown_gates:
            letters, numbers = look_at(page, gate.name)
            assert numbers.split(" = ")[-1] == digits(dz[gate.name][2, 0])
            value = run.trace.gates[gate.name][2, 1, 6]
            slope = value * (1 - value) if gate.squash == "sigmoid" else 1 - value**2
            through = number(letters.split(" = ")[-1]) * slope
            assert through == pytest.approx(dz[gate.name][2, 0], rel=1e-3)  # of four digits
        for node in nodes(run.cell):  # an operation sends on its own gradient, times a factor
            if node.kind in ("product", "complement") and node.name not in roots:
                letters, numbers = look_at(page, node.name)
                own = number(letters.split(" = ")[-1])
                tail = r"(−?[\d.]+(?: × 10−?\d+)?),? ?$"
                sent = [number(re.search(tail, p)[1]) for p in numbers.split("to ")[1:]]
                factors = [values[name] for name in reversed(node.inputs)]
                factors = factors if node.kind == "product" else [-1]
                assert sent == pytest.approx([own * factor for factor in factors], rel=2e-3)  # both


def test_it_plays_to_the_end_and_back_and_asks_the_server_for_nothing(browser, server):
    with opened(browser, server) as page:
        traffic = []
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        for event in ("Network.webSocketFrameSent", "Network.webSocketFrameReceived"):
            session.on(event, lambda frame: traffic.append(frame))
        page.get_by_label("Speed").select_option("16")
        page.get_by_role("button", name="Play", exact=True).click()
        backward = page.get_by_role("button", name="Backward")
        seen, heard = set(), 0
        while page.get_by_role("button", name="Pause", exact=True).count():
            heard = len(traffic)  # while it played: at its end it tells where it stands
            seen.add((step(page), backward.get_attribute("aria-pressed")))
            page.wait_for_timeout(30)
        assert heard == 0
        assert {way for _, way in seen} == {"false", "true"}
        assert (step(page), backward.get_attribute("aria-pressed")) == (1, "true")
        page.wait_for_url("**direction=backward*")
        assert traffic


def test_a_keyboard_is_enough(browser, server):
    with opened(browser, server, t="5") as page:
        scrub(page).focus()
        for key, expected in (("ArrowRight", 6), ("ArrowLeft", 5), ("End", 12), ("Home", 1)):
            page.keyboard.press(key)
            assert step(page) == expected
        page.keyboard.press("ArrowDown")
        page.wait_for_url("**unit=2*")
        page.get_by_label("Speed").select_option("2")
        scrub(page).focus()
        page.keyboard.press(" ")
        page.get_by_role("button", name="Pause", exact=True).wait_for()
        page.wait_for_timeout(700)
        page.keyboard.press(" ")
        page.get_by_role("button", name="Play", exact=True).wait_for()
        assert step(page) > 1
        assert page.locator(".player .hint").inner_text().startswith("Space plays")


def test_the_space_bar_plays_wherever_the_page_has_the_focus(browser, server):
    with opened(browser, server) as page:
        page.keyboard.press(" ")  # from the first moment
        page.get_by_role("button", name="Pause", exact=True).wait_for()
        page.locator("h2, h3").first.click()
        page.keyboard.press(" ")
        page.get_by_role("button", name="Play", exact=True).wait_for()
        assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0
        page.get_by_role(
            "spinbutton", name="Seed", exact=True
        ).focus()  # which makes something of it itself
        page.keyboard.press(" ")
        page.wait_for_timeout(300)
        assert page.get_by_role("button", name="Play", exact=True).count() == 1


def test_the_way_back_that_was_asked_for_is_the_one_that_plays(browser, server):
    with opened(browser, server) as page:
        backward = page.get_by_role("button", name="Backward")
        backward.click()
        page.get_by_label("Speed").select_option("16")
        page.get_by_role("button", name="Play", exact=True).click()  # from t = 1, where it ends
        seen = []
        while page.get_by_role("button", name="Pause", exact=True).count():
            seen.append(int(page.locator(".player .now").inner_text().split()[2]))
            assert backward.get_attribute("aria-pressed") == "true"
            page.wait_for_timeout(20)
        assert seen == sorted(seen, reverse=True) and seen[0] > 6 and step(page) == 1


def test_what_the_page_says_of_a_step_is_gone_until_it_is_of_this_one(browser, server):
    with opened(browser, server) as page:
        below = page.locator(".st-key-at-step")
        shown = "element => getComputedStyle(element).opacity"
        assert below.evaluate(shown) == "1"
        page.keyboard.press(" ")
        page.get_by_role("button", name="Pause", exact=True).wait_for()
        assert below.evaluate(shown) == "0"
        page.wait_for_timeout(900)
        page.keyboard.press(" ")
        page.wait_for_function(f"({shown})(document.querySelector('.st-key-at-step')) === '1'")
        now = page.locator(".player .now").inner_text().split(" of ")[0]
        assert now != "t = 1"
        page.locator(".st-key-at-step p", has_text=f"At {now}, unit 1").wait_for(timeout=5000)


def test_colours_and_widths_are_explained(browser, server):
    ink = theme.MODES["light"]
    with opened(browser, server, {"color_scheme": "light"}) as page:
        assert page.locator(".player .legend").inner_text().split("\n") == [
            "below 0 to above 0", "a gate, 0 to 1", "wider carries more",
        ]  # fmt: skip
        for kind, scale in (("signed", ink.diverging), ("open", ink.sequential)):
            ramp = page.locator(f".player .legend .{kind}").evaluate(
                "element => getComputedStyle(element).backgroundImage"
            )
            stops = [
                tuple(map(int, stop.split(", "))) for stop in re.findall(r"rgb\(([^)]*)", ramp)
            ]
            assert stops == [theme.rgb(colour) for _, colour in scale]


def test_question_picture_and_sentence_are_seen_at_once(browser, server):
    with opened(browser, server, {"viewport": {"width": 1280, "height": 800}}) as page:
        sentence = page.locator(".st-key-at-step p").first.bounding_box()
        assert sentence["y"] + sentence["height"] <= 800


def test_scrubbing_reaches_the_page_and_the_link(browser, server):
    run = rnnviz.run(rnnviz.Experiment(n_a=4, T_x=12, m=3))
    with opened(browser, server) as page:
        scrub(page).fill("7")
        page.wait_for_url("**t=8*")
        told = f"{run.trace.states['a'][0, 0, 7]:.8f}".replace("-", "−")
        page.get_by_text(told).first.wait_for(timeout=10_000)
        assert page.evaluate("document.querySelectorAll('iframe').length") == 0


def test_a_click_chooses_unit_and_step_and_a_reload_brings_all_back(browser, server):
    with opened(browser, server) as page:
        box = page.locator(".player .tape").bounding_box()
        row = page.locator(".player").evaluate("root => root.player.tape.panels[1]")
        below = row["y"] + 2.5 / 4 * row["height"]  # the third of its four units
        page.mouse.click(box["x"] + 0.75 * box["width"], box["y"] + below)
        page.wait_for_url("**unit=3*")
        page.get_by_role("button", name="Sequence after").click()
        page.wait_for_url("**sequence=2*")
        page.get_by_role("button", name="Backward").click()
        page.wait_for_url("**direction=backward*")
        rests(page)
        words = address(page)
        assert 6 < int(words["t"]) <= 12
        page.reload()
        rests(page)
        assert step(page) == int(words["t"])
        text = page.locator(".player .bar").inner_text()
        assert "unit 3 of 4" in text and "sequence 2 of 3" in text
        back = page.get_by_role("button", name="Backward")
        assert back.get_attribute("aria-pressed") == "true"
        assert address(page) == words


def test_a_screen_reader_hears_the_slider_and_the_step(browser, server):
    run = rnnviz.run(rnnviz.Experiment(n_a=4, T_x=12, m=3))
    with opened(browser, server, t="4") as page:
        a, c = (digits(run.trace.states[s][0, 0, 3]) for s in "ac")
        sentence = f"step 4 of 12, unit 1: a {a}, c {c}"
        assert scrub(page).get_attribute("aria-valuetext") == sentence
        live = page.locator(".player .live")
        page.wait_for_timeout(500)
        assert live.inner_text().startswith(sentence)
        assert page.get_by_role("button", name="forget gate").count() == 1
        page.keyboard.press("Tab")
        scrub(page).press("ArrowRight")
        page.wait_for_timeout(600)
        assert live.inner_text().startswith("step 5 of 12")


@pytest.mark.parametrize("motion", ["reduce", "no-preference"])
def test_reduced_motion_goes_step_by_step(browser, server, motion):
    with opened(browser, server, {"reduced_motion": motion}) as page:
        page.get_by_label("Speed").select_option("2")
        page.get_by_role("button", name="Play", exact=True).click()
        way = """() => Math.max(...[...document.querySelectorAll('*')]
            .filter(e => e.shadowRoot?.querySelector('.player'))
            .flatMap(e => [...e.shadowRoot.querySelectorAll('.wire.flow')])
            .map(w => Math.abs(parseFloat(w.style.strokeDashoffset))))"""
        between = []
        for _ in range(12):
            between.append(page.evaluate(way))
            page.wait_for_timeout(70)
        assert (max(between) > 0) == (motion == "no-preference")
        assert step(page) > 1


def test_a_phones_width_is_enough(browser, server):
    with opened(browser, server, {}) as page:
        page.set_viewport_size({"width": 480, "height": 900})
        page.wait_for_timeout(800)
        assert page.evaluate("document.documentElement.scrollWidth") <= 480
        diagram = page.locator(".player .diagram").bounding_box()
        tape = page.locator(".player .tape").bounding_box()
        assert tape["y"] >= diagram["y"] + diagram["height"]
        for part in page.locator(".player .bar :is(button, input):visible").all():
            box = part.bounding_box()
            assert box["x"] >= 0 and box["x"] + box["width"] <= 480


def test_colours_follow_the_mode(browser, server):
    with opened(browser, server, {"color_scheme": "light"}) as page:
        ground = """() => [...document.querySelectorAll('*')]
            .map(e => e.shadowRoot?.querySelector('.player')).find(Boolean)
            .style.getPropertyValue('--ground')"""
        assert page.evaluate(ground) == theme.MODES["light"].ground
        page.emulate_media(color_scheme="dark")
        page.wait_for_function(f"({ground})() === '{theme.MODES['dark'].ground}'", timeout=10_000)
        box = page.locator('.player .node[data-name="forget"] .box')
        stroke = box.evaluate("e => getComputedStyle(e).stroke")
        expected = theme.rgb(theme.line("forget", "dark")["color"])
        assert stroke == f"rgb({', '.join(map(str, expected))})"


def test_a_slider_of_the_sidebar_changes_the_player_in_place(browser, server):
    with opened(browser, server, T_x="40", t="5") as page:
        player = page.locator(".player")
        player.evaluate("e => { e.mark = 'same' }")
        page.get_by_label("Speed").select_option("1")
        page.get_by_role("button", name="Play", exact=True).click()
        page.get_by_role("slider", name="Gain of the recurrent weights").press("ArrowRight")
        page.wait_for_url("**gain=1.01*")
        rests(page)
        assert player.evaluate("e => e.mark") == "same"
        page.get_by_role("button", name="Pause", exact=True).click()
        # While it plays, what is said of one step is gone: the numbers are read at rest.
        t = step(page)
        assert t >= 5
        run = rnnviz.run(rnnviz.Experiment(n_a=4, T_x=40, m=3, gain=1.01))
        value = page.locator('.player .node[data-name="forget"] .value')
        assert value.text_content() == f"{run.trace.gates['forget'][0, 0, t - 1]:.2f}"
        page.get_by_role("slider", name="Time steps T_x").press("Home")
        page.wait_for_url("**T_x=1&*")
        rests(page)
        assert step(page) == 1


def test_a_resting_player_shows_the_new_run(browser, server):
    with opened(browser, server, t="6") as page:
        page.get_by_role("slider", name="Gain of the recurrent weights").press("ArrowRight")
        page.wait_for_url("**gain=1.01*")
        rests(page)
        run = rnnviz.run(rnnviz.Experiment(n_a=4, T_x=12, m=3, gain=1.01))
        f, c, a = (
            run.trace.gates["forget"][0, 0, 5],
            *(run.trace.states[s][0, 0, 5] for s in "ca"),
        )
        lines = [
            page.locator(f".player .{kind}").last.inner_text() for kind in ("letters", "numbers")
        ]
        assert [line.split(" = ")[-1] for line in lines] == [digits(c), digits(a)]
        value = page.locator('.player .node[data-name="forget"] .value')
        assert value.text_content() == f"{f:.2f}"


def test_a_run_that_overflows_stops_at_its_last_finite_step(browser, server):
    link = {"cell": "rnn", "activation": "relu", "gain": "100", "T_x": "200", "t": "200"}
    e = rnnviz.Experiment(cell="rnn", activation="relu", gain=100.0, n_a=4, T_x=200, m=3)
    broken = rnnviz.run(e).trace.nonfinite_step
    with opened(browser, server, **link) as page:
        assert step(page) == broken
        note = page.locator(".player .note").inner_text()
        assert note == f"The player stops before t = {broken + 1}, where the numbers overflow."
        assert page.get_by_role("button", name="Backward").is_disabled()


def test_a_long_run_is_thinned_and_says_so(browser, server):
    run = rnnviz.run(rnnviz.Experiment(n_a=256, T_x=500, m=1, n_x=3))
    with opened(browser, server, n_a="256", T_x="500", m="1", t="123", unit="200") as page:
        assert "Every 4th step is drawn" in page.locator(".player .note").inner_text()
        assert step(page) == 123
        _, numbers = look_at(page, "c")
        assert numbers.split(" = ")[-1] == digits(run.trace.states["c"][199, 0, 122])
