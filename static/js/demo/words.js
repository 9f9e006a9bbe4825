// @ts-check
// What a run's page says of it, in words: nothing is shown as what it is not.

/** @typedef {import("protocol").ProgressView} Progress */
/** @typedef {import("protocol").RunView} Run */

export const percent = (/** @type {number} */ x, digits = 1) => `${(x * 100).toFixed(digits)}\u00a0%`;

/** A minus sign and not a hyphen; a plus where asked for. @param {number} x @param {number} digits @param {boolean} [signed] */
export function numberText(x, digits = 2, signed = false) {
  const text = Math.abs(x).toFixed(digits);
  const zero = Number(text) === 0;
  return (zero ? "" : x < 0 ? "\u2212" : signed ? "+" : "") + text;
}

const spaced = (/** @type {unknown} */ word) => String(word).replaceAll("_", " ");

/** What a run is about, in words. @param {Pick<Run, "settings">} run */
export function settingWords({ settings }) {
  const head = settings.head === "rbf"
    ? `${settings.centres} centres, λ = ${settings.lambda}, ${spaced(settings.kernel)} kernel`
    : "softmax head";
  return `${settings.data}, ${head}`;
}

/** @param {Run} run @param {Progress|null|undefined} progress */
export function stateWords(run, progress) {
  if (run.failed) return `Stopped: ${run.failed}`;
  if (run.state === "ended") return "Done";
  if (run.state === "stopped") return "Stopped";
  if (run.state === "paused") return "Paused";
  if (run.played != null) return "Playing";
  return progress?.steps ? "Training" : "Getting ready";
}

/** @param {Run} run */
export const playedWords = ({ played }) => played == null ? "" : `Recorded run ${played}, played back`;

/** @param {import("protocol").ChosenView} [chosen] */
export const chosenWords = (chosen) => chosen ? `You chose “${chosen.label}”, ${chosen.votes} of ${chosen.voters}` : "";

/** What a class is called. @param {string[]} classes @param {number|null|undefined} of */
export const className = (classes, of) => of == null ? "none" : classes[of] ?? String(of);

/** A centre and the class of most of what it wins. @param {string[]} classes @param {number} centre @param {number|null|undefined} owner */
export const centreName = (classes, centre, owner) => `Centre ${centre}${owner == null ? "" : `, mostly ${className(classes, owner)}`}`;

/** @typedef {"embedding"|"activations"|"tsne"|"around"} View */

/**
 * What the points are, in words.
 * @param {Run} run @param {View} view @param {{centre: number|null, name?: string}} [around]
 */
export function viewWords({ settings }, view, around = { centre: null }) {
  const numbers = `${settings.dims} numbers`;
  if (view === "activations") return `Activations of ${settings.centres} centres, by their two widest directions (PCA)`;
  if (view === "tsne") return `t-SNE of the embedding of ${numbers}: neighbours stay together; how far apart groups lie means nothing`;
  if (view === "around") {
    const ring = settings.kernel === "quadratic" ? ", activation 0 at 1" : "";
    return `${around.name ?? "A centre"}: distance in widths${ring}; angle by class`;
  }
  return settings.dims === 2 ? "Embedding of 2 numbers, as it is" : `Embedding of ${numbers}, by its two widest directions (PCA)`;
}

/** Why no prototypes come; empty where they do, or where none could be missed. @param {Run} run @param {boolean} come */
export function prototypeWords({ settings }, come) {
  if (settings.head !== "rbf" || come) return "";
  if (settings.kernel !== "quadratic") return `No prototypes: with the ${spaced(settings.kernel)} kernel the centres do not come down to one a class.`;
  if (settings.metric_of === "each") return "No prototypes: with a metric for each centre they do not come down to one a class.";
  return "";
}

/** The newest value of a curve; null where there is none. @param {import("protocol").ChartView|null|undefined} chart @param {Progress|null|undefined} progress @param {string} name */
export const newest = (chart, progress, name) => progress?.values?.[chart?.names?.indexOf(name) ?? -1] ?? null;

/** How far train accuracy is above that of what was held out, in points. @param {number|null} train @param {number|null} held */
const gapText = (train, held) => train == null || held == null ? null : numberText((train - held) * 100, 1);

/** The gap between what is learned from and what is held out, of the network and of its baseline. @param {import("protocol").ChartView|null|undefined} chart @param {Progress|null|undefined} progress */
export function gapWords(chart, progress) {
  const of = (/** @type {string} */ name) => newest(chart, progress, name);
  const own = gapText(of("train accuracy"), of("held-out accuracy"));
  const base = gapText(of("baseline train accuracy"), of("baseline held-out accuracy"));
  if (own === null) return "";
  return `Gap ${own} points${base === null ? "" : `, baseline ${base}`}`;
}

const MEASURES = [["precision at 1", "Precision at 1"], ["MAP@R", "MAP@R"], ["NMI", "NMI"], ["purity", "Purity"]];

/** Measures of retrieval and of clusters that were taken so far. @param {import("protocol").ChartView|null|undefined} chart @param {Progress|null|undefined} progress @param {Record<string, number>} [results] */
export const measures = (chart, progress, results = {}) => MEASURES.flatMap(([name, words]) => {
  const value = results[name] ?? newest(chart, progress, name);
  return value == null ? [] : [{ name: words, value: value.toFixed(3) }];
});
