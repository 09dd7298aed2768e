// Which pictures each page has (rnnviz/exhibits): as many as are here, in the dashboard's order.

import { anyOpens, gatesCaption, gatesMemory, gatesOverview, gatesSaturation, hasGates, hasMemory } from "./gates.js";
import { statesCaption, statesOverview, statesSaturation, statesTrajectory } from "./states.js";

/** @typedef {{ name: string, figure: (run: Pass, picked: Picked, mode: Mode) => Drawing,
 * caption?: (run: Pass, picked: Picked) => string,
 * beside?: boolean, fits?: (run: Pass) => boolean }} Picture */

/** @type {Record<string, Picture[]>} */
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
};
