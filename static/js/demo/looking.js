// @ts-check
// What one viewer looks at, and what the server said about it. An answer that was outrun, or is of another run, is dropped.

/** @typedef {import("./marks.js").What} What */
/** @typedef {import("protocol").InspectedView} Inspected */
/** @typedef {{type: "refused", why: string}|{type: "inspected"} & Inspected|{type: "heard"|"similar"}} Found */
/** @typedef {(message: {run: number, what: What}) => Promise<Found>} Inspect Never rejects. */
/**
 * @typedef {object} Looked
 * @property {What|null} what
 * @property {Inspected|null} answer The newest about it; null before.
 * @property {boolean} waiting
 * @property {string} why It could not be told.
 */

/** Between two looks at the same centre while it moves. */
export const AGAIN_MS = 1000;
const PATIENCE_MS = 12_000;

/** @param {What|null} a @param {What|null} b */
export const isSame = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** An answer in any case, however the line is. @param {Inspect} inspect @returns {Inspect} */
export const patient = (inspect) => (message) => Promise.race([
  inspect(message),
  new Promise((resolve) => setTimeout(() => resolve({ type: "refused", why: "No answer came. Try again." }), PATIENCE_MS)),
]);

/** @param {Inspect} inspect @param {(looked: Looked) => void} changed */
export function makeLooking(inspect, changed) {
  /** @type {Looked} */
  let looked = { what: null, answer: null, waiting: false, why: "" };
  let run = 0;
  let asks = 0;

  /** @param {Partial<Looked>} news */
  function set(news) {
    looked = { ...looked, ...news };
    changed(looked);
  }

  /** @param {What} what */
  async function look(what) {
    const [ask, of] = [asks += 1, run];
    set({ what, waiting: true, why: "", answer: isSame(what, looked.what) ? looked.answer : null });
    const answer = await inspect({ run: of, what });
    if (ask !== asks || of !== run) return;
    if (answer.type === "inspected") set({ answer, waiting: false });
    else set({ waiting: false, why: answer.type === "refused" ? answer.why : "That could not be told." });
  }

  return {
    get: () => looked,
    look,
    /** Something newer about the same, that was asked for elsewhere. @param {What} what @param {Inspected} answer */
    put(what, answer) {
      if (isSame(what, looked.what)) set({ answer });
    },
    clear() {
      asks += 1;
      set({ what: null, answer: null, waiting: false, why: "" });
    },
    /** @param {number} number Of the run; what was said of another is gone. */
    of(number) {
      if (number === run) return;
      run = number;
      this.clear();
    },
  };
}

/**
 * Asks about one centre as often as pictures come, at most once a second and one at a time, as long as it is wanted.
 * @param {Inspect} inspect @param {(answer: Found) => void} told @param {() => boolean} wanted
 */
export function makeFollowing(inspect, told, wanted) {
  /** @type {number|null} */
  let centre = null;
  let run = 0;
  let asking = false;
  let askedAt = -AGAIN_MS;
  let later = 0;

  async function ask() {
    clearTimeout(later);
    if (centre === null || asking || !wanted()) return;
    const wait = askedAt + AGAIN_MS - performance.now();
    if (wait > 0) {
      later = Number(setTimeout(ask, wait));
      return;
    }
    asking = true;
    askedAt = performance.now();
    const [of, what] = [run, { centre }];
    const answer = await inspect({ run: of, what });
    asking = false;
    if (of !== run || what.centre !== centre) return void ask();
    told(answer);
    // A server that was busy is asked again, also where no picture comes any more.
    if (answer.type !== "inspected") later = Number(setTimeout(ask, 2 * AGAIN_MS));
  }

  return {
    get: () => centre,
    ask: () => void ask(),
    /** @param {number|null} next @param {number} of The run. */
    follow(next, of) {
      if (next === centre && of === run) return;
      [centre, run] = [next, of];
      // Who chose another centre waits for nothing.
      askedAt = -AGAIN_MS;
      void ask();
    },
  };
}
