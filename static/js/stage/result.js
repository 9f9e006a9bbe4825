// @ts-check
// The result of a poll with options: bars, a tie said as a tie, and what was picked together.
import { h, say, show } from "./dom.js";
import { moreSets, percentText, share, sumLine } from "../counts.js";
import { plural, resultRows } from "./words.js";
import { drawBars } from "../draw/bars.js";

/** @typedef {import("protocol").TallyView} Tally */

const COMBOS = 4;
/** The reveal is one movement of at most this long, whatever the number of rows. */
export const REVEAL = { duration: 900, all: 1200 };

/**
 * Timing of a drawing: the reveal starts row by row, what follows moves at once.
 * @param {boolean} reveal @param {number} rows
 */
export function timing(reveal, rows) {
  if (!reveal) return { duration: 450, stagger: 0 };
  const stagger = rows > 1 ? Math.min(60, (REVEAL.all - REVEAL.duration) / (rows - 1)) : 0;
  return { duration: REVEAL.duration, stagger };
}

/** Few rows grow, many share the width. @param {number} rows */
export const layoutOf = (rows) => (rows > 8 ? "columns" : rows > 4 ? "lines" : rows > 3 ? "stack" : "few");

/** What is said of the sets of picks that have no line here; nothing where all have one. @param {Tally} tally */
function moreLine({ combos, more_combos: more }) {
  const under = combos.slice(COMBOS);
  const sets = under.length + (more?.sets ?? 0);
  if (sets === 0) return [];
  const voters = under.reduce((/** @type {number} */ sum, one) => sum + one.count, more?.voters ?? 0);
  return [h("li.combo.combo-more", {}, h("span.combo-label", {}, moreSets(sets, voters)))];
}

/** @returns {import("./poll.js").Body} */
export function makeBars() {
  const bars = h("ul", { "aria-hidden": "true" });
  const tie = h("p.tie");
  const combos = h("ul.combos", { role: "list", "aria-hidden": "true" });
  const picks = h("span.combos-picks");
  const together = h("div.together", {}, h("p.small-head", {}, "Picked together", picks), combos);
  const node = h("div.body.result", {}, bars, tie, together);
  return {
    node,
    update(poll, { reveal, limit }) {
      const { tally } = poll;
      if (!tally) return;
      const rows = resultRows(poll, limit);
      bars.dataset.layout = layoutOf(rows.length);
      drawBars(bars, rows, { base: 100, animate: true, ...timing(reveal, rows.length) });
      const tied = sumLine(tally);
      show(tie, tied !== "");
      say(tie, tied);
      // A set of one says nothing that its bar does not say; sets are worth their place if some have several.
      const sets = tally.combos.some((one) => one.ids.length > 1);
      show(together, sets);
      say(picks, ` \u00b7 ${plural(tally.picks, "pick")} by ${plural(tally.voters, "voter")}`);
      if (!sets) return;
      combos.replaceChildren(...tally.combos.slice(0, COMBOS).map((one) => h("li.combo", {},
        h("span.combo-label", { dir: "auto", title: one.label }, one.ids.length > 1 ? one.label : `only ${one.label}`),
        h("span.combo-count", {}, `${one.count}`),
        h("span.combo-percent", {}, percentText(share(one.count, tally.voters))))),
        ...moreLine(tally));
    },
  };
}
