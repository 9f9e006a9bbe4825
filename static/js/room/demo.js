// @ts-check
// The run on a phone: loaded once there is one.
import { makeRun } from "../demo/run.js";
import { h, say, show } from "../stage/dom.js";

/** @param {HTMLElement} node Where it goes. @param {Parameters<typeof makeRun>[0]} page */
export function makePhoneRun(node, page) {
  for (const name of ["demo", "demo-look"]) {
    document.head.append(h("link", { rel: "stylesheet", href: new URL(`../../css/${name}.css`, import.meta.url).href }));
  }
  // The page's head has its name already; those who go by headings need one here.
  const title = h("h2.sr", { dir: "auto" });
  const run = makeRun(page);
  run.node.dataset.narrow = "";
  node.replaceChildren(title, run.node);
  return {
    /** @param {any} session @param {any} shown */
    update(session, shown) {
      // The current segment's run, or whatever goes on.
      const going = (/** @type {any} */ one) => one.segment === session.current || one.state === "running" || one.state === "paused";
      const mine = session.state === "live" ? session.runs?.find(going) : null;
      show(node, Boolean(mine));
      if (!mine) return;
      say(title, session.agenda.find((/** @type {any} */ one) => one.id === mine.segment)?.title ?? "");
      run.update(mine, shown);
    },
  };
}
