// @ts-check
// A run as everyone watches it: how far it is, the points, the curves, and what came out; and as one viewer looks at it:
// an image, a centre, the film so far. Where nobody has a hand on the page (the stage) there is nothing to press.
import { h, say, show } from "../stage/dom.js";
import { prefersStill } from "../draw/bars.js";
import { makeCurves } from "./curves.js";
import { canDraw, makeLook } from "./look.js";
import { makeFollowing, makeLooking, patient } from "./looking.js";
import { NONE, busiest } from "./picture.js";
import { readDistances } from "./polar.js";
import { makeScatter } from "./scatter.js";
import { makeScrub } from "./scrub.js";
import { makeMeasures, makeSummary } from "./summary.js";
import { has, makeLegend, makeViews } from "./views.js";
import { centreName, chosenWords, newest, percent, playedWords, settingWords, stateWords, viewWords } from "./words.js";

/** @typedef {import("protocol").ProgressView} Progress */

/** How the page around has it: `desk` beside other things, `phone` one below the other, `stage` watched from afar. @typedef {"phone"|"desk"|"stage"} Place */

/** Often enough for those who listen, and not at every picture. */
const TELL_MS = 4000;
/** Shares of the screen's height: where what is brought up begins, and what the bar at the bottom may cover. */
const [SEEN_FROM, BAR] = [0.4, 0.12];

/** @typedef {import("./picture.js").Picture} Picture */

/**
 * @param {object} page
 * @param {import("./looking.js").Inspect} page.inspect Asks the server about an image, a centre or a prototype.
 * @param {string} page.code The session's, for the pictures that were recorded.
 * @param {Place} page.place
 */
