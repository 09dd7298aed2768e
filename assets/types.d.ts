// What the dashboard's scripts hold, for `make check` alone: nothing here reaches a browser.

type Point = [number, number];
type Colour = [number, number, number];
type Scale = [number, string][];
type Numbers = Record<string, number>;

// An array of the message, (rows, columns) in C order; `top` is its largest finite size, or 1.
interface Table {
  values: Float64Array;
  rows: number;
  columns: number;
  top: number;
}

// A term of the glossary (rnnviz/core/glossary.py).
interface Explained {
  key: string;
  title: string;
  sentence: string;
  formula: string;
  unit: string;
  lesson: string;
}

// A node of the cell's diagram (rnnviz/export/player/cell.py).
interface CellNode {
  name: string;
  kind: string;
  named?: string;
  inputs: string[];
  place: Point;
  symbol: string;
  letters: string;
  title: string;
  open: boolean;
  of: string;
  plain: string;
  squash: string;
  term: string; // of the glossary
  root?: string;
  rootSymbol: string;
}

interface Wire {
  source: string;
  target: string;
  points: Point[];
}

// What a diagram shows at a step: `felt` and `carried` on the way back alone.
interface Quantities {
  values: Numbers;
  felt?: Numbers;
  carried?: Numbers;
}

interface Row {
  spoken: string;
  term: string; // of the glossary
  heading?: string;
}

interface Heatmap extends Row {
  kind: "input" | "state" | "gate" | "output" | "gradient";
  counted: string; // what its rows are: units, numbers of the input, classes
  run: number; // the place of its run among those that play
  name: string;
  of: string;
  symbol: string;
  word: string;
  tint?: string; // the hue of the word
  open?: boolean;
  top?: number;
}

interface Curve {
  run: number;
  name: string; // of the state
  hue: string;
  dash: string;
  title: string;
}

// `y10` is the height of a number on the log scale, `decades` its two ends, once they are drawn.
interface Norms extends Row {
  kind: "norms";
  curves: Curve[];
  decades: number[];
  y10: (value: number) => number;
}

type Panel = Heatmap | Norms;
type PlacedPanel = Panel & { y: number; height: number };

interface Ink {
  ground: string;
  text: string;
  quiet: string;
  grid: string;
  now: string;
  hues: Record<string, string>;
  diverging: Scale;
  sequential: Scale;
}

interface Inks extends Ink {
  signed: Colour[];
  gate: Colour[];
  pixels: { signed: Uint32Array; gate: Uint32Array }; // the same, packed
}

// A key by which the player asks Python for something.
interface DemoKey {
  key: string;
  asks: string;
  label: string;
}

interface Chosen {
  t: number;
  sequence: number;
  unit: number;
  direction: string;
}

// The message: runs of one sequence, each with what all share. `mode` and `ink` are put on by the
// stage.
interface Run extends Chosen {
  title: string;
  hue: string;
  states: string[];
  remembered: string; // the state that the cell remembers by
  n_a: number;
  m: number;
  T_x: number;
  steps: number[];
  words: string[]; // of the kept steps, where the input has any
  before: number[];
  after: number[];
  back_to: number;
  k: number;
  note: string;
  nodes: CellNode[];
  wires: Wire[];
  panels: Panel[][];
  inks: Record<"light" | "dark", Ink>;
  font: string;
  large: boolean;
  plays: boolean;
  keys: DemoKey[];
  edits: string[]; // what a click on each row of the input makes, where it changes it
  tour: { title: string; text: string; t: number; node: string; backward: boolean }[];
  toured: boolean; // whether the link asks for the tour
  terms: Record<string, Explained>;
  shares: [number, string][]; // what a gate lets through up to each number, in words
  tells: Record<"there" | "brief" | "back", { text: string; node: string }[]>;
  arrays: Record<string, Table>;
  count: number;
  byName: Record<string, CellNode>;
  mode: "light" | "dark";
  ink: Inks;
}

interface Window {
  Plotly: any;
}

// What Streamlit hands to a component (components.v2).
interface Mounted<Data> {
  parentElement: HTMLElement;
  data: Data;
  setTriggerValue: (name: string, value: unknown) => void;
}
