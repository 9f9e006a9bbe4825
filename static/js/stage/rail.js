// @ts-check
// The facts beside the scene: how many voted, how long it is open, whether the count is final.
import { h, say, show } from "./dom.js";
import { clockText, plural } from "./words.js";
import { openElsewhere, stepOf } from "./scene.js";
import { countTo, prefersStill } from "../draw/bars.js";
import { askerOf, voicesText } from "./questions.js";

/** @typedef {Readonly<import("../session.js").Held>} Held */
/** @typedef {import("protocol").PollView} Poll */
/** @typedef {import("protocol").QuestionView} Question */
/** @typedef {import("protocol").RulesView} Rules */

const SVG = "http://www.w3.org/2000/svg";
const RADIUS = 44;
const ROUND = 2 * Math.PI * RADIUS;

/** A ring that runs out, with the time left in it. */
function makeRing() {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 100 100");
  svg.setAttribute("aria-hidden", "true");
  for (const name of ["ring-rest", "ring-left"]) {
    const circle = document.createElementNS(SVG, "circle");
    circle.setAttribute("class", name);
    circle.setAttribute("cx", "50");
    circle.setAttribute("cy", "50");
    circle.setAttribute("r", String(RADIUS));
    svg.append(circle);
  }
  const arc = /** @type {SVGCircleElement} */ (svg.lastElementChild);
  arc.setAttribute("stroke-dasharray", String(ROUND));
  const time = h("span.ring-time");
  const node = h("div.ring", { role: "timer", "aria-label": "Time left", hidden: true });
  node.append(svg, time);
  let ends = 0;
  let whole = 0;
  return {
    node,
    /** @param {Poll} poll @param {number} now */
    set(poll, now) {
      const end = poll.closes_at ?? now;
      const left = Math.max(0, end - now);
      if (end !== ends) {
        // The poll's own countdown is the full round, unless it was given more time.
        ends = end;
        whole = Math.max(left, (poll.seconds ?? 0) * 1000, 1);
      }
      say(time, clockText(left));
      arc.setAttribute("stroke-dashoffset", String(ROUND * (1 - Math.min(1, left / whole))));
      node.toggleAttribute("data-soon", left <= 10_000);
    },
  };
}

/** @param {HTMLElement} facts */
export function makeRail(facts) {
  const badge = h("p.badge", { hidden: true });
  const number = h("span.count-number");
  const unit = h("span.count-unit");
  const count = h("p.count", { hidden: true }, number, unit);
  const ring = makeRing();
  const note = h("p.rail-note", { hidden: true });
  facts.replaceChildren(badge, count, ring.node, note);
  let counted = "";

  /** @param {string} text @param {string} tone */
  function mark(text, tone) {
    show(badge, text !== "");
    say(badge, text);
    badge.dataset.tone = tone;
  }

  /** @param {string} of @param {number|null|undefined} n @param {string} unitText */
  function tellCount(of, n, unitText) {
    show(count, n != null);
    if (n == null) return;
    // Another poll's number starts anew and does not run on from the last one's.
    if (of !== counted) number.dataset.value = String(n);
    counted = of;
    countTo(number, n, (value) => Math.round(value).toLocaleString("en"), 0, prefersStill() ? 0 : 300);
    say(unit, unitText);
  }

  return {
    /** @param {import("./scene.js").Scene} scene @param {Held} held */
    update(scene, held) {
      const { poll } = scene;
      if (poll) {
        const step = stepOf(poll);
        const n = poll.voters ?? poll.tally?.voters ?? 0;
        const plain = step === "result";
        tellCount(poll.id, n, plain ? (n === 1 ? "voter" : "voters") : n === 1 ? "vote in" : "votes in");
        if (poll.phase === "closing") mark("Closing", "warn");
        else if (step === "result") mark(poll.tally?.final ? "Final" : "Still open", poll.tally?.final ? "ok" : "open");
        else if (poll.phase === "closed") mark("Closed", "warn");
        else mark("Vote now", "open");
        return;
      }
      mark("", "");
      // One voice is the asker's own and no news.
      const voices = scene.question?.voices ?? 0;
      if (voices > 1) return tellCount(`voices ${scene.question?.id}`, voices, "want to know");
      const here = scene.name === "ended" || scene.name === "connecting" ? null : held.presence?.audience;
      tellCount("here", here || null, scene.name === "welcome" ? "joined" : "here");
    },
    /** What the clock changes. @param {import("./scene.js").Scene} scene @param {Held} held @param {number} now */
    tick(scene, held, now) {
      const { poll } = scene;
      const counting = poll && poll.phase === "open" && poll.closes_at != null ? poll : null;
      show(ring.node, counting !== null);
      if (counting) ring.set(counting, now);
      let words = "";
      if (poll?.phase === "closing" && poll.final_at != null) {
        const seconds = Math.max(0, Math.ceil((poll.final_at - now) / 1000));
        words = `Waiting for viewers on a delay, ${seconds}\u00a0s`;
      } else if (!poll && held.session?.state === "live") {
        const open = openElsewhere(held.polls, scene);
        if (open.length) words = `${open.length === 1 ? "A poll is" : `${open.length} polls are`} open: join and vote`;
      }
      show(note, words !== "");
      say(note, words);
    },
  };
}

/** Who asked and how many want to know, for the overlay. @param {Question} question @param {Rules} [rules] */
export function askLine(question, rules) {
  const { name, source } = askerOf(question, rules);
  // Isolated: a name from right to left must not turn the rest of the line around.
  const alone = (/** @type {string} */ text) => `\u2068${text}\u2069`;
  const parts = [source ? `${alone(name)}, on ${alone(source)}` : alone(name)];
  if (question.voices > 1) parts.push(voicesText(question.voices));
  return parts.join(" \u00b7 ");
}

/** The facts in one line, for the overlay. @param {Poll} poll @param {number} now */
export function factsLine(poll, now) {
  const n = poll.voters ?? poll.tally?.voters ?? 0;
  const result = stepOf(poll) === "result";
  const parts = [result ? plural(n, "voter") : `${plural(n, "vote")} in`];
  if (poll.phase === "closing") parts.push("closing");
  else if (result) parts.push(poll.tally?.final ? "final" : "still open");
  if (poll.phase === "open" && poll.closes_at != null) parts.push(clockText(poll.closes_at - now));
  return parts.join(" \u00b7 ");
}
