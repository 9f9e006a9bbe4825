// @ts-check
// The form of a step: what is typed is shown a moment later, and what cannot be computed with is told beside its field
// while the last good picture stays.

import { say, show } from "../stage/dom.js";
import { waitOf } from "./link.js";

/** @typedef {import("./link.js").Texts} Texts */
/** @typedef {HTMLInputElement|HTMLTextAreaElement|HTMLSelectElement} Field */

/** Typing that pauses for so long is to be shown. */
const PAUSE = 120;
/** For a while after the server asked for a slower pace. */
const SLOW_PAUSE = 700;
const SLOW_FOR = 15_000;
const AGAIN = 3000;

/** As they are sent; what is far too long is not counted letter by letter. @param {string} text */
const bytesOf = (text) => (text.length > 1e6 ? text.length : new TextEncoder().encode(text).length);

/** @param {ParentNode} main @returns {Field[]} */
export const fieldsOf = (main) => /** @type {Field[]} */ ([...main.querySelectorAll("#input [name]")]);

/** @param {ParentNode} main @returns {Texts} */
export const typed = (main) => Object.fromEntries(fieldsOf(main).map((field) => [field.name, field.value]));

/** @param {ParentNode} main @returns {Texts} */
export const defaults = (main) => Object.fromEntries(fieldsOf(main).map((field) => [field.name, field.dataset.default ?? ""]));

/** Whether a slider that was given this text stands elsewhere: at the nearest of its steps, or in its middle. @param {string} text @param {string} value */
export const stoodElsewhere = (text, value) => text.trim() === "" || Number(text) !== Number(value);

/** Whether a slider or a choice stands elsewhere than in the text that the server was given. @param {ParentNode} main */
export const isSnapped = (main) => fieldsOf(main).some((field) => {
  if (field instanceof HTMLSelectElement) return ![...field.options].some((one) => one.defaultSelected);
  return field.type === "range" && stoodElsewhere(field.defaultValue, field.value);
});

/** Fills the form; fields that keep their text stay as they are. @param {ParentNode} main @param {Texts} texts */
export function fill(main, texts) {
  for (const field of fieldsOf(main)) {
    const text = texts[field.name];
    if (text === undefined || field.value === text) continue;
    field.value = text;
    field.dispatchEvent(new CustomEvent("filled", { bubbles: true }));
  }
}

/** The parts of an answer of ours, as nodes: it is HTML that the server made, and no script in it runs. @param {string} html */
export const nodesOf = (html) => [...new DOMParser().parseFromString(html, "text/html").body.childNodes];

/** Puts other parts in the place of those shown; who was somewhere in them stays there. @param {Element} shown @param {Node[]} nodes @param {() => void} drawn */
export function replaceShown(shown, nodes, drawn) {
  const { id } = document.activeElement ?? {};
  const scrolled = [...shown.querySelectorAll("figure")].map((one) => one.scrollLeft);
  const top = scrollY;
  shown.replaceChildren(...nodes);
  drawn();
  [...shown.querySelectorAll("figure")].forEach((one, n) => { one.scrollLeft = scrolled[n] ?? 0; });
  if (id && document.activeElement === document.body) document.getElementById(id)?.focus({ preventScroll: true });
  if (scrollY !== top) scrollTo(scrollX, top);
}

/**
 * @param {HTMLElement} main
 * @param {{url: string, edited: () => void, told: (fault: boolean) => void, drawn: () => void}} page
 *   `edited`: something was typed; `told`: the server answered, with or without a fault; `drawn`: other parts stand there.
 */
export function makeEditor(main, { url, edited, told, drawn }) {
  const form = /** @type {HTMLFormElement|null} */ (main.querySelector("#input"));
  const shown = /** @type {HTMLElement} */ (main.querySelector("#shown"));
  const general = /** @type {HTMLElement} */ (main.querySelector("#fault"));
  const busy = /** @type {HTMLElement} */ (main.querySelector("#busy"));
  const old = /** @type {HTMLElement} */ (main.querySelector("#old"));
  const most = Number(form?.dataset.most) || Infinity;
  let timer = 0;
  let asking = false;
  let slowUntil = 0;
  let over = false;
  /** What was last asked for, so that what changed meanwhile is asked for after. */
  let asked = "";

  const body = () => new URLSearchParams(typed(main)).toString();

  /** @param {string} field @param {string} why */
  function tellFault(field, why) {
    let place = false;
    for (const one of fieldsOf(main)) {
      const here = one.name === field && why !== "";
      const words = main.querySelector(`#e-${one.name}`);
      if (words) say(words, here ? why : "");
      place ||= here;
      one.toggleAttribute("aria-invalid", false);
      if (here) one.setAttribute("aria-invalid", "true");
      one.setAttribute("aria-describedby", `e-${one.name}`);
    }
    const rest = place || !why ? "" : field ? `${field}: ${why}` : why;
    say(general, rest);
    show(general, rest !== "");
    const stays = why !== "" && shown.childElementCount > 0;
    shown.toggleAttribute("data-old", stays);
    say(old, stays ? "Of the last input that could be read." : "");
    show(old, stays);
  }

  /** @param {string} words */
  function tellBusy(words) {
    say(busy, words);
    show(busy, words !== "");
  }

  /** @param {number} [pause] */
  function later(pause = performance.now() < slowUntil ? SLOW_PAUSE : PAUSE) {
    clearTimeout(timer);
    timer = Number(setTimeout(ask, pause));
  }

  /** One at a time: what is typed while an answer is on its way is asked for once it is here. */
  async function ask() {
    clearTimeout(timer);
    if (asking || over) return;
    asking = true;
    asked = body();
    const wait = await fetchPart(asked);
    asking = false;
    if (over) return;
    if (wait) later(wait);
    else if (body() !== asked) later();
  }

  /** Milliseconds after which to ask again; 0 if the answer is one. @param {string} sent @returns {Promise<number>} */
  async function fetchPart(sent) {
    const large = fieldsOf(main).find((field) => bytesOf(field.value) > most);
    if (large) {
      tellBusy("");
      tellFault(large.name, `has ${bytesOf(large.value)} bytes; at most ${most} can be read`);
      told(true);
      return 0;
    }
    try {
      const answer = await fetch(url, { method: "POST", body: sent, headers: { "Content-Type": "application/x-www-form-urlencoded" } });
      if (over) return 0;
      if (answer.status === 429 || answer.status === 503) {
        slowUntil = performance.now() + SLOW_FOR;
        tellBusy("Many are trying things out; this goes on by itself in a moment.");
        return waitOf(answer.headers.get("Retry-After"));
      }
      tellBusy("");
      if (answer.ok) {
        const html = await answer.text();
        if (over) return 0;
        tellFault("", "");
        replaceShown(shown, nodesOf(html), drawn);
        told(false);
        return 0;
      }
      const fault = await answer.json().catch(() => ({}));
      tellFault(fault.field ?? "", fault.why ?? fault.detail ?? "That did not work.");
      told(true);
      return 0;
    } catch {
      tellBusy("There is no connection just now. What you see may be of an earlier input.");
      return AGAIN;
    }
  }

  form?.addEventListener("input", (event) => {
    if (!(/** @type {Field} */ (event.target)).name) return;
    edited();
    later();
  });
  form?.addEventListener("submit", (event) => {
    event.preventDefault();
    edited();
    void ask();
  });

  return {
    /** Asks at once for what the form says. */
    ask,
    tellFault,
    /** The form is another one's now. */
    stop() {
      over = true;
      clearTimeout(timer);
    },
  };
}
