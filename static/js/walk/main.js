// @ts-check
// A step of the walkthrough. The page is complete as it comes; here it follows the host, and shows what is typed.

import { read } from "../device.js";
import { prefersStill } from "../draw/bars.js";
import { connect } from "../socket.js";
import { createSession } from "../session.js";
import { byId, h, say, show } from "../stage/dom.js";
import { defaults, fieldsOf, fill, isSnapped, makeEditor, replaceShown, typed } from "./edit.js";
import { fetchWalk } from "./fetched.js";
import { enliven } from "./figures.js";
import { makeGive } from "./give.js";
import { makeGrid } from "./grid.js";
import { isShareable, pathOf, textsOf } from "./link.js";
import { makePhoto } from "./photo.js";
import { makeHandle } from "./plane.js";
import { drawnOf, hostWords, placeKey, pollToVote, walkOf } from "./where.js";
import { reachWide } from "./wide.js";

/** A hall of phones that follows one press must not ask in the same instant. */
const SPREAD = 600;
/** The address follows a pause: browsers refuse one that changes with every move of a finger. */
const ADDRESS = 400;
const AGAIN = 3000;

const root = document.documentElement;
const { code = "", ws = "" } = root.dataset;
const store = createSession();
const tell = (/** @type {string} */ words) => say(byId("status"), words);
const follows = () => root.dataset.follows !== undefined;
const stepNow = () => root.dataset.step ?? "";
const herePlace = () => placeKey({ segment: root.dataset.segment, number: root.dataset.walk, step: stepNow() });

/** The step on the page; another one once the host goes on. @type {ReturnType<typeof begin>} */
let now;
/** What of polls is drawn in its pictures; null until the session is known. @type {string|null} */
let drawn = null;

let addressing = 0;

/** @param {() => string} path @param {boolean} [entry] As a place of its own, to come back to. */
function putAddress(path, entry = false) {
  clearTimeout(addressing);
  if (entry) history.pushState(null, "", path());
  else addressing = Number(setTimeout(() => history.replaceState(null, "", path()), ADDRESS));
}

/** Makes what stands in `main` usable. */
function begin() {
  const main = /** @type {HTMLElement} */ (document.querySelector("main"));
  const shown = /** @type {HTMLElement} */ (main.querySelector("#shown"));
  const step = stepNow();
  /** What is too large for a link is none in the address either: the page could not be loaded again. */
  const path = () => pathOf(code, step, isShareable(typed(main), defaults(main)) ? typed(main) : {}, defaults(main));

  function draw() {
    enliven(shown);
    reachWide(shown);
    if (step === "function") makeHandle(shown, /** @type {HTMLInputElement|null} */ (main.querySelector("#f-x")));
  }

  const give = makeGive(main, {
    code, step,
    shownToAll() {
      root.dataset.follows = "";
      putAddress(() => `/walk/${code}`);
      paintHost();
    },
  });

  const editor = makeEditor(main, {
    url: `/walk/${code}/${step}/part`,
    drawn: draw,
    told: give.tellFault,
    edited() {
      if (follows()) {
        delete root.dataset.follows;
        // Back leads to where the host is.
        putAddress(path, true);
        tell("You are on your own now. The link at the top leads back to what the host shows.");
        paintHost();
      } else {
        putAddress(path);
      }
      give.update();
    },
  });

  for (const field of fieldsOf(main)) {
    const { kind } = /** @type {HTMLElement} */ (field.closest(".field"))?.dataset ?? {};
    if (kind === "matrix") makeGrid(/** @type {HTMLTextAreaElement} */ (field));
    const output = field.type === "range" && main.querySelector(`output[for="${field.id}"]`);
    if (output) say(output, field.value);
    if (output) for (const type of ["input", "filled"]) field.addEventListener(type, () => say(output, field.value));
  }
  for (const preset of main.querySelectorAll("a[data-preset]")) {
    preset.addEventListener("click", (event) => {
      const press = /** @type {MouseEvent} */ (event);
      if (press.ctrlKey || press.metaKey || press.shiftKey || press.button !== 0) return;
      event.preventDefault();
      delete root.dataset.follows;
      fill(main, textsOf(/** @type {HTMLAnchorElement} */ (preset).search, defaults(main)));
      putAddress(path, true);
      give.update();
      paintHost();
      void Promise.resolve(editor.ask()).then(() => bringUp(shown));
    });
  }
  // What is typed is shown by itself; Enter still asks at once.
  const acts = /** @type {HTMLElement|null} */ (main.querySelector(".acts"));
  if (acts) show(acts, false);
  if (step === "low-rank") shown.after(makePhoto(code));
  draw();
  new ResizeObserver(() => reachWide(shown)).observe(shown);
  if (isSnapped(main)) {
    if (!follows()) putAddress(path);
    give.update();
    setTimeout(editor.ask, follows() ? SPREAD * Math.random() : 0);
  }
  return { main, shown, step, draw, editor, give };
}

