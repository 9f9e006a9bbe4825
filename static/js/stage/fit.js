// @ts-check
// Makes what is on stage fit its box in steps: the hall cannot scroll.

/** The smallest step of the body that is read from the back row. */
export const READABLE = 0.68;
/** How much of the height the question may take. */
const QUESTION_SHARES = [0.36, 0.26];
const QUESTION_STEPS = [1, 0.9, 0.8, 0.7, 0.62, 0.54, 0.46];
/** A question that is all there is to see may use the whole height, and gets smaller before it is cut. */
const LONG_STEPS = [0.4, 0.34, 0.28];
const RAIL_STEPS = [1, 0.92, 0.84, 0.76, 0.68];
const BODY_STEPS = [1, 0.92, 0.84, 0.76, 0.68, 0.6, 0.52, 0.45];

/** Rounding of the layout, in CSS pixels. */
const SLACK = 1;

/** A word that is wider than its line. @param {HTMLElement} node */
const tooWide = (node) => node.scrollWidth > node.clientWidth + SLACK;

/**
 * Whether what is in a box is larger than the box. Boxes are compared, and not what `scrollHeight` says: a font whose
 * letters are taller than their line would count as too much, however small it is set.
 * @param {HTMLElement} node
 */
function overflows(node) {
  const { top, bottom } = node.getBoundingClientRect();
  const beyond = (/** @type {Element} */ child) => {
    const box = child.getBoundingClientRect();
    return box.height > 0 && (box.bottom > bottom + SLACK || box.top < top - SLACK);
  };
  return tooWide(node) || [...node.children].some((child) => beyond(child) || (child.matches(".scene") && [...child.children].some(beyond)));
}

/**
 * Tries the steps of a custom property, largest first, until nothing overflows.
 * @param {HTMLElement} owner @param {string} property @param {number[]} steps @param {() => boolean} fits
 */
function shrink(owner, property, steps, fits) {
  for (const step of steps) {
    owner.style.setProperty(property, String(step));
    if (fits()) return true;
  }
  return false;
}

/**
 * Fits the question and then the body of the main column. A long question gives room to the answers
 * before these get too small to read.
 * @param {HTMLElement} main
 * @param {number} smallest The smallest step that is allowed for the body.
 * @param {number[]} [own] How much of the height the question may take, where the scene says so itself.
 * @returns {boolean} false where even the smallest step overflows, so that rows have to be folded
 */
export function fit(main, smallest, own) {
  const shares = own ?? QUESTION_SHARES;
  const questionSteps = own ? [...QUESTION_STEPS, ...LONG_STEPS] : QUESTION_STEPS;
  const question = /** @type {HTMLElement|null} */ (main.querySelector(".question"));
  const body = /** @type {HTMLElement|null} */ (main.querySelector(".body"));
  const bodyFits = () => !body || ((body.hidden || !overflows(body)) && !overflows(main));
  for (const share of shares) {
    main.style.setProperty("--fit", "1");
    const most = main.clientHeight * share;
    if (question) shrink(main, "--question-fit", questionSteps, () => question.getBoundingClientRect().height <= most + SLACK && !tooWide(question));
    const steps = BODY_STEPS.filter((step) => step >= Math.max(smallest, share !== shares.at(-1) ? READABLE : 0));
    if (shrink(main, "--fit", steps, bodyFits)) return true;
  }
  return false;
}

/** Long addresses and a running countdown share the rail with the QR code. @param {HTMLElement} rail */
export function fitRail(rail) {
  shrink(rail, "--rail-fit", RAIL_STEPS, () => !overflows(rail));
}

/**
 * Tells the page around an embedded stage how high it would like to be at its width.
 * Measured in a layout that does not know the height, or each answer would change the next one.
 * @param {HTMLElement} stage
 */
export function sizeTeller(stage) {
  let told = 0;
  return () => {
    if (parent === window) return;
    const root = document.documentElement;
    root.dataset.measure = "";
    const height = Math.ceil(stage.getBoundingClientRect().height);
    delete root.dataset.measure;
    if (height === told) return;
    told = height;
    parent.postMessage({ type: "salon:size", v: 1, height }, "*");
  };
}
