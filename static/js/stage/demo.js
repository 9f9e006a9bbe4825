// @ts-check
// A demo on stage, once a run of it was started.
import { makeRun } from "../demo/run.js";
import { h, say } from "./dom.js";

/** @param {Parameters<typeof makeRun>[0]} page */
export function makeDemo(page) {
  const title = h("h1.question", { dir: "auto" });
  const kicker = h("p.kicker");
  const run = makeRun(page);
  const node = h("section.scene.card.demo-scene", {}, kicker, title, run.node);
  return {
    node,
    /** @param {import("./scene.js").Scene} scene @param {any} held */
    update(scene, held) {
      say(kicker, `Demo · ${scene.place} of ${held.session.agenda.length}`);
      say(title, scene.segment.title);
      run.update(scene.run, held.run);
    },
    tick() {},
  };
}