/** What a press has changed is brought into view where it is out of it: on a phone it stands above what was pressed. @param {Element} shown */
function bringUp(shown) {
  const { top, bottom } = shown.getBoundingClientRect();
  if (top >= 0 && top < innerHeight * 0.6 || bottom > innerHeight * 0.5 && top < 0) return;
  shown.scrollIntoView({ block: "start", behavior: prefersStill() ? "auto" : "smooth" });
}

/** Where the host is, and a poll that waits. */
function paintHost() {
  const walk = walkOf(store.get.session);
  const { words, link } = hostWords({ follows: follows(), step: stepNow(), walk });
  const place = byId("host-at");
  if (place.dataset.said !== words + link) {
    place.dataset.said = words + link;
    place.replaceChildren(words, ...(link ? [h("a", { href: `/walk/${code}` }, link)] : []));
  }
  // Whoever edits it makes it an input of their own.
  if (!follows()) show(byId("by"), false);
  const poll = pollToVote(store.get);
  const bar = byId("poll-bar");
  if (bar.dataset.poll !== (poll?.id ?? "")) {
    bar.dataset.poll = poll?.id ?? "";
    bar.replaceChildren(...(poll ? ["A poll is open: ", h("q", { dir: "auto" }, poll.question), " ", h("a", { href: `/${code}` }, "Vote")] : []));
  }
  show(bar, poll !== null);
}

let catching = 0;

/** Becomes what the host shows. */
async function catchUp() {
  catching = 0;
  try {
    const walk = await fetchWalk(code);
    if (!follows()) return;
    root.dataset.walk = String(walk.number);
    root.dataset.segment = walk.segment;
    if (walk.step === now.step) {
      fill(now.main, Object.fromEntries(fieldsOf(walk.page).map((field) => [field.name, field.value])));
      replaceShown(now.shown, walk.parts(), now.draw);
      const why = walk.page.querySelector("#fault")?.textContent ?? "";
      now.editor.tellFault("", why);
      now.give.tellFault(why !== "");
      if (isSnapped(walk.page)) void now.editor.ask();
      const by = walk.page.getElementById("by");
      if (by) byId("by").replaceWith(document.adoptNode(by));
      tell("The host shows another input.");
    } else {
      takeOver(walk);
    }
    paintHost();
  } catch {
    later(AGAIN);
  }
}

/** Another step in the place of this one. @param {Awaited<ReturnType<typeof fetchWalk>>} walk */
function takeOver(walk) {
  clearTimeout(addressing);
  now.editor.stop();
  const held = now.main.contains(document.activeElement);
  root.dataset.step = walk.step;
  document.title = walk.page.title;
  for (const selector of [".walk-steps", "main"]) {
    const next = walk.page.querySelector(selector);
    if (next) document.querySelector(selector)?.replaceWith(document.adoptNode(next));
  }
  now = begin();
  drawn = drawnNow();
  scrollTo(0, 0);
  const head = now.main.querySelector("h1");
  if (held && head) {
    head.tabIndex = -1;
    head.focus();
  }
  tell(`The host goes on: ${walk.title}`);
}

/** @param {number} wait */
function later(wait) {
  if (!catching) catching = Number(setTimeout(catchUp, wait));
}

const drawnNow = () => drawnOf(store.get.polls, walkOf(store.get.session)?.segment, stepNow(), (poll) => poll.tally?.final);

/** The host's step as it was last told to those who walk by themselves. */
let told = "";

store.subscribe(() => {
  const walk = walkOf(store.get.session);
  paintHost();
  const polls = drawnNow();
  const other = drawn !== null && drawn !== polls;
  drawn = polls;
  if (follows()) {
    if (walk && (placeKey(walk) !== herePlace() || other)) later(SPREAD * Math.random());
  } else {
    if (other) setTimeout(() => now.editor.ask(), SPREAD * Math.random());
    if (walk && told && told !== walk.step) tell(`The host is at: ${walk.title}`);
  }
  told = walk?.step ?? "";
});

addEventListener("popstate", () => {
  clearTimeout(addressing);
  if (location.pathname !== `/walk/${code}/${now.step}`) return location.reload();
  delete root.dataset.follows;
  fill(now.main, textsOf(location.search, defaults(now.main)));
  now.give.update();
  paintHost();
  void now.editor.ask();
});

now = begin();
paintHost();

/** What comes with a stream's delay is shown with it; the viewer has set how long that is. */
const late = 1000 * Math.max(0, Math.min(300, Number(read(`salon/${root.dataset.session}/delay`)))) || 0;

connect({
  url: () => ws,
  rev: () => null,
  onMessage: (message) => (late ? void setTimeout(store.receive, late, message) : store.receive(message)),
  onState: (state) => { root.dataset.line = state; },
});
