// @ts-check
// Reactions: signs that rise along one edge of the picture and are gone. The server tells totals only; what is new is
// the difference, and of thousands no more rise than the eye can follow.
import { h, say, show } from "./dom.js";
import { prefersStill } from "../draw/bars.js";

/** @typedef {Record<string, number>} Totals */

export const SIGNS = /** @type {Record<string, string>} */ ({
  clap: "\u{1F44F}", heart: "\u2764\uFE0F", laugh: "\u{1F602}", wow: "\u{1F62E}", think: "\u{1F914}",
});
const AT_ONCE = 20;
const RISES = 3600;
/** New totals come many times a second; the signs of one frame must not rise in a row. */
const SPREAD = 700;
const COUNTED_FOR = 6000;

/**
 * What is new since the totals held before; the first ones, with the snapshot, are what is counted from.
 * A total that got smaller means that the server counts anew.
 * @param {Totals|null} before @param {Totals} totals
 * @returns {Totals}
 */
export function newReactions(before, totals) {
  const kinds = Object.keys(SIGNS).filter((kind) => (totals[kind] ?? 0) > 0);
  const known = Object.keys(before ?? {});
  const anew = known.some((kind) => (totals[kind] ?? 0) < (before?.[kind] ?? 0));
  if (known.length === 0 || anew) return {};
  /** @type {Totals} */
  const news = {};
  for (const kind of kinds) {
    const n = totals[kind] - (before?.[kind] ?? 0);
    if (n > 0) news[kind] = n;
  }
  return news;
}

/**
 * Which signs rise where there is room for so many: all if they fit, or else in proportion.
 * @param {Totals} news @param {number} room
 * @returns {string[]} Kinds, mixed.
 */
export function risingOf(news, room) {
  const sum = Object.values(news).reduce((all, n) => all + n, 0);
  if (sum === 0 || room <= 0) return [];
  const share = Math.min(1, room / sum);
  const left = Object.entries(news).map(([kind, n]) => ({ kind, n: Math.max(1, Math.round(n * share)) }));
  const kinds = [];
  while (kinds.length < room && left.some((one) => one.n > 0)) {
    for (const one of left) if (one.n-- > 0) kinds.push(one.kind);
  }
  return kinds.slice(0, room);
}

/** "👏 12  ❤️ 3", for those who want nothing to move. @param {Totals} news */
export const reactionsLine = (news) => Object.entries(news).map(([kind, n]) => `${SIGNS[kind]}\u00a0${n.toLocaleString("en")}`).join("  ");

/** @param {HTMLElement} place */
export function makeReactions(place) {
  const count = h("p.reaction-count", { hidden: true });
  place.append(count);
  /** @type {Totals|null} */
  let before = null;
  /** @type {Totals} */
  let counted = {};
  let rising = 0;
  let timer = 0;

  /** @param {string} kind */
  function rise(kind) {
    const sign = h("span.reaction", {}, SIGNS[kind]);
    place.append(sign);
    rising += 1;
    const sway = (Math.random() - 0.5) * 1.6;
    const height = place.clientHeight * (0.5 + Math.random() * 0.35);
    const movement = sign.animate([
      { transform: "translate(0, 40%) scale(.4)", opacity: 0 },
      { transform: `translate(${sway * 30}%, -${height * 0.12}px) scale(1)`, opacity: 1, offset: 0.12 },
      { transform: `translate(${sway * -30}%, -${height * 0.7}px) scale(1)`, opacity: 1, offset: 0.7 },
      { transform: `translate(${sway * 20}%, -${height}px) scale(.9)`, opacity: 0 },
    ], { duration: RISES * (0.85 + Math.random() * 0.3), delay: Math.random() * SPREAD, easing: "linear", fill: "both" });
    const gone = () => {
      sign.remove();
      rising -= 1;
    };
    movement.finished.then(gone, gone);
  }

  /** @param {Totals} news */
  function tellStill(news) {
    for (const [kind, n] of Object.entries(news)) counted[kind] = (counted[kind] ?? 0) + n;
    say(count, reactionsLine(counted));
    show(count, true);
    clearTimeout(timer);
    timer = Number(setTimeout(() => {
      counted = {};
      show(count, false);
    }, COUNTED_FOR));
  }

  /** @param {Totals|null|undefined} totals */
  return (totals) => {
    if (!totals || totals === before) return;
    const news = newReactions(before, totals);
    before = totals;
    if (Object.keys(news).length === 0) return;
    if (prefersStill()) return tellStill(news);
    // A page in the back draws nothing; what it missed must not come in one burst.
    if (document.visibilityState !== "visible") return;
    for (const kind of risingOf(news, AT_ONCE - rising)) rise(kind);
  };
}
