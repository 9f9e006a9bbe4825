// @ts-check
// A demo on stage, once a run of it was started.
import { makeRun } from "../demo/run.js";
import { h, say } from "./dom.js";

/** @typedef {Readonly<import("../session.js").Held>} Held */

/** Sizes of a title, largest first, until it stands in one line: the picture is what there is to see. */
const TITLES = ["large", "middle", "small", "smallest"];

/** @param {Omit<Parameters<typeof makeRun>[0], "place">} page */
export function makeDemo(page) {
  const title = h("h1.question", { dir: "auto" });
  const run = makeRun({ ...page, place: "stage" });
  const node = h("section.scene.demo-scene", {}, title, run.node);
  let fitted = "";

  /** @param {string} text */
  function fitTitle(text) {
    const picture = `${text} ${innerWidth} ${innerHeight}`;
    if (picture === fitted || !title.clientWidth) return;
    fitted = picture;
    for (const size of TITLES) {
      title.dataset.size = size;
      if (title.scrollWidth <= title.clientWidth) return;
    }
  }
  return {
    node,
    /** @param {import("./scene.js").RunScene} scene @param {Held} held */
    update(scene, held) {
      say(title, scene.segment.title);
      fitTitle(scene.segment.title);
      run.update(scene.run, held.run);
    },
    tick() {},
  };
}