export function makeRun({ inspect, code, place }) {
  const watched = place === "stage";
  const ask = patient(inspect);
  const scatter = makeScatter("Images as points", watched ? null : (what) => look(what));
  const curves = makeCurves(watched);
  const measures = makeMeasures();
  const summary = makeSummary();
  const legend = makeLegend(watched);
  const views = makeViews((name) => name === "around" ? around(centreOf(looking.get().what) ?? following.get()) : setView(name));
  const panel = makeLook({ look: (what) => look(what), around: (centre) => around(centre), close: () => close() });
  const scrub = makeScrub({ code, show: (picture) => {
    past = picture;
    if (past && view === "around") view = "embedding";
    paint();
  } });
  const looking = makeLooking(ask, () => paint());
  const following = makeFollowing(ask, (answer) => {
    troubled = answer.type === "refused" ? answer.why : "";
    if (answer.type === "inspected" && answer.centre) {
      scatter.around(readDistances(answer.centre.distances, answer.centre.reach));
      looking.put({ centre: answer.centre.centre }, answer);
    }
    paint();
  }, () => view === "around" && inView && scatter.node.clientWidth > 0 && document.visibilityState === "visible");

  const [state, steps, speed, fill] = [h("span.run-state"), h("span.run-steps"), h("span.run-speed"), h("span.run-fill")];
  const [chosen, played, what, caption, results] = [h("p.run-chosen", { dir: "auto" }), h("p.run-played"), h("p.run-what"), h("p.run-caption"), h("p.run-results")];
  const opens = button("Look at…", () => open(false));
  const draws = button("Draw", () => open(true));
  const line = h("p.run-line", {}, state, steps, speed);
  const track = h("span.run-track", { "aria-hidden": "true" }, fill);
  const frame = h("div.run-frame", {}, scatter.node, watched && h("div.run-key", {}, legend.node, caption));
  const node = watched
    ? h("div.run", {}, h("div.run-picture", {}, frame), h("div.run-side", {}, played, chosen, what, line, track, results, summary.node, curves.node))
    : h("div.run", {},
      // What is said of a tap comes right below the buttons that ask for the same.
      h("div.run-picture", {}, frame, views.node, h("div.run-row", {}, caption, h("div.run-tools", {}, opens, draws)), panel.node, legend.node, scrub.node),
      h("div.run-side", {}, chosen, played, what, line, track, results, measures.node, curves.node, summary.node, summary.diagrams));
  node.dataset.place = place;

  /** @type {import("./words.js").View} */
  let view = "embedding";
  /** @type {import("protocol").RunView|null} */
  let run = null;
  /** @type {Picture|null} The newest. */
  let live = null;
  /** @type {Picture|null} The one of the film, while it is looked at. */
  let past = null;
  /** @type {string[]} */
  let classes = [];
  /** Why the picture around a centre does not come. */
  let troubled = "";
  let drawing = false;
  /** Its settings when it was first seen. */
  let begunWith = "";
  let toldAt = -Infinity;
  let inView = true;
  new IntersectionObserver((entries) => {
    const was = inView;
    inView = entries.some((one) => one.isIntersecting);
    if (inView && !was) following.ask();
  }).observe(scatter.node);

  /** @param {string} words @param {() => void} act */
  function button(words, act) {
    const made = h("button", { type: "button" }, words);
    made.addEventListener("click", act);
    return made;
  }

  const centreOf = (/** @type {import("./marks.js").What|null} */ of) => of && "centre" in of ? of.centre : null;
  const ownerOf = (/** @type {number} */ centre) => {
    const owner = live?.owners[centre];
    return owner === undefined || owner === NONE ? null : owner;
  };

  /** @param {import("./words.js").View} name */
  function setView(name) {
    view = name;
    if (name !== "around") following.follow(null, run?.number ?? 0);
    paint();
  }

  /** The picture around a centre is of the network as it is now. @param {number|null} centre */
  function around(centre) {
    const of = centre ?? (live && busiest(live));
    if (of === null || !run) return;
    if (scrub.isPast()) scrub.live();
    view = "around";
    following.follow(of, run.number);
    paint();
  }

  // ---- Looking at one thing ----

  const onEscape = (/** @type {KeyboardEvent} */ event) => {
    if (!node.isConnected) return document.removeEventListener("keydown", onEscape);
    if (event.key === "Escape" && !document.querySelector("dialog[open]")) close();
  };

  /** @param {boolean} pad */
  function open(pad) {
    drawing = pad;
    reveal();
    panel.focus();
    if (place === "phone") requestAnimationFrame(bringUp);
  }

  /** An answer that comes below what is seen is brought up, once for each tap, with some of the picture above it. */
  function bringUp() {
    const { top, bottom } = panel.node.getBoundingClientRect();
    const from = innerHeight * SEEN_FROM;
    if (bottom <= innerHeight * (1 - BAR) || top <= from) return;
    scrollBy({ top: top - from, behavior: prefersStill() ? "auto" : "smooth" });
  }

  function reveal() {
    if (panel.node.hidden) document.addEventListener("keydown", onEscape);
    show(panel.node, true);
    node.dataset.looking = "";
    paint();
  }

  function close() {
    const inside = panel.node.contains(document.activeElement);
    document.removeEventListener("keydown", onEscape);
    show(panel.node, false);
    delete node.dataset.looking;
    looking.clear();
    if (inside) (drawing ? draws : opens).focus();
  }

  /** @param {import("./marks.js").What} at */
  function look(at) {
    if (panel.node.hidden) {
      drawing = false;
      reveal();
    }
    if ("centre" in at && view === "around" && run) following.follow(at.centre, run.number);
    const answered = looking.look(at);
    if (place === "phone") void answered.then(() => requestAnimationFrame(bringUp));
  }

  // ---- Painting ----

  /** What depends on this viewer's own choices. */
  function paint() {
    if (!run) return;
    const picture = past ?? live;
    if (picture && !has(picture, view)) view = "embedding";
    if (picture) scatter.set(picture, classes);
    scatter.show(view);
    const looked = looking.get();
    scatter.select(looked.what, past ? undefined : looked.answer?.sample?.at);
    views.update(picture, view);
    legend.update(run, picture, view, classes);
    if (watched) scatter.leave((legend.node.parentElement?.offsetWidth ?? 0) * 1.15);
    const centre = following.get();
    const name = centre === null ? undefined : centreName(classes, centre, ownerOf(centre));
    say(caption, view === "around" && troubled ? troubled : viewWords(run, view, { centre, name }));
    opens.setAttribute("aria-expanded", String(!panel.node.hidden && !drawing));
    draws.setAttribute("aria-expanded", String(!panel.node.hidden && drawing));
    show(draws, canDraw(run.settings));
    if (!panel.node.hidden) panel.update(looked, live, run, classes, { past: past !== null, drawing });
  }

  /** @param {Progress|null|undefined} progress @param {import("protocol").ChartView|null|undefined} chart */
  function tell(progress, chart) {
    if (performance.now() - toldAt <= TELL_MS) return;
    toldAt = performance.now();
    const held = newest(chart, progress, "held-out accuracy");
    const words = held === null ? "" : `, ${percent(held)} of those held out are told right`;
    scatter.node.setAttribute("aria-label", `${live?.n ?? 0} images as points${words}. “Look at…” picks one by its number.`);
  }

  return {
    node,
    /** @param {import("protocol").RunView} next @param {Partial<import("../session.js").Shown>|null|undefined} shown */
    update(next, shown) {
      if (run?.number !== next.number) {
        [live, past, troubled, view] = [null, null, "", "embedding"];
        following.follow(null, next.number);
        run = next;
        looking.of(next.number);
        begunWith = JSON.stringify(next.settings);
      }
      run = next;
      // What was shown of an earlier run is not of this one.
      const mine = shown && shown.progress?.number === run.number ? shown : null;
      const { progress, chart, picture } = mine ?? {};
      say(chosen, chosenWords(run.chosen));
      show(chosen, Boolean(run.chosen));
      // From afar one of the two is read: what was chosen says what it is set to, until the host turns something.
      const turned = JSON.stringify(run.settings) !== begunWith;
      show(what, !watched || !run.chosen || turned);
      if (watched && turned) show(chosen, false);
      say(played, playedWords(run));
      show(played, run.played != null);
      say(what, settingWords(run));
      say(state, stateWords(run, progress));
      node.dataset.state = run.failed ? "failed" : run.state;
      say(steps, progress?.steps ? `step ${progress.step} of ${progress.steps}` : "");
      const rate = newest(chart, progress, "images per second");
      const fast = rate && run.state === "running" ? `${Math.round(rate).toLocaleString("en")} images/s` : "";
      say(speed, [fast, progress?.device].filter(Boolean).join(" on "));
      fill.style.transform = `scaleX(${progress?.steps ? progress.step / progress.steps : 0})`;
      const test = run.results?.["test accuracy"];
      say(results, test == null ? "" : `Test images: ${percent(test)} right`);
      node.toggleAttribute("data-done", test != null);
      show(results, test != null);
      curves.set(chart, progress);
      measures.update(run, chart, progress);
      summary.update(run, progress);
      classes = progress?.classes ?? classes;
      const news = picture && picture.run === run.number && picture !== live;
      if (news) live = picture;
      scrub.update(run, progress);
      tell(progress, chart);
      paint();
      if (news) following.ask();
    },
  };
}
