// What Python writes into the page (rnnviz/export/page/page.py), and what its files hand one another.

interface ShownCell {
  own: { title: string; hue: string; states: string[]; remembered: string };
  terms: string[]; // keys of the glossary
  panels: { heading?: string }[][];
  rows: object[]; // where several play
  gates: [string, string, [number, number], string][]; // shown: name, letter, range, squash
  memory: [string, number] | null; // the gate that keeps it, and whether it does open or shut
  blocks: string[]; // the gate of each pre-activation, in the engine's order
  late: boolean;
  onlyShown: boolean; // no later step sees the hidden state
  steady: boolean; // every step has the same Jacobian
}

interface Control {
  name: keyof EngineSettings | "cell";
  label: string;
  low: number;
  high: number;
  whole: boolean;
  choices: [string, string][]; // name and title; none of a number
}

// What one predicts: one of the options, or a number, right within its tolerance or factor.
interface Prediction { ask: string; options?: string[]; unit: string; tolerance: number; factor: boolean }

// A lesson; its texts are HTML (rnnviz/export/page/lessons.py).
interface Taught {
  name: string; title: string; question: string;
  words: Record<string, string>; // of a link to its experiment
  view: string; picture: string; cells: string[];
  setup: string; prediction: Prediction; answer: number | string; check: string; why: string; paper: string;
  tries: string; links: { words: Record<string, string>; check: string }[];
}

declare const CELLS: Record<string, WrittenCell>;
declare const SHOWN: {
  cells: Record<string, ShownCell>;
  shared: { inks: Record<Mode, Ink>; font: string; large: boolean };
  questions: Record<string, string>; // of each page
  beside: { usual: string[]; most: number }; // cells that Compare has at first, and at most
  theme: {
    font: string; serif: string; decades: number; // of the gradients' colours
    dashes: Record<string, string>; titles: Record<string, string>;
    tones: Record<Mode, object[]>; lines: Record<Mode, Record<string, string>>;
  };
  terms: Record<string, Explained>;
  felt: string[]; // over what is felt: of one cell, of several
  together: { heading?: string }[]; // the rows that several share
  notes: Record<"nothing" | "stops" | "back", string>;
  controls: Control[];
  versions: Record<string, Record<string, string | number>>;
  version: string;
  unsaid: string;
  symbols: Record<string, { codes: Record<string, number[]>; text: string; between: string; named: boolean }>;
  most: number; // symbols of a text
  letters: Record<string, string>; // of short links
  start: string; // the link where nobody wrote another
  own: { cell?: string; equations?: string }; // the words of a link to the file's own cell
  equations: string; // its text, packed
  lessons: string; // packed
  elsewhere: string; // the lessons that are not here
  only: Record<string, string>; // fields that have one value in the file
};

type Simulated = ReturnType<typeof import("../engine/run.js").simulate>;
