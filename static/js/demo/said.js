// @ts-check
// What the server said about an image, a centre or a prototype, as markup.
import { html, nothing, ref } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { explain, surest } from "./explain.js";
import { drawnOn } from "./thumb.js";
import { className, numberText, percent } from "./words.js";

/** @typedef {import("protocol").InspectedView} Answer */
/** @typedef {import("protocol").SampleView} Sample */
/** @typedef {import("./marks.js").What} What */
/** @typedef {{classes: string[], owner: (centre: number) => number|null, look: (what: What) => void, around: (centre: number) => void}} Page */

/** @param {string} image @param {number[]} shape @param {string} words */
const picture = (image, shape, words) => html`<canvas class="shot" role="img" aria-label=${words} ${ref(drawnOn(image, shape))}></canvas>`;

/** From `from` to `to` in a track from `low` to `high`, with a line where 0 is. @param {{from: number, to: number, low: number, high: number}} bar */
function bar({ from, to, low, high }) {
  const at = (/** @type {number} */ x) => (x - low) / (high - low || 1) * 100;
  const style = `inset-inline-start:${at(Math.min(from, to))}%;inline-size:${Math.abs(at(to) - at(from))}%`;
  return html`<span class="term-track" aria-hidden="true"><span class="term-zero" .style=${`inset-inline-start:${at(0)}%`}></span><span
    class="term-bar" data-sign=${to < from ? "minus" : "plus"} .style=${style}></span></span>`;
}

/** A centre to press, short: its class stands in brackets. @param {Page} page @param {number} centre */
function centreButton(page, centre) {
  const owner = page.owner(centre);
  return html`<button type="button" class="look-link" @click=${() => page.look({ centre })}>Centre ${centre}${owner === null
    ? nothing : html` (<span class="run-sr">mostly </span>${className(page.classes, owner)})`}</button>`;
}

/** The terms of one class's logit, and what they add up to. @param {Page} page @param {import("protocol").LogitView} logit @param {string} title */
function why(page, logit, title) {
  const name = className(page.classes, logit.class);
  if (!logit.terms.length) return html`<p class="look-line">${title} ${name}: logit ${numberText(logit.logit)}</p>`;
  const { terms, sum, low, high } = explain(logit);
  const words = { others: (/** @type {{count?: number}} */ term) => `${term.count} other centres`, bias: () => "Bias" };
  return html`
    <section class="look-why"><h4>${title} ${name}</h4>
      <ol class="terms">${terms.map((term) => html`
        <li><span class="term-name">${term.kind === "centre" ? centreButton(page, term.centre ?? 0) : words[term.kind](term)}</span>
          ${bar({ ...term, low, high })}<span class="term-value">${term.text}</span></li>`)}
        <li class="term-sum"><span class="term-name">Sum: logit of ${name}</span>${bar({ from: 0, to: logit.logit, low, high })}<span class="term-value">${sum}</span></li>
      </ol></section>`;
}

/** @param {Page} page @param {import("protocol").NeighbourView[]} all @param {number[]} shape @param {string} title */
function shots(page, all, shape, title) {
  if (!all?.length) return nothing;
  return html`
    <section class="look-shots"><h4>${title}</h4>
      <ul>${all.map((one) => {
        const name = className(page.classes, one.label);
        return html`<li><button type="button" @click=${() => page.look({ point: one.point })}>${picture(one.image, shape, `Image ${one.point}:`)}
          <span><b>${name}</b><span class="run-sr">, at distance</span> ${numberText(one.distance)}</span></button></li>`;
      })}</ul></section>`;
}

/** What the network says of an image, in one sentence or two. @param {Pick<Page, "classes">} page @param {Sample} sample */
export function sampleWords({ classes }, sample) {
  const sure = percent(sample.probabilities[sample.predicted] ?? 0);
  const name = className(classes, sample.predicted);
  if (sample.rejected) return `Not like anything it knows, so it is rejected. Without that it would say ${name}, ${sure}.`;
  const says = `The network says ${name}, ${sure}`;
  if (sample.label == null) return `${says}.`;
  return `${says}: ${sample.label === sample.predicted ? "right" : `wrong, it is ${className(classes, sample.label)}`}.`;
}

