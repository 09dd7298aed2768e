// What a figure is: Plotly's traces and layout, as far as the figures of this package use them.

type Mode = "light" | "dark";

/** A trace; numbers by unit and step, or along a line. */
interface Trace {
  type: "heatmap" | "scatter" | "bar";
  [property: string]: any;
}

interface Shape { type: string; x0: number; x1: number; y0: number; y1: number; [property: string]: any }

interface Note { text: string; x?: number; y?: number; font?: { color?: string; size?: number }; [property: string]: any }

interface Drawing { data: Trace[]; layout: Record<string, any> }

/** A run as figures read it: `drawn` steps have numbers, `back` trailing ones a gradient. */
interface Pass {
  e: EngineSettings & { cell: string; activation: string };
  kind: string; // of cell, as CELLS has it
  cell: ShownCell;
  words: string[]; // of the steps, where the input has any
  done: Simulated;
  T_x: number;
  finite: number;
  drawn: number;
  back: number;
}

/** What a page lets one choose beside the experiment; all count from 0. */
interface Picked {
  sequence: number;
  unit: number;
  units: number[];
  clip: number; // the norm
  lag: number; // steps that each loss is carried back
}
