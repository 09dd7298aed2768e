"""Mistakes in the pictures of Dynamics, as in `picture_mutations`."""

from picture_mutations import Mistake as M

from rnnviz.core.dynamics.plane import components
from rnnviz.exhibits import dynamics as exhibits
from rnnviz.exhibits import flip_flop as exhibits_of_cubes
from rnnviz.exhibits import solid as exhibits_of_scenes
from rnnviz.figures import dynamics, flip_flop, solid

PORTRAIT, SCENE, CUBE, CUBES = "dynamics-portrait", "solid-portrait", "flip_flop-cube", "solid-cube"
PAIR = {"changed": {"gain": 2.0}}  # a stable point and a saddle
SWITCHED = {"changed": {"weights": "task-flipfloprnn"}}

MISTAKES = [
    M("the first sequence", dynamics.portrait, "(settling, sequence)", "(settling, 0)", PORTRAIT),
    M(
        "points rolled",
        dynamics._points,
        "seen.points[:, at]",
        "seen.points[:, [k - 1 for k in at]]",
        PORTRAIT,
        **PAIR,
    ),
    M("a point mirrored", dynamics._dots, '"y": places[1]', '"y": -places[1]', PORTRAIT),
    M(
        "the table's sequence",
        exhibits.portrait_table,
        "(run, one, sequence)",
        "(run, one)",
        PORTRAIT,
    ),
    M("a scene of the first", solid.portrait, "(settling, sequence)", "(settling, 0)", SCENE),
    M("kinds swapped in a scene", solid._by_kind, "kinds == kind", "kinds != kind", SCENE, **PAIR),
    M("depth for height", solid._trace, '"y": y, "z": z', '"y": z, "z": y', SCENE),
    M("a scene's axes swapped", solid._scene, '"xyz", axes', '"zyx", axes', SCENE),
    M("a path by another's name", solid.portrait, "seen.own, OWN", "seen.own, HELD", SCENE),
    M(
        "the last component first",
        components,
        "nates[:, fine], s",
        "nates[::-1, fine], s",
        SCENE,
    ),
    M(
        "the first share alone",
        exhibits_of_scenes.portrait_caption,
        "shares.sum()",
        "shares[0]",
        SCENE,
    ),
    M(
        "a scene's table of the first",
        exhibits_of_scenes.portrait_table,
        "(run, one, sequence)",
        "(run, one)",
        SCENE,
    ),
    M("answers mirrored", flip_flop._flat, "answers.own", "-answers.own", CUBE, **SWITCHED),
    M(
        "points of another kind",
        flip_flop.of_kinds,
        "at in some",
        "at, _ in enumerate(some)",
        CUBE,
        **SWITCHED,
    ),
    M(
        "a kind counted twice",
        exhibits_of_cubes.caption,
        "{len(some)} {_of",
        "{2 * len(some)} {_of",
        CUBE,
        **SWITCHED,
    ),
    M(
        "switches in another order",
        solid._cube,
        "answers.own",
        "answers.own[::-1]",
        CUBES,
        **SWITCHED,
    ),
    M("a switch by another's name", solid._cube, "SWITCHES", "SWITCHES[::-1]", CUBES, **SWITCHED),
    M(
        "a cube's table without paths",
        exhibits_of_scenes.cube_table,
        ", silent=True",
        "",
        CUBES,
        **SWITCHED,
    ),
]
