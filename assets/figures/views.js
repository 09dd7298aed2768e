// Which pictures each page has (rnnviz/exhibits): as many as are here, in the dashboard's order.

import { anyOpens, gatesCaption, gatesMemory, gatesOverview, gatesSaturation, hasGates, hasMemory } from "./gates.js";
import { gradientItems, gradientSingularValues, itemsCaption, singularCaption } from "./back.js";
import { bandCaption, bandFits, bandPieces, compareBand } from "./band.js";
import { compareCaption, compareNorms, compareParameters, compareStates } from "./compare.js";
import { gradientNorms, gradientsCaption } from "./gradients.js";
import { itemisedNorms, itemsFit, stepSingularValues } from "./jacobians.js";
import { statesCaption, statesOverview, statesSaturation, statesTrajectory } from "./states.js";

// A picture of a run; those of Compare are of one run a cell.
/** @typedef {{ name: string, figure: (subject: any, picked: Picked, mode: Mode) => Drawing,
 * caption?: (subject: any, picked: Picked) => string, beside?: boolean, fits?: (subject: any) => boolean,
 * works?: (subject: any, picked: Picked) => Iterator<void> }} Shown `works` are the pieces of what the figure needs */

/** @type {Record<string, Shown[]>} */
export const VIEWS = {
  States: [
    { name: "states-overview", figure: statesOverview, caption: statesCaption },
    { name: "states-trajectory", figure: statesTrajectory, beside: true },
    { name: "states-saturation", figure: statesSaturation, beside: true },
  ],
  Gates: [
    { name: "gates-overview", figure: gatesOverview, caption: gatesCaption, fits: hasGates },
    { name: "gates-saturation", figure: gatesSaturation, fits: anyOpens, beside: true },
    { name: "gates-memory", figure: gatesMemory, fits: hasMemory, beside: true },
  ],
  Gradients: [
    { name: "gradients-norms", figure: gradientNorms, caption: gradientsCaption },
    { name: "gradients-itemised", figure: gradientItems, caption: itemsCaption, fits: itemsFit, beside: true, works: (run, { lag }) => itemisedNorms.some(run, lag) },
    { name: "gradients-singular_values", figure: gradientSingularValues, caption: singularCaption, beside: true, works: (run, { sequence }) => stepSingularValues.some(run, sequence) },
  ],
  Compare: [
    { name: "compare-states", figure: compareStates, caption: compareCaption },
    { name: "compare-norms", figure: compareNorms, beside: true },
    { name: "compare-band", figure: compareBand, caption: bandCaption, fits: bandFits, beside: true, works: bandPieces },
    { name: "compare-parameters", figure: compareParameters, beside: true },
  ],
};
