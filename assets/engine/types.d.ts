// What the engine's files hand one another. Matrices are row by row; a step's values (n_a, m).

type Arrays = Record<string, Float64Array>;

/** What a person chose: the fields of rnnviz/core/experiment.py that the engine heeds. */
interface EngineSettings {
  seed: number; n_x: number; n_a: number; n_y: number; m: number; T_x: number;
  init: string; gain: number; forget_bias: number; signal: string; loss: string;
  rows?: number[][]; // an input of one's own, (T_x, n_x), in place of the signal
}

/** What weights are drawn of, parameters in the order of the draws. */
interface Drawn { parameters: Parameter[]; starts: string[] }

/** A parameter: `seen` says of each thing that a matrix sees whether it is x. */
interface Parameter {
  name: string;
  kind: "matrix" | "vector" | "bias" | "readout" | "readout bias";
  seen: boolean[];
  start?: { low: number; high: number } | { of: number };
}

/** A block of a stage: matrices with the places of what they see among the looks, -1 for x. */
interface WrittenBlock { squash: string; bias: string; matrices: [string, number[]][] }

/** A cell as rnnviz/export/page/cells.py writes it. */
interface WrittenCell extends Drawn {
  origin?: Drawn; // of a person's own: the cell that it was made from
  states: string[];
  late: string | null; // the value that the first of the later products sees
  scaled: string[];
  memory: [string, number] | null;
  readout: [string, string];
  stages: WrittenBlock[][];
  sees: string[][] | null; // the states before the step that each stage sees; null where they are worked on first
  held(p: Arrays, rows: number): Arrays; // what the diagram's nodes of parameters hold
  once(p: Arrays): Arrays;
  onceBack(p: Arrays, felt: Arrays): void;
  step(before: Arrays, product: Product, fixed: Arrays, m: number): Arrays;
  back(v: Arrays, next: Arrays, upstream: Float64Array, product: ProductBack, fixed: Arrays,
    felt: Arrays, m: number): Arrays;
}

type Product = (stage: number, looks: Float64Array[]) => Float64Array[];
type ProductBack = (stage: number, dz: Float64Array[]) => Float64Array[];
