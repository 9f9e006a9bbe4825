// @ts-check
// The planes in which the same points can be seen, and what the marks in them mean.
import { h, say, show } from "../stage/dom.js";
import { colourOf } from "./marks.js";
import { prototypeWords } from "./words.js";

/** @typedef {import("protocol").RunView} Run */

/** @typedef {import("./words.js").View} View */
/** @typedef {import("./picture.js").Picture} Picture */

/** @type {[View, string][]} */
const VIEWS = [["embedding", "Embedding"], ["activations", "Activations"], ["tsne", "t-SNE"], ["around", "Around a centre"]];

/** Whether a picture has this view. @param {Picture|null} picture @param {View} view */
export function has(picture, view) {
  if (view === "activations") return Boolean(picture?.activations);
  if (view === "tsne") return Boolean(picture?.tsne);
  if (view === "around") return Boolean(picture?.k);
  return true;
}

/** @param {(view: View) => void} chosen */
export function makeViews(chosen) {
  const buttons = VIEWS.map(([id, words]) => {
    const button = h("button", { type: "button", "aria-pressed": String(id === "embedding") }, words);
    button.addEventListener("click", () => chosen(id));
    return { id, button };
  });
  const node = h("div.run-views", { role: "group", "aria-label": "What the points show" }, ...buttons.map(({ button }) => button));
  return {
    node,
    /** @param {Picture|null} picture @param {View} view */
    update(picture, view) {
      for (const { id, button } of buttons) {
        show(button, id === view || has(picture, id));
        button.setAttribute("aria-pressed", String(id === view));
      }
    },
  };
}

const mark = (/** @type {string} */ name, /** @type {string} */ words, text = "") => h("span.mark", {}, h(`span.mark-${name}`, { "aria-hidden": "true" }, text), words);

/** One coloured mark a class with its name. */
function makeClasses() {
  const node = h("ul.run-classes", { role: "list", "aria-label": "Classes" });
  let drawn = "";
  return {
    node,
    /** @param {string[]} classes */
    update(classes) {
      const picture = JSON.stringify(classes);
      if (picture === drawn) return;
      drawn = picture;
      node.toggleAttribute("data-short", classes.every((name) => name.length <= 3));
      node.replaceChildren(...classes.map((name, of) => {
        const dot = h("span.class-dot", { "aria-hidden": "true" });
        dot.style.background = `var(${colourOf(of)})`;
        return h("li", {}, dot, h("bdi", {}, name));
      }));
    },
  };
}

/** @param {boolean} short Few words and the classes too, to be read from afar. */
export function makeLegend(short) {
  const named = makeClasses();
  const rejected = mark("rejected", "rejected");
  const centre = mark("centre", "centre");
  const prototype = mark("prototype", short ? "prototype" : "prototype: what all centres come down to");
  const missing = h("span.run-missing");
  const marks = h("p.run-legend", {}, mark("seen", "learned from"), mark("held", "held out"), mark("wrong", "wrong", "×"), rejected, centre, prototype, missing);
  const node = short ? h("div.run-names", {}, named.node, marks) : marks;
  return {
    node,
    /** @param {Run} run @param {Picture|null} picture @param {View} view @param {string[]} classes */
    update(run, picture, view, classes) {
      if (short) named.update(classes);
      const plane = view === "embedding";
      show(rejected, picture?.rejected.includes(1) ?? false);
      show(centre, plane && Boolean(picture?.k));
      show(prototype, plane && Boolean(picture?.prototypes.length));
      const words = plane && picture && !short ? prototypeWords(run, picture.prototypes.length > 0) : "";
      say(missing, words);
      show(missing, words !== "");
    },
  };
}
