// @ts-check
// Reliability diagrams: how often it is right where it is so sure. On the diagonal it is as sure as it is right.
import { html, nothing, svg } from "../../vendor/lit-html-3.3.3/lit-html.js";
import { reliabilityWords } from "./results.js";

const SIDE = 100;
/** @param {number} share Of all images: the area of its disc. */
const radius = (share) => 1.5 + 9 * Math.sqrt(share);

/** @param {{name: string, ece: number, bins: [number, number, number][]}[]|undefined} calibration */
export const reliability = (calibration) => calibration?.length ? html`
  <div class="reliability">${calibration.map((one) => html`
    <figure>
      <svg viewBox="-12 -12 124 124" role="img" aria-label=${reliabilityWords(one)}>
        <rect class="reliability-box" width=${SIDE} height=${SIDE}></rect>
        <line class="reliability-diagonal" x1="0" y1=${SIDE} x2=${SIDE} y2="0"></line>
        ${one.bins.filter(([, , share]) => share > 0).map(([sure, right, share]) => svg`
          <line class="reliability-off" x1=${sure * SIDE} y1=${(1 - sure) * SIDE} x2=${sure * SIDE} y2=${(1 - right) * SIDE}></line>
          <circle class="reliability-bin" cx=${sure * SIDE} cy=${(1 - right) * SIDE} r=${radius(share)}></circle>`)}
      </svg>
      <figcaption><b>${one.name}</b> ECE ${one.ece.toFixed(3)}</figcaption>
    </figure>`)}
    <p class="run-note">Right of how many (up) against how sure it is (right); a larger disc is more images. On the line it is as sure as it is right.</p>
  </div>` : nothing;
