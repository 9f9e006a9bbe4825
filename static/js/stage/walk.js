// @ts-check
// A step of the walkthrough on stage: title, point and pictures, as the server draws them for everyone.

import { fetchWalk } from "../walk/fetched.js";
import { enliven } from "../walk/figures.js";
import { drawnOf, placeKey } from "../walk/where.js";
import { byId, h, say, show } from "./dom.js";

/** Pictures are drawn anew no sooner than this: a count moves ten times a second. */
const GAP = 1500;
const AGAIN = 3000;
/** Letters of the sheet, in pixels before it is made larger. */
const LETTER = 16;
/** Shares of the stage's own letters, largest first: with all parts, while words make room, with pictures alone, and where even one is too large. */
const ALL = [1, 0.92, 0.84, 0.76, 0.7, 0.64, 0.58];
const FEWER = [0.7, 0.64, 0.58, 0.53];
const PICTURES = [0.53, 0.49, 0.45, 0.41, 0.38];
const LEAST = [0.34, 0.3, 0.26];

/** @param {Element} part */
const kindOf = (part) => {
  if (part.matches("p")) return "words";
  if (part.matches(".svd-checks")) return "checks";
  return part.matches(".svd-tablebox") ? "table" : "picture";
};

/**
 * In which order parts are left out where there is no room: a host says the words, everyone has the checks and tables
 * on their phone; pictures go last, and the first of them never.
 * @param {string[]} kinds @returns {number[]} Places in `kinds`.
 */
export function leaveOutOrder(kinds) {
  const places = (/** @type {string} */ kind) => kinds.flatMap((one, n) => (one === kind ? [n] : [])).reverse();
  return [...places("checks"), ...places("words"), ...places("table"), ...places("picture").slice(0, -1)];
}

/** @param {string} code */
export function makeWalkScene(code) {
  const place = h("span");
  const by = h("b", { dir: "auto" });
  const title = h("h1.question");
  const point = h("p.walk-point");
  const sheet = h("div.walk-sheet");
  const box = h("div.walk-box", {}, sheet);
  const leftOut = h("p.walk-left-out", { hidden: true }, "More of this step is on your phone.");
  const node = h("section.scene.card.walk-scene", {}, h("p.kicker", {}, place, by), title, point, box, leftOut);
  let wanted = "";
  let drawn = "";
  /** Which place of the host is drawn. */
  let here = "";
  let busy = false;
  let askedAt = -GAP;
  let timer = 0;
  /** The host's place as the session tells it. @type {any} */
  let walk = null;

  /** Makes the sheet as large as its box takes it, and leaves parts out before it gets too small to read. */
  function fit() {
    const parts = /** @type {HTMLElement[]} */ ([...sheet.children]);
    const letter = parseFloat(getComputedStyle(box).fontSize) || LETTER;
    const fits = (/** @type {number} */ zoom) => {
      sheet.style.setProperty("--zoom", String((zoom * letter) / LETTER));
      return sheet.scrollHeight <= sheet.clientHeight + 1 && sheet.scrollWidth <= sheet.clientWidth + 1;
    };
    for (const part of parts) part.hidden = false;
    show(leftOut, false);
    if (!parts.length || ALL.some(fits)) return;
    show(leftOut, true);
    const kinds = parts.map(kindOf);
    const pictures = kinds.filter((kind) => kind === "picture").length;
    const order = leaveOutOrder(kinds);
    for (const [left, n] of order.entries()) {
      parts[n].hidden = true;
      const alone = parts.length - left - 1 <= pictures;
      if ((alone ? [...FEWER, ...PICTURES] : FEWER).some(fits)) return;
    }
    if (!PICTURES.some(fits)) LEAST.some(fits);
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
      if (placeKey(walk) !== here) {
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
    say(by, here === placeKey(walk) && walk.by ? `by ${walk.by}` : "");
    say(title, found.title);
    say(point, found.point);
    sheet.replaceChildren(...found.parts());
    enliven(sheet, other);
    fit();
    if (other) say(byId("status"), `${found.title}. ${found.point}`);
  }

  return {
    node,
    /** @param {import("./scene.js").Scene} scene @param {any} held */
    update(scene, held) {
      walk = scene.walk;
      if (!drawn) {
        say(place, scene.segment.title);
        say(title, walk.title);
      }
      const votes = drawnOf(held.polls, walk.segment, walk.step, (poll) => poll.tally.version);
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
