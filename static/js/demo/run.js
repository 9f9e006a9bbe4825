// @ts-check
// A run as everyone watches it: how far it is, the points, the curves, and what came out.
import { h, say, show } from "../stage/dom.js";
import { makeCurves } from "./curves.js";
import { makeScatter } from "./scatter.js";

const percent = (/** @type {number} */ x) => `${(x * 100).toFixed(1)} %`;

/** What a run is about, in words. @param {any} run */
export function settingWords({ settings }) {
  const head = settings.head === "rbf"
    ? `${settings.centres} centres, λ = ${settings.lambda}, ${String(settings.kernel).replaceAll("_", " ")} kernel`
    : "softmax head";
  return `${settings.data}, ${head}`;
}

/** @param {any} run @param {any} progress */
export function stateWords(run, progress) {
  if (run.failed) return `Stopped: ${run.failed}`;
  if (run.state === "ended") return "Done";
  if (run.state === "stopped") return "Stopped";
  if (run.state === "paused") return "Paused";
  return progress?.steps ? "Training" : "Getting ready";
}

/** @param {any} chosen */
const chosenWords = (chosen) => chosen ? `You chose “${chosen.label}”, ${chosen.votes} of ${chosen.voters}` : "";

/** What the points are, in words: nothing is shown as what it is not. @param {any} run @param {string} view */
export function viewWords({ settings }, view) {
  if (view === "activations") return `Activations of ${settings.centres} centres, by their two widest directions (PCA)`;
  return settings.dims === 2 ? "Embedding of 2 numbers, as it is" : `Embedding of ${settings.dims} numbers, by its two widest directions (PCA)`;
}

export function makeRun() {
  const scatter = makeScatter("Images as points");
  const curves = makeCurves();
  const state = h("span.run-state");
  const steps = h("span.run-steps");
  const speed = h("span.run-speed");
  const fill = h("span.run-fill");
  const chosen = h("p.run-chosen", { dir: "auto" });
  const what = h("p.run-what");
  const caption = h("p.run-caption");
  const results = h("p.run-results");
  const buttons = [["embedding", "Embedding"], ["activations", "Activations"]].map(([id, words]) => {
    const button = h("button", { type: "button", "aria-pressed": String(id === "embedding") }, words);
    button.addEventListener("click", () => {
      view = id;
      for (const one of buttons) one.setAttribute("aria-pressed", String(one === button));
      scatter.show(/** @type {any} */ (id));
      if (last) say(caption, viewWords(last, view));
    });
    return button;
  });
  const choice = h("div.run-views", { role: "group", "aria-label": "What the points show" }, ...buttons);
  const mark = (/** @type {string} */ name, /** @type {string} */ words, text = "") => h("span.mark", {}, h(`span.mark-${name}`, { "aria-hidden": "true" }, text), words);
  const legend = h("p.run-legend", {}, mark("seen", "learned from"), mark("held", "held out"), mark("wrong", "wrong", "×"), mark("centre", "centre"));
  const node = h("div.run", {},
    h("div.run-picture", {}, scatter.node, caption, legend),
    h("div.run-side", {}, chosen, what,
      h("p.run-line", {}, state, steps, speed), h("span.run-track", { "aria-hidden": "true" }, fill),
      results, curves.node, choice));
  let view = "embedding";
  /** @type {any} */
  let last = null;
  let toldAt = 0;

  return {
    node,
    /** @param {any} run @param {{progress: any, chart: any, picture: any}|null} shown */
    update(run, shown) {
      last = run;
      // What was shown of an earlier run is not of this one.
      const mine = shown && shown.progress?.number === run.number ? shown : null;
      const { progress, chart, picture } = mine ?? {};
      say(chosen, chosenWords(run.chosen));
      show(chosen, Boolean(run.chosen));
      say(what, settingWords(run));
      say(state, stateWords(run, progress));
      node.dataset.state = run.failed ? "failed" : run.state;
      say(steps, progress?.steps ? `step ${progress.step} of ${progress.steps}` : "");
      const rate = progress?.values?.[chart?.names?.indexOf("images per second") ?? -1];
      say(speed, rate && run.state === "running" ? `${Math.round(rate).toLocaleString("en")} images/s` : "");
      fill.style.transform = `scaleX(${progress?.steps ? progress.step / progress.steps : 0})`;
      const test = run.results?.["test accuracy"];
      say(results, test == null ? "" : `Test images: ${percent(test)} right`);
      show(results, test != null);
      say(caption, viewWords(run, view));
      curves.set(chart, progress);
      show(choice, run.settings.head === "rbf");
      if (picture && picture.run === run.number) scatter.set(picture, progress?.classes ?? []);
      const held = progress?.values?.[chart?.names?.indexOf("held-out accuracy") ?? -1];
      // Often enough for those who listen, and not at every frame.
      if (Date.now() - toldAt > 4000) {
        toldAt = Date.now();
        const words = held == null ? "Images as points" : `${picture?.n ?? 0} images as points, ${percent(held)} of those held out are told right`;
        scatter.node.setAttribute("aria-label", words);
      }
    },
    redraw: scatter.ask,
  };
}
