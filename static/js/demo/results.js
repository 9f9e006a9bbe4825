// @ts-check
// What came out at the end: read-outs side by side, and what was rejected. Pure; summary.js shows it.
import { numberText, percent } from "./words.js";

/** @typedef {import("protocol").RunView} Run */
/** @typedef {Record<string, import("protocol").SettingSpec>} Settings */

/**
 * @typedef {object} ReadOut
 * @property {string} name
 * @property {string} train
 * @property {string} test
 * @property {string} gap Overfitting: train − test, in points.
 * @property {string} ece Expected calibration error.
 */

const MISSING = "–";
const share = (/** @type {number|undefined} */ x) => x == null ? MISSING : percent(x);

/** @param {string} name @param {number|undefined} train @param {number|undefined} test @param {number|undefined} ece @param {number} [gap] */
const row = (name, train, test, ece, gap = train == null || test == null ? undefined : train - test) => ({
  name, train: share(train), test: share(test),
  gap: gap == null ? MISSING : numberText(gap * 100, 1, true),
  ece: ece == null ? MISSING : ece.toFixed(3),
});

/** One row a read-out; none before the test images were looked at. @param {Run} run @returns {ReadOut[]} */
export function resultRows({ settings, results = {} }) {
  const of = (/** @type {string} */ name) => results[name];
  const rows = [];
  if (of("test accuracy") != null) {
    const name = settings.head === "rbf" ? "Softmax read\u2011out" : "Softmax head";
    rows.push(row(name, of("train accuracy"), of("test accuracy"), of("ECE"), of("overfitting")));
  }
  if (of("nearest centre test accuracy") != null) {
    rows.push(row("Nearest centre", of("nearest centre train accuracy"), of("nearest centre test accuracy"), of("nearest centre ECE")));
  }
  if (of("baseline test accuracy") != null) {
    rows.push(row("Baseline", of("baseline train accuracy"), of("baseline test accuracy"), of("baseline ECE")));
  }
  return rows;
}

/** Images of another data set that are shown to the network at the end. @param {Settings} settings */
const othersOf = ({ data }) => data === "digits" ? "Fashion images" : data === "fashion" ? "digits" : "images of another data set";

const whole = (/** @type {number} */ x) => percent(x, x > 0 && x < 0.01 ? 1 : 0);

/** What it makes of images unlike any it has learned. @param {Run} run @returns {string[]} */
export function rejectionWords({ settings, results = {} }) {
  const [sure, others, test] = [results["confidence others"], results["rejected others"], results["rejected test"]];
  const lines = [];
  if (sure != null) {
    const rejected = others == null ? "." : `; ${whole(others)} of them are rejected by the largest activation.`;
    lines.push(`Shown ${othersOf(settings)}, softmax is ${whole(sure)} sure on average${rejected}`);
  } else if (others != null) {
    lines.push(`Shown ${othersOf(settings)}, ${whole(others)} are rejected by the largest activation.`);
  }
  if (test != null) lines.push(`Of the test images ${whole(test)} are rejected.`);
  return lines;
}

/** A reliability diagram in words, for those who do not see it. @param {{name: string, ece: number, bins: [number, number, number][]}} one */
export function reliabilityWords({ name, ece, bins }) {
  const full = bins.filter(([, , part]) => part > 0);
  const parts = full.map(([sure, right, part]) => `where it is ${whole(sure)} sure (${whole(part)} of images), ${whole(right)} are right`);
  return `Calibration, ${name}: expected error ${ece.toFixed(3)}${parts.length ? `; ${parts.join("; ")}` : ""}`;
}
