// @ts-check
// The stage over a video: a lower third with a plate of its own, and a small tag when there is nothing to show.
import { byId, h, say, show } from "./dom.js";
import { percentText, sumLine } from "../counts.js";
import { choices, howTo, resultRows } from "./words.js";
import { sceneOf, stepOf } from "./scene.js";
import { drawBars } from "../draw/bars.js";
import { askLine, factsLine } from "./rail.js";
import { lengthOf } from "./questions.js";
import { makeNotice } from "./notice.js";
import { teller } from "./table.js";
import { timing } from "./result.js";

/** @typedef {import("../session.js").Ready} Ready */

/** @typedef {import("protocol").PollView} Poll */

/** More rows than this would cover the picture. */
const ROWS = 6;

/** @param {{label: string, mark: string}} row */
const asWords = (row) => h("span.plate-option", {}, row.mark && h("b", {}, row.mark), row.label, " ");

/**
 * @param {Readonly<import("../session.js").Held>} held
 * @param {() => number} serverNow
 */
export function makeOverlay(held, serverNow) {
  const plate = byId("plate");
  const tag = byId("tag");
  const question = h("p.plate-question", { dir: "auto" });
  const bars = h("ul", { "aria-hidden": "true" });
  const options = h("p.plate-options", { dir: "auto" });
  const line = h("span");
  const facts = h("p.plate-facts");
  const kicker = h("p.plate-kicker", { hidden: true }, "Now asking");
  byId("plate-main").replaceChildren(kicker, question, bars, options, facts);
  const notice = makeNotice(held, serverNow);
  const tell = teller(byId("status"), byId("tables"));
  let at = "";

  /** @param {import("protocol").QuestionView} one */
  function drawQuestion(one) {
    say(question, one.text);
    question.dataset.length = lengthOf(one.text);
    show(bars, false);
    show(options, false);
    say(facts, askLine(one, held.questions?.rules));
  }

  /** As many options as there is room for; what is left over is told. @param {Poll} one */
  function drawOptions(one) {
    const rows = choices(one);
    const picture = JSON.stringify([rows, howTo(one), innerWidth]);
    if (options.dataset.picture === picture) return;
    options.dataset.picture = picture;
    show(options, true);
    options.replaceChildren(...(rows.length ? rows.map(asWords) : [howTo(one)]));
    for (let left = rows.length - 1; left > 0 && options.scrollHeight > options.clientHeight + 1; left -= 1) {
      options.replaceChildren(...rows.slice(0, left).map(asWords), h("span.plate-option", {}, `and ${rows.length - left} more, on your phone`));
    }
  }

  /** What is said under a result. @param {Poll} one */
  function under(one) {
    if (one.answer === "probability") {
      const mean = one.tally?.forecast?.mean;
      return mean == null ? "" : `On average ${percentText(mean)}`;
    }
    return one.tally ? sumLine(one.tally) : "";
  }

  return {
    update() {
      const scene = sceneOf(held);
      const one = scene.poll;
      const shown = Boolean(one || scene.question);
      notice.draw();
      show(plate, shown);
      show(tag, !shown && held.session?.state !== "ended");
      show(kicker, Boolean(scene.question));
      plate.setAttribute("aria-label", scene.question ? "Now asking" : "Poll");
      tell(scene, /** @type {Ready} */ (held));
      if (!one) {
        at = "";
        if (scene.question) drawQuestion(scene.question);
        return;
      }
      const length = lengthOf(one.question);
      if (length === "long" || length === "longest") question.dataset.length = length;
      else delete question.dataset.length;
      const result = stepOf(one) === "result";
      const now = `${one.id} ${result}`;
      say(question, one.question);
      show(bars, result);
      const told = result ? under(one) : "Result in a moment";
      say(line, told);
      if (!result && one.phase !== "closed") drawOptions(one);
      else if (options.firstChild !== line) {
        delete options.dataset.picture;
        options.replaceChildren(line);
      }
      show(options, options.textContent !== "");
      if (result) {
        const rows = resultRows(one, ROWS).map((row) => ({ ...row, note: "" }));
        bars.dataset.layout = rows.length > 3 ? "columns" : "stack";
        drawBars(bars, rows, { base: 100, animate: true, ...timing(now !== at, rows.length) });
      }
      at = now;
      this.tick();
    },
    tick() {
      const one = sceneOf(held).poll;
      notice.draw();
      if (one) say(facts, factsLine(one, serverNow()));
    },
  };
}
