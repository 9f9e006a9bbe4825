// @ts-check
// A slider over the run's recorded pictures, with a button that plays them and one that goes back to the newest.
import { h, say, show } from "../stage/dom.js";
import { filmWords, makeFilm } from "./film.js";

/** @typedef {import("protocol").ProgressView} Progress */

/**
 * @param {object} page
 * @param {string} page.code The session's.
 * @param {(picture: import("./picture.js").Picture|null) => void} page.show
 */
export function makeScrub({ code, show: shows }) {
  /** @type {{number: number}|null} */
  let run = null;
  let steps = 0;
  /** How many pictures were recorded so far, and when the list came. */
  let recorded = 0;
  let listed = 0;
  const slider = /** @type {HTMLInputElement} */ (h("input.scrub-slider", { type: "range", min: 0, max: 1, step: 1, "aria-label": "Recorded pictures of this run" }));
  const words = h("output.scrub-words", { "aria-live": "off" });
  const trouble = h("p.scrub-trouble", { role: "status", hidden: true });
  const playing = h("button.scrub-play", { type: "button", "aria-label": "Play the film" }, "▶");
  const live = h("button.scrub-live", { type: "button" }, "Live");
  const node = h("div.scrub", { role: "group", "aria-label": "Film of the run", hidden: true }, playing, slider, words, live, trouble);

  const film = makeFilm({
    url: (path) => `/runs/${encodeURIComponent(code)}/${run?.number}${path}`,
    show: shows,
    changed: (now) => {
      const last = Math.max(1, (now.list?.length ?? 2) - 1);
      slider.max = String(last);
      slider.value = String(now.at ?? last);
      const text = filmWords(now, steps);
      slider.setAttribute("aria-valuetext", text);
      say(words, text);
      say(playing, now.playing ? "❚❚" : "▶");
      playing.setAttribute("aria-label", now.playing ? "Hold the film" : "Play the film");
      live.setAttribute("aria-pressed", String(now.at == null));
      say(trouble, now.trouble);
      show(trouble, now.trouble !== "");
      node.toggleAttribute("data-past", now.at != null);
    },
  });

  /** The list when it is first wanted, and again where more was recorded since. */
  async function list() {
    if (film.film.list && (film.film.at != null || listed === recorded)) return true;
    listed = recorded;
    return film.open();
  }
  const wanted = () => void list();
  slider.addEventListener("pointerdown", wanted);
  slider.addEventListener("focus", wanted);
  slider.addEventListener("input", async () => {
    const part = Number(slider.value) / Number(slider.max);
    if (!await list()) return;
    const last = (film.film.list?.length ?? 1) - 1;
    void film.go(Math.round(part * last));
  });
  playing.addEventListener("click", () => film.film.playing ? film.hold() : void film.play());
  live.addEventListener("click", () => film.live());

  return {
    node,
    live: film.live,
    isPast: () => film.film.at != null,
    /** @param {{number: number}} next The run. @param {Progress|null|undefined} progress */
    update(next, progress) {
      if (run?.number !== next.number) {
        run = next;
        film.clear();
        listed = 0;
      }
      steps = progress?.steps ?? 0;
      recorded = progress?.frames ?? 0;
      if (!film.film.list) slider.value = slider.max = String(Math.max(1, recorded - 1));
      show(node, recorded > 1);
      if (!words.textContent) say(words, "Live");
    },
  };
}
