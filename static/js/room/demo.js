// @ts-check
// The run on a phone: loaded once there is one.
import { makeRun } from "../demo/run.js";
import { h, say, show } from "../stage/dom.js";

/** @typedef {import("protocol").SessionView} Session */

/** @param {HTMLElement} node Where it goes. @param {Omit<Parameters<typeof makeRun>[0], "place">} page */
export function makePhoneRun(node, page) {
  const styled = ["demo", "demo-look"].map((name) => new Promise((resolve) => {
    const link = h("link", { rel: "stylesheet", href: new URL(`../../css/${name}.css`, import.meta.url).href });
    link.onload = link.onerror = resolve;
    document.head.append(link);
  }));
  // The page's head has its name already; those who go by headings need one here.
  const title = h("h2.sr", { dir: "auto" });
  const run = makeRun({ ...page, place: "phone" });
  run.node.dataset.narrow = "";
  // Not before its styles are there: parts that jump about would be pressed by mistake.
  void Promise.all(styled).then(() => node.replaceChildren(title, run.node));
  return {
    /** @param {Session} session @param {Partial<import("../session.js").Shown>|undefined} shown */
    update(session, shown) {
      // The current segment's run, or whatever goes on.
      const going = (/** @type {import("protocol").RunView} */ one) => one.segment === session.current || one.state === "running" || one.state === "paused";
      const mine = session.state === "live" ? session.runs?.find(going) : null;
      show(node, Boolean(mine));
      if (!mine) return;
      say(title, session.agenda.find((one) => one.id === mine.segment)?.title ?? "");
      run.update(mine, shown);
    },
  };
}
