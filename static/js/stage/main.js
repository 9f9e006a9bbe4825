// @ts-check
// The stage. One loop: what is held → which scene → drawn in place → made to fit.
import { connect } from "../socket.js";
import { createSession } from "../session.js";
import { byId, say, show } from "./dom.js";
import { sceneOf, stepOf } from "./scene.js";
import { makeEnded, makeSegment, makeWelcome } from "./cards.js";
import { makeDemo } from "./demo.js";
import { makeWalkScene } from "./walk.js";
import { ROWS, makePoll } from "./poll.js";
import { makeQuestion } from "./question.js";
import { makeRail } from "./rail.js";
import { makeOverlay } from "./overlay.js";
import { makeNotice } from "./notice.js";
import { makeReactions } from "./reactions.js";
import { startSync } from "./sync.js";
import { teller } from "./table.js";
import { READABLE, fit, fitRail, sizeTeller } from "./fit.js";
import { listen, restoreTheme } from "./keys.js";

const TICK = 250;
const MAKERS = /** @type {Record<string, () => import("./scene.js").View>} */ ({
  welcome: makeWelcome, segment: makeSegment, question: makeQuestion, poll: makePoll, ended: makeEnded,
  walk: () => makeWalkScene(code),
  demo: () => makeDemo({ code, inspect: (message) => line.ask({ type: "inspect", ...message }) }),
});
const LINES = /** @type {Record<string, string>} */ ({
  offline: "Reconnecting\u2026",
  outdated: "This page is outdated: reload it",
  gone: "This session is no longer here",
});

/** @typedef {import("./scene.js").Scene} Scene */
/** @typedef {import("../session.js").Ready} Ready */

const root = document.documentElement;
const { ws: address = "", mode = "full", code = "" } = root.dataset;
const session = createSession();
const held = session.get;
/** What is held, once there is a scene: the server's first word has all of it. */
const ready = () => /** @type {Ready} */ (held);

function makeStage() {
  const stage = byId("stage");
  const main = byId("main");
  const aside = byId("rail");
  const rail = makeRail(byId("facts"));
  const tell = teller(byId("status"), byId("tables"));
  const notice = makeNotice(held, session.serverNow);
  const tellSize = mode === "embed" ? sizeTeller(stage) : () => {};
  let key = "connecting";
  let fitted = "";
  let limit = ROWS;
  /** @type {import("./scene.js").View|null} */
  let view = null;
  const rows = () => view?.rows ?? ROWS;

  /** Counts change ten times a second; only what may need another size is worth the measuring. @param {Scene} scene */
  function shapeOf({ poll, question, queue }) {
    const screen = [key, innerWidth, innerHeight, notice.words];
    if (question) return JSON.stringify([screen, question.text, question.answer, question.labels, question.name, question.source]);
    const waiting = queue?.slice(0, rows()).map((one) => [one.text, one.name, one.source]);
    if (!poll) return JSON.stringify([screen, held.session, waiting, held.polls.map((one) => one.phase)]);
    const { options = [], combos = [] } = poll.tally ?? {};
    const counts = [...options.map((row) => [row.label, row.before > 0]), ...combos.map((combo) => combo.label)];
    const facts = [stepOf(poll), poll.phase, poll.closes_at != null, String(poll.voters).length];
    return JSON.stringify([screen, facts, poll.question, poll.options, poll.resolution, counts]);
  }

  /** @param {Scene} scene */
  function makeFit(scene) {
    // A run fills what there is; nothing in it grows.
    if (scene.run) return fitRail(aside);
    // A step fits itself, and again when its box changes.
    if (scene.walk) {
      fitRail(aside);
      return tellSize();
    }
    const shape = shapeOf(scene);
    if (!view || shape === fitted) return;
    fitted = shape;
    if (limit !== rows()) view.update(scene, ready(), (limit = rows()));
    // Written answers are folded before the type gets small; the options themselves only when nothing else helps.
    const rowsOf = (/** @type {import("protocol").PollView} */ poll) => (poll.range ? poll.tally?.options.length ?? 0 : poll.options.length) + 1;
    const unfolded = scene.poll ? rowsOf(scene.poll) : 3;
    const least = view.least ?? 3;
    while (!fit(main, limit > unfolded ? READABLE : 0, view.shares) && limit > least) view.update(scene, ready(), (limit -= 1));
    fitRail(aside);
    tellSize();
  }

  return {
    update() {
      const scene = sceneOf(held);
      if (scene.key !== key) {
        key = scene.key;
        view = MAKERS[scene.name]?.() ?? null;
        limit = rows();
        if (view) main.replaceChildren(view.node);
      }
      stage.dataset.scene = scene.name;
      notice.draw();
      if (!view) return;
      view.update(scene, ready(), limit);
      rail.update(scene, held);
      this.tick();
      makeFit(scene);
      tell(scene, ready());
    },
    refit() {
      fitted = "";
      this.update();
    },
    tick() {
      const scene = sceneOf(held);
      const now = session.serverNow();
      // A frame may have changed the scene since it was drawn; the drawing comes first then.
      if (view && scene.key === key) {
        view.tick(scene, ready(), now);
        // An announcement whose time is over gives its room back.
        if (notice.draw()) makeFit(scene);
      }
      rail.tick(scene, held, now);
    },
  };
}

/** The code stands in large type below the address and need not be in it twice; a long one breaks at its dots. */
function shortenJoinText() {
  for (const node of document.querySelectorAll(".join-host")) {
    const code = node.parentElement?.querySelector(".join-code")?.textContent ?? "";
    const text = node.textContent ?? "";
    const site = code && text.endsWith(`/${code}`) ? text.slice(0, -code.length - 1) : text;
    const parts = site.match(/[^./]*[./]?/g) ?? [];
    node.replaceChildren(...parts.filter(Boolean).flatMap((part, place) => (place ? [document.createElement("wbr"), part] : [part])));
  }
}

if (mode === "full") restoreTheme();
shortenJoinText();
/** @type {{update: () => void, tick: () => void, refit?: () => void}} */
const surface = mode === "overlay" ? makeOverlay(held, session.serverNow) : makeStage();
if (mode !== "overlay") listen();

const react = makeReactions(byId("reactions"));
const sync = startSync([...document.querySelectorAll("[data-sync]")], session.serverNow);
session.subscribe(() => {
  // The program began again with another public address: text and QR code of this page lead nowhere now.
  if (held.session && held.session.join_url !== root.dataset.join) location.reload();
  surface.update();
  react(held.reactions);
  if (held.session) sync.show(held.session);
});
setInterval(() => surface.tick(), TICK);
addEventListener("resize", () => held.session && surface.update());
// A font that arrives changes what fits.
document.fonts?.addEventListener("loadingdone", () => held.session && surface.refit?.());

const line = connect({
  url: () => address,
  // A stage is one of few: it always asks for the whole picture and never risks a hole in it.
  rev: () => null,
  onMessage: session.receive,
  onState(state) {
    root.dataset.line = state;
    const chip = byId("chip");
    say(chip, LINES[state] ?? "");
    show(chip, state in LINES);
  },
});
