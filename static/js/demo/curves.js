// @ts-check
// Curves of a run: one small chart of losses, one of accuracies, each with its newest values in words.
import { h, say, show } from "../stage/dom.js";
import { gapWords } from "./words.js";

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

/** Name of the curve, words for it, its colour, and whether it is another network's. @type {{title: string, lines: [string, string, string, boolean?][], percent: boolean}[]} */
const CHARTS = [
  { title: "Loss", percent: false, lines: [
    ["loss", "all", "--c2"], ["supervised loss", "supervised", "--c3"], ["unsupervised loss", "unsupervised", "--c1"]] },
  { title: "Accuracy", percent: true, lines: [
    ["train accuracy", "learned from", "--c3"], ["held-out accuracy", "held out", "--c4"],
    ["baseline train accuracy", "learned from", "--c3", true], ["baseline held-out accuracy", "held out", "--c4", true]] },
];

export function makeCurves() {
  const charts = CHARTS.map(({ title, lines, percent }) => {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("viewBox", `0 0 ${WIDE} ${HIGH}`);
    svg.setAttribute("preserveAspectRatio", "none");
    svg.setAttribute("aria-hidden", "true");
    const drawn = lines.map(([name, words, colour, other]) => {
      const path = document.createElementNS(SVG, "path");
      path.setAttribute("class", other ? "curve curve-other" : "curve");
      path.style.stroke = `var(${colour})`;
      svg.append(path);
      const value = h("b.curve-value");
      const swatch = h(other ? "span.swatch.swatch-other" : "span.swatch", { "aria-hidden": "true" });
      swatch.style.borderColor = `var(${colour})`;
      return { name, path, value, row: h("span.curve-name", {}, swatch, ...(other ? ["baseline", h("span.run-sr", {}, `, ${words}`)] : [words]), " ", value) };
    });
    const top = h("span.curve-top", { "aria-hidden": "true" });
    // How far what was learned from is ahead of what was held out: a matter of accuracies only.
    const gap = h("b.curve-gap", { hidden: true, title: "Accuracy on what was learned from − on what was held out" });
    const node = h("figure.curves", {}, h("figcaption", {}, h("span.curve-title", {}, title), gap, ...drawn.map(({ row }) => row)), h("div.curve-box", {}, top));
    node.lastElementChild?.append(svg);
    return { node, drawn, top, gap, percent };
  });
  const node = h("div.all-curves", {}, ...charts.map((chart) => chart.node));
  return {
    node,
    /** @param {any} chart @param {any} progress */
    set(chart, progress) {
      const { names = [], points = [] } = chart ?? {};
      for (const { drawn, top, gap, percent } of charts) {
        const columns = drawn.map(({ name }) => names.indexOf(name) + 1);
        const range = percent ? { from: 0, to: 1 } : lossRange(points, columns.filter(Boolean));
        say(top, percent ? "100 %" : range.to.toPrecision(2));
        say(gap, percent ? gapWords(chart, progress) : "");
        show(gap, gap.textContent !== "");
        drawn.forEach(({ path, value, row }, place) => {
          const column = columns[place];
          const line = column ? pathOf(points, column, { steps: progress?.steps ?? 1, ...range }) : "";
          path.setAttribute("d", line);
          const newest = column ? progress?.values?.[column - 1] : null;
          say(value, newest == null ? "" : percent ? `${(newest * 100).toFixed(1)} %` : newest.toPrecision(3));
          // What is not measured in this run is not named, or a chart would promise curves that never come.
          show(row, place === 0 || line !== "" || newest != null);
        });
      }
    },
  };
}
