// @ts-check
// A step of the walkthrough on stage: title, point and pictures, as the server draws them for everyone.

import { fetchWalk } from "../walk/fetched.js";
import { enliven } from "../walk/figures.js";
import { drawnOf, placeKey } from "../walk/where.js";
import { byId, h, say, show } from "./dom.js";

/** @typedef {Readonly<import("../session.js").Held>} Held */

/** Pictures are drawn anew no sooner than this: a count moves ten times a second. */
const GAP = 1500;
const AGAIN = 3000;
/** Letters of the sheet, in pixels before it is made larger. */
const LETTER = 16;
/** Shares of the stage's own letters: at which parts stay beside each other, the largest, and the smallest. */
const READ = 0.86;
/** The same for code and formulas, which have no smaller letters in them. */
const READ_LARGE = 0.6;
const MOST = 2.6;
const LEAST = 0.2;

/** What a step is about, if it has one of these. */
const HEROES = ["code", "picture", "matrices", "matrix", "image", "bars", "table", "formula"];

/** What a part is: in a row of several, what the row is there for. @param {Element} part */
const kindOf = (part) => {
  if (part.matches("p")) return "words";
  if (part.matches(".svd-checks")) return "checks";
  if (part.matches(".svd-tablebox")) return "table";
  if (part.matches("pre")) return "code";
  const figures = part.matches("figure") ? [part] : [...part.querySelectorAll("figure")];
  if (figures.length === 0) return "formula";
  const all = (/** @type {string} */ kind) => figures.every((one) => one.matches(`.svd-part-${kind}`));
  if (all("matrix")) return figures.length > 1 ? "matrices" : "matrix";
  return ["bars", "image"].find(all) ?? "picture";
};

/**
 * In which order parts are left out where there is no room: a host says the words, everyone has the checks and tables
 * on their phone. Matrices go before pictures, the formula goes late, and what the step is about stays: the first that it has
 * of `HEROES`.
 * @param {string[]} kinds @returns {number[]} Places in `kinds`.
 */
export function leaveOutOrder(kinds) {
  const hero = HEROES.map((kind) => kinds.indexOf(kind)).find((n) => n >= 0) ?? 0;
  const places = (/** @type {string} */ kind) => kinds.flatMap((one, n) => (one === kind && n !== hero ? [n] : [])).reverse();
  return ["checks", "words", "table", "image", "bars", "matrix", "matrices", "picture", "formula", "code"].flatMap(places);
}

/** @param {string} code */
export function makeWalkScene(code) {
  const place = h("span");
  const by = h("b", { dir: "auto" });
  const title = h("h1.question");
  const point = h("p.walk-point");
  const sheet = h("div.walk-sheet");
  const box = h("div.walk-box", {}, sheet);
  const leftOut = h("span.walk-left-out", { hidden: true }, "More of it is on your phone.");
  const node = h("section.scene.card.walk-scene", {}, title, point, box, h("p.walk-foot", {}, place, by, leftOut));
  let wanted = "";
  let drawn = "";
  /** Which place of the host is drawn. */
  let here = "";
  let busy = false;
  let askedAt = -GAP;
  let timer = 0;
  /** The host's place as the session tells it. @type {import("protocol").WalkView|null} */
  let walk = null;

  /** Makes the sheet as large as its box takes it, and leaves parts out before it gets too small to read. */
  function fit() {
    const parts = /** @type {HTMLElement[]} */ ([...sheet.children]);
    if (!parts.length || !box.clientHeight) return;
    const letter = parseFloat(getComputedStyle(box).fontSize) || LETTER;
    const fits = (/** @type {number} */ share) => {
      sheet.style.setProperty("--zoom", String((share * letter) / LETTER));
      return sheet.scrollHeight <= sheet.clientHeight + 1 && sheet.scrollWidth <= sheet.clientWidth + 1;
    };
    const kinds = parts.map(kindOf);
    // A formula has no property for it.
    parts.forEach((part, n) => {
      part.toggleAttribute("hidden", false);
      part.dataset.kind = kinds[n];
    });
    show(leftOut, false);
    const read = kinds.includes("code") ? READ_LARGE : READ;
    for (const n of leaveOutOrder(kinds)) {
      if (fits(kinds[n] === "formula" ? READ_LARGE : read)) break;
      parts[n].toggleAttribute("hidden", true);
      show(leftOut, true);
    }
    // What stays fills what there is.
    let [small, large] = [LEAST, MOST];
    for (let tries = 0; tries < 9; tries += 1) {
      const middle = (small + large) / 2;
      if (fits(middle)) small = middle;
      else large = middle;
    }
    fits(small);
  }
  new ResizeObserver(fit).observe(box);

  async function refresh() {
    clearTimeout(timer);
    if (busy || !node.isConnected) return;
    const wait = askedAt + GAP - performance.now();
    if (wait > 0) {
      timer = Number(setTimeout(refresh, wait));
      return;
    }
    busy = true;
    askedAt = performance.now();
    const asked = wanted;
    try {
      draw(await fetchWalk(code));
      drawn = asked;
      if (wanted !== drawn) timer = Number(setTimeout(refresh, 0));
    } catch {
      // The title at least is what the host shows.
      if (walk && placeKey(walk) !== here) {
        say(title, walk.title);
        sheet.replaceChildren();
      }
      timer = Number(setTimeout(refresh, AGAIN));
    }
    busy = false;
  }

  /** @param {Awaited<ReturnType<typeof fetchWalk>>} found */
  function draw(found) {
    const other = placeKey(found) !== here;
    here = placeKey(found);
    say(place, `Step ${found.place} of ${found.steps.length}`);
    say(by, walk && here === placeKey(walk) && walk.by ? `by ${walk.by}` : "");
    say(title, found.title);
    say(point, found.point);
    sheet.replaceChildren(...found.parts());
    enliven(sheet, other);
    fit();
    if (other) say(byId("status"), `${found.title}. ${found.point}`);
  }

  return {
    node,
    /** @param {import("./scene.js").WalkScene} scene @param {Held} held */
    update(scene, held) {
      walk = scene.walk;
      if (!drawn) {
        say(place, scene.segment.title);
        say(title, walk.title);
      }
      const votes = drawnOf(held.polls, walk.segment, walk.step, (poll) => poll.tally?.version);
      const now = `${placeKey(walk)} ${votes}`;
      if (now === wanted) return;
      // Another step is shown at once; only counts wait.
      if (placeKey(walk) !== here) askedAt = -GAP;
      wanted = now;
      void refresh();
    },
    tick() {},
  };
}
