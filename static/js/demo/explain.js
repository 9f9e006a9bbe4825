// @ts-check
// Why the network says what it says: the terms a_j W_jk of each centre, which add up to the logit with the bias. Pure.
import { numberText } from "./words.js";

/**
 * @typedef {object} Term
 * @property {"centre"|"others"|"bias"} kind
 * @property {number} [centre]
 * @property {number} [count] How many other centres.
 * @property {number} value
 * @property {string} text As it is written; what is written adds up to what the sum says.
 * @property {number} from Where its bar begins: what was added before it. All terms begin at 0.
 * @property {number} to
 */

/**
 * Parts rounded so that they add up to their rounded total: each is off by less than one of the last digit (largest
 * remainders, as seats are shared out).
 * @param {number[]} parts @param {number} total What they add up to before they are rounded. @param {number} [digits]
 */
export function addUp(parts, total, digits = 2) {
  const unit = 10 ** digits;
  const whole = parts.map((part) => Math.floor(part * unit));
  const order = parts.map((_, i) => i).sort((a, b) => (parts[b] * unit - whole[b]) - (parts[a] * unit - whole[a]));
  let rest = Math.round(total * unit) - whole.reduce((sum, one) => sum + one, 0);
  for (let i = 0; rest > 0 && order.length; i += 1, rest -= 1) whole[order[i % order.length]] += 1;
  for (let i = 0; rest < 0 && order.length; i += 1, rest += 1) whole[order[order.length - 1 - i % order.length]] -= 1;
  return whole.map((one) => one / unit);
}

/**
 * The largest terms of a logit, the other centres in one, and the bias.
 * @param {{logit: number, bias: number, terms: number[]}} logit @param {number} [most] Terms that are told one by one.
 * @returns {{terms: Term[], sum: string, low: number, high: number}} Low and high hold every bar and 0.
 */
export function explain({ logit, bias, terms }, most = 5) {
  const order = terms.map((_, centre) => centre).sort((a, b) => Math.abs(terms[b]) - Math.abs(terms[a]));
  const [told, rest] = [order.slice(0, most), order.slice(most)];
  /** @type {{kind: Term["kind"], centre?: number, count?: number, value: number}[]} */
  const parts = told.map((centre) => ({ kind: "centre", centre, value: terms[centre] }));
  if (rest.length) parts.push({ kind: "others", count: rest.length, value: rest.reduce((sum, centre) => sum + terms[centre], 0) });
  parts.push({ kind: "bias", value: bias });
  const written = addUp(parts.map(({ value }) => value), logit);
  let [at, low, high] = [0, 0, 0];
  const all = parts.map((part, i) => {
    const from = at;
    at += part.value;
    low = Math.min(low, at);
    high = Math.max(high, at);
    return { ...part, text: numberText(written[i], 2, true), from, to: at };
  });
  return { terms: all, sum: numberText(logit), low, high };
}

/** The classes that it is most sure of, and at least this one. @param {number[]} probabilities @param {number} [most] */
export function surest(probabilities, most = 5) {
  return probabilities.map((probability, of) => ({ of, probability })).sort((a, b) => b.probability - a.probability)
    .filter(({ probability }, place) => place === 0 || (place < most && probability >= 0.0005));
}
