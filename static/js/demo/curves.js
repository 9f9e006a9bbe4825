// @ts-check
// Curves of a run: a chart of accuracies and one of losses, each with its axes, and with its newest values in words.
import { h, say, show } from "../stage/dom.js";
import { gapWords } from "./words.js";

/** @typedef {import("protocol").ProgressView} Progress */

const SVG = "http://www.w3.org/2000/svg";
const WIDE = 300;
const HIGH = 100;

/**
 * The path of one curve in a box of WIDE × HIGH; points without a value are passed over.
 * @param {(number|null)[][]} points @param {number} column @param {{steps: number, from: number, to: number}} range
 */
export function pathOf(points, column, { steps, from, to }) {
  let path = "";
  for (const point of points) {
    const value = point[column];
    if (value == null) continue;
    const x = Number(point[0]) / Math.max(1, steps) * WIDE;
    const y = HIGH - (Math.min(to, Math.max(from, value)) - from) / (to - from || 1) * HIGH;
    path += `${path ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
  }
  return path;
}

/** The range of a chart of losses: from 0 to what stays once the first tenth is over; what was above touches the top. @param {(number|null)[][]} points @param {number[]} columns */
export function lossRange(points, columns) {
  const values = points.slice(Math.min(points.length - 1, 2 + Math.floor(points.length / 10))).flatMap((point) => columns.map((column) => point[column] ?? 0));
  return { from: 0, to: Math.max(1e-3, ...values) };
}

/** The range of a chart of accuracies: from the whole tenth below the least after the first tenth, so that what is near the top can be told apart. @param {(number|null)[][]} points @param {number[]} columns */
export function accuracyRange(points, columns) {
  const values = points.slice(Math.floor(points.length / 10)).flatMap((point) => columns.flatMap((column) => point[column] ?? []));
  const least = values.length ? Math.min(...values) : 0;
  return { from: Math.max(0, Math.min(0.9, Math.floor(least * 10) / 10)), to: 1 };
}

/**
 * Where an axis has its ticks: whole multiples of 1, 2 or 5 times a power of ten, three of them at most.
 * @param {number} from @param {number} to @returns {number[]}
 */
export function ticksOf(from, to) {
  const reach = to - from;
  if (!(reach > 0)) return [from];
  const power = 10 ** Math.floor(Math.log10(reach));
  const step = [0.2, 0.5, 1, 2, 5].map((of) => of * power).find((of) => Math.floor(reach / of + 1e-9) <= 2) ?? power;
  const first = Math.ceil(from / step - 1e-9);
  const last = Math.floor(to / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, n) => Number(((first + n) * step).toPrecision(12)));
}

/** How far the curves have come, which is how far the axis goes: they use all of their width. @param {(number|null)[][]} points */
export const stepsOf = (points) => Math.max(1, ...points.slice(-1).map((point) => Number(point[0])));

/** Name of the curve, words for it, its colour, and whether it is another network's. @type {{title: string, lines: [string, string, string, boolean?][], percent: boolean}[]} */
const CHARTS = [
  { title: "Accuracy", percent: true, lines: [
    ["train accuracy", "learned from", "--c3"], ["held-out accuracy", "held out", "--c4"],
    ["baseline train accuracy", "learned from", "--c3", true], ["baseline held-out accuracy", "held out", "--c4", true]] },
  { title: "Loss", percent: false, lines: [
    ["loss", "all", "--c2"], ["supervised loss", "supervised", "--c3"], ["unsupervised loss", "unsupervised", "--c1"]] },
];

/** @param {string} name @param {Record<string, string|number>} attributes */
function svg(name, attributes) {
  const node = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  return node;
}

/**
 * One axis as words at their places, and its lines across the chart. Words are HTML, so that they keep their shape where the
 * chart is stretched.
 * @param {"x"|"y"} along
 */
function makeAxis(along) {
  const words = h(`div.axis-${along}`, { "aria-hidden": "true" });
  const lines = svg("path", { class: "curve-grid" });
  let drawn = "";
  return {
    words, lines,
    /** @param {number} from @param {number} to @param {(value: number) => string} text */
    set(from, to, text) {
      const ticks = ticksOf(from, to);
      const picture = JSON.stringify([from, to, ticks.map(text)]);
      if (picture === drawn) return;
      drawn = picture;
      const part = (/** @type {number} */ value) => (value - from) / (to - from || 1);
      const at = (/** @type {number} */ value) => along === "x" ? part(value) * WIDE : HIGH - part(value) * HIGH;
      lines.setAttribute("d", ticks.map((value) => along === "x" ? `M${at(value)} 0V${HIGH}` : `M0 ${at(value)}H${WIDE}`).join(""));
      words.replaceChildren(...ticks.map((value) => {
        const word = h("span", {}, text(value));
        word.style.setProperty("--at", `${part(value) * 100}%`);
        return word;
      }));
    },
  };
}

/** What a baseline's curve is of. @param {string} words @param {boolean} few */
const said = (words, few) => few ? h("span.run-sr", {}, `baseline, ${words}`) : `baseline, ${words}`;

/** @param {boolean} few Digits as few as can be read from afar. */
export function makeCurves(few = false) {
  const charts = CHARTS.map(({ title, lines, percent }) => {
    const baseline = lines.some(([, , , other]) => other) && few
      ? h("span.curve-name", { hidden: true }, h("span.swatch.swatch-other", { "aria-hidden": "true" }), "baseline") : null;
    const box = svg("svg", { viewBox: `0 0 ${WIDE} ${HIGH}`, preserveAspectRatio: "none", "aria-hidden": "true" });
    const [x, y] = [makeAxis("x"), makeAxis("y")];
    box.append(x.lines, y.lines);
    const drawn = lines.map(([name, words, colour, other]) => {
      const path = svg("path", { class: other ? "curve curve-other" : "curve" });
      path.style.stroke = `var(${colour})`;
      box.append(path);
      const value = h("b.curve-value");
      const swatch = h(other ? "span.swatch.swatch-other" : "span.swatch", { "aria-hidden": "true" });
      swatch.style.borderColor = `var(${colour})`;
      return { name, path, value, other, row: h("span.curve-name", {}, swatch, other ? said(words, few) : words, " ", value) };
    });
    // Read from afar, a baseline's value stands beside the one that it is held against; what it is, beside the title.
    const half = drawn.length / 2;
    const rows = baseline ? drawn.slice(0, half).flatMap((one, place) => [one.row, drawn[place + half].row]) : drawn.map(({ row }) => row);
    // How far what was learned from is ahead of what was held out: a matter of accuracies only.
    const gap = h("b.curve-gap", { hidden: true, title: "Accuracy on what was learned from − on what was held out" });
    const node = h("figure.curves", {}, h("figcaption", {}, h("span.curve-title", {}, title), gap, baseline, ...rows),
      h("div.curve-plot", {}, y.words, h("div.curve-box", {}, box), x.words));
    return { node, drawn, x, y, gap, percent, baseline };
  });
  const node = h("div.all-curves", {}, ...charts.map((chart) => chart.node));
  return {
    node,
    /** @param {import("protocol").ChartView|null|undefined} chart @param {Progress|null|undefined} progress */
    set(chart, progress) {
      const { names = [], points = [] } = chart ?? {};
      const steps = stepsOf(points);
      // Axes without a curve say nothing.
      show(node, points.length > 1);
      for (const { drawn, x, y, gap, percent, baseline } of charts) {
        const columns = drawn.map(({ name }) => names.indexOf(name) + 1);
        const measured = columns.filter(Boolean);
        const range = percent ? accuracyRange(points, measured) : lossRange(points, measured);
        x.set(0, steps, (value) => value === 0 ? "step 0" : value.toLocaleString("en"));
        y.set(range.from, range.to, (value) => percent ? `${Math.round(value * 100)}\u00a0%` : String(value));
        say(gap, percent ? gapWords(chart, progress) : "");
        show(gap, gap.textContent !== "");
        let others = false;
        drawn.forEach(({ path, value, row, other }, place) => {
          const column = columns[place];
          const line = column ? pathOf(points, column, { steps, ...range }) : "";
          path.setAttribute("d", line);
          const newest = column ? progress?.values?.[column - 1] : null;
          say(value, newest == null ? "" : percent ? `${(newest * 100).toFixed(few ? 0 : 1)}\u00a0%` : newest.toPrecision(few ? 2 : 3));
          // What is not measured in this run is not named, or a chart would promise curves that never come.
          const named = place === 0 || line !== "" || newest != null;
          show(row, named);
          others ||= named && !!other;
        });
        if (baseline) show(baseline, others);
      }
    },
  };
}
