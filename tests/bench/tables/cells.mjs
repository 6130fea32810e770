// Numbers as they stand in the tables.
export const number = (v) => (v === undefined ? "-" : v >= 1000 ? String(Math.round(v)) : v >= 100 ? v.toFixed(0) : v >= 10 ? v.toFixed(1) : v >= 0.1 ? v.toFixed(2) : v.toFixed(3));
export const spread = ({ median, min, max }) => `${number(median)} (${number(min)}-${number(max)})`;
export const times = (a, b) => (a === undefined || b === undefined || b === 0 ? "-" : `${number(a / b)}x`);
/** `target` is the most that the value may be. */
export const atMost = (value, target) => (target === undefined ? ["", ""] : [`<= ${number(target)}`, value <= target ? "met" : "missed"]);