/** @param {Sample} sample */
function activationWords({ largest, threshold, rejected }) {
  if (largest == null) return nothing;
  const against = threshold == null ? "" : rejected ? `, below the threshold of ${numberText(threshold)}` : `; rejected below ${numberText(threshold)}`;
  return html`<p class="look-line">Largest activation ${numberText(largest)}${against}</p>`;
}

/** @param {Page} page @param {Answer} answer @param {What} what */
function sample(page, answer, what) {
  const one = answer.sample;
  if (!one) return nothing;
  const [first, second] = one.logits ?? [];
  const drawn = one.label == null;
  const words = drawn ? "What you drew, as the network sees it" : `Image of ${className(page.classes, one.label)}`;
  const kept = "point" in what ? (one.held_out ? "held out of training" : "learned from") : "";
  return html`
    <div class="look-top">${picture(one.image, answer.shape, words)}
      <div><p class="look-line">${drawn ? "Drawn here" : `Is ${className(page.classes, one.label)}${kept && `, ${kept}`}`}</p>
        <ul class="chances">${surest(one.probabilities).map(({ of, probability }) => html`
          <li><span class="term-name">${className(page.classes, of)}</span>${bar({ from: 0, to: probability, low: 0, high: 1 })}<span class="term-value">${percent(probability)}</span></li>`)}</ul>
        ${activationWords(one)}</div></div>
    ${first ? why(page, first, "Why") : nothing}
    ${second ? why(page, second, "The best other one:") : nothing}
    ${one.centres?.length ? html`<section><h4>Nearest centres</h4>
      <ul class="look-centres">${one.centres.map((near) => html`<li>${centreButton(page, near.centre)}
        <span>distance ${numberText(near.distance)}, activation ${numberText(near.activation)}</span></li>`)}</ul></section>` : nothing}
    ${shots(page, answer.nearest, answer.shape, "Most like it")}
    ${shots(page, answer.farthest, answer.shape, "Least like it")}`;
}

/** @param {Page} page @param {Answer} answer */
function centre(page, answer) {
  const one = answer.centre;
  if (!one) return nothing;
  const low = Math.min(0, ...one.weights);
  const high = Math.max(0, ...one.weights);
  const of = one.class == null ? nothing : html` ${percent(one.purity, 0)} of them are ${className(page.classes, one.class)}.`;
  return html`
    <p class="look-line">${one.won === 0 ? "Nearest centre of no image." : html`Nearest centre of ${one.won} images.${of}`} Width σ = ${numberText(one.width)}</p>
    <p><button type="button" class="look-around" @click=${() => page.around(one.centre)}>Around this centre</button></p>
    ${one.weights.length ? html`<section><h4>What it adds to each class: its weights</h4>
      <ul class="chances">${one.weights.map((/** @type {number} */ weight, /** @type {number} */ of) => html`
        <li><span class="term-name">${className(page.classes, of)}</span>${bar({ from: 0, to: weight, low, high })}<span class="term-value">${numberText(weight, 2, true)}</span></li>`)}</ul></section>` : nothing}
    ${shots(page, answer.nearest, answer.shape, "Nearest images")}
    ${shots(page, answer.farthest, answer.shape, "Farthest images")}`;
}

/** @param {Page} page @param {Answer} answer @param {What} what */
export function said(page, answer, what) {
  if (answer.sample) return sample(page, answer, what);
  if (answer.centre) return centre(page, answer);
  return html`
    <p class="look-line">However many centres there are, with this kernel and one metric each class comes down to one point.</p>
    ${shots(page, answer.nearest, answer.shape, "Nearest images")}
    ${shots(page, answer.farthest, answer.shape, "Farthest images")}`;
}
