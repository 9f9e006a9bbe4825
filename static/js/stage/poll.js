// @ts-check
// A poll on stage: the question stays, what is under it follows the poll's steps.
import { h, say } from "./dom.js";
import { choices, howTo, marksOf } from "./words.js";
import { stepOf } from "./scene.js";
import { makeBars } from "./result.js";
import { makeForecast } from "./forecast.js";

/** @typedef {import("../session.js").Ready} Ready */
/** @typedef {import("protocol").PollView} Poll */

/** The rows that a poll has room for at first, as main.js counts them; as many of 40 options as there are. */
export const ROWS = 16;

/**
 * What is under the question. `update` draws the poll; `reveal` says that it is drawn for the first time.
 * @typedef {{node: HTMLElement, update: (poll: Poll, how: {reveal: boolean, limit: number}) => void}} Body
 */

/** Many short options share the width; long ones would be pillars of single words there. @param {{label: string}[]} rows */
function layoutFor(rows) {
  const longest = Math.max(0, ...rows.map((row) => row.label.length));
  if (rows.length > 24 && longest <= 32) return "crowd";
  if (rows.length > 12 && longest <= 48) return "many";
  return rows.length > 5 ? "columns" : rows.length > 3 ? "stack" : "few";
}

/** All options as text, so that the hall can talk about them before there is a result. */
function makeChoices() {
  const list = h("ul.choices", { role: "list" });
  let drawn = "";
  return {
    node: list,
    /** @param {Poll} poll @param {number} [share] How many of them there is room for, from 0 to 1. */
    update(poll, share = 1) {
      const all = choices(poll);
      const rows = all.slice(0, Math.max(1, Math.floor(all.length * Math.min(1, share))));
      const picture = JSON.stringify([rows, all.length]);
      if (picture === drawn) return;
      drawn = picture;
      list.dataset.layout = layoutFor(all);
      const more = all.length - rows.length;
      list.replaceChildren(...rows.map((row) => h("li.choice", { "data-own-words": row.id === -1 },
        row.mark && h("span.bar-mark", {}, row.mark),
        h("span.choice-label", { dir: "auto", title: row.label }, row.label))),
      ...(more ? [h("li.choice", { "data-own-words": true }, h("span.choice-label", {}, `${more} more, on your phone`))] : []));
    },
  };
}

/** An empty scale with what stands along it, where there is nothing to pick from. */
function makeScale() {
  const marks = h("div.scale-marks");
  const node = h("div.scale", { "aria-hidden": "true" }, h("span.scale-line"), marks);
  let drawn = "";
  return {
    node,
    /** @param {Poll} poll */
    update({ range }) {
      const [from, to] = range ? [range.from, range.to] : [0, 100];
      const picture = `${from} ${to} ${Boolean(range)}`;
      if (picture === drawn) return;
      drawn = picture;
      marks.replaceChildren(...marksOf(from, to).map((value) => {
        const mark = h("span", {}, range ? value.toLocaleString("en") : `${value}\u00a0%`);
        mark.style.setProperty("--at", String(to > from ? (value - from) / (to - from) : 0));
        return mark;
      }));
    },
  };
}

/** @returns {Body} */
function makeAsking() {
  const options = makeChoices();
  const scale = makeScale();
  const horizons = h("p.horizons", { dir: "auto" });
  const node = h("div.body.asking", {}, scale.node, options.node, horizons);
  return {
    node,
    update(poll, { limit }) {
      options.update(poll, limit / ROWS);
      const scaled = poll.answer === "probability" || Boolean(poll.range);
      scale.update(poll);
      scale.node.hidden = !scaled;
      options.node.hidden = scaled;
      horizons.hidden = poll.horizons.length === 0;
      const labels = poll.horizons.map((one) => one.label).join(" \u00b7 ");
      say(horizons, `By when: ${labels}`);
    },
  };
}

/** @returns {Body} */
function makeCounted() {
  const head = h("p.counted-head");
  const options = makeChoices();
  const node = h("div.body.counted", {}, h("div.counted-plate", {}, head, h("p.counted-soon", {}, "Result in a moment")), options.node);
  return {
    node,
    update(poll, { limit }) {
      const n = poll.voters ?? 0;
      say(head, `Votes are in: ${n.toLocaleString("en")}`);
      options.update(poll, limit / ROWS);
    },
  };
}

/** @param {string} step @param {Poll} poll @returns {Body} */
function makeBody(step, poll) {
  if (step === "asking" || step === "closing") return makeAsking();
  if (step === "counted") return makeCounted();
  return poll.kind === "prediction" ? makeForecast() : makeBars();
}

export function makePoll() {
  const kicker = h("p.kicker");
  const question = h("h1.question", { dir: "auto" });
  const node = h("section.scene.poll", {}, kicker, question);
  /** @type {Body|null} */
  let body = null;
  let at = "";
  return {
    node,
    /** @param {import("./scene.js").PollScene} scene @param {Ready} held @param {number} limit */
    update({ poll }, held, limit) {
      const step = stepOf(poll);
      const segment = held.session.agenda.find((one) => one.id === poll.segment);
      say(kicker, [segment?.title, step === "asking" ? howTo(poll) : ""].filter(Boolean).join(" \u00b7 "));
      say(question, poll.question);
      const shape = step === "closing" ? "asking" : step;
      const reveal = shape !== at;
      if (reveal) {
        at = shape;
        const next = makeBody(step, poll);
        if (body) body.node.replaceWith(next.node);
        else node.append(next.node);
        body = next;
      }
      node.dataset.step = step;
      body?.update(poll, { reveal, limit });
    },
    tick() {},
  };
}
