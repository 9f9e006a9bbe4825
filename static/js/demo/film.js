// @ts-check
// The run's recorded pictures: the list is asked for when it is first wanted, a picture when it is first shown; what was
// outrun is given up, what came is kept.
import { readPicture } from "./picture.js";

/** Pictures that are kept; one takes about 100 KB. */
const KEPT = 240;
const PLAY_MS = 125;

/** @typedef {import("./picture.js").Picture} Picture */
/**
 * @typedef {object} Film
 * @property {[number, number][]|null} list Number and step of each picture, oldest first; null before it was asked for.
 * @property {number|null} at Place in the list of what is to be shown; null for what is newest.
 * @property {boolean} playing
 * @property {string} trouble Why there is nothing to show, in words.
 */

/** Where a film is. @param {Film} film @param {number} steps Of the run. */
export function filmWords({ list, at }, steps) {
  const step = at == null ? null : list?.[at]?.[1];
  return step == null ? "Live" : `Step ${step} of ${steps}`;
}

/**
 * @param {object} page
 * @param {(path: string) => string} page.url Where a part of the run's recording is: "" for the list, "/12" for a picture.
 * @param {(picture: Picture|null) => void} page.show The picture to be shown; null for whatever is newest.
 * @param {(film: Film) => void} page.changed
 */
export function makeFilm({ url, show, changed }) {
  /** @type {Film} */
  const film = { list: null, at: null, playing: false, trouble: "" };
  /** @type {Map<number, Picture>} */
  const kept = new Map();
  /** @type {AbortController|null} */
  let loading = null;
  let ticking = 0;

  /** @param {Partial<Film>} news */
  function set(news) {
    Object.assign(film, news);
    changed(film);
  }

  /** @param {string} path @param {AbortSignal} signal */
  async function get(path, signal) {
    const answer = await fetch(url(path), { signal });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer;
  }

  /** Gives up what is under way and begins something else. */
  function begin() {
    loading?.abort();
    loading = new AbortController();
    return loading.signal;
  }

  /** Asks for the list anew. Whether it is here. */
  async function open() {
    const signal = begin();
    try {
      const { frames } = await (await get("", signal)).json();
      if (signal.aborted) return false;
      set({ list: frames, trouble: frames.length ? "" : "Nothing was recorded yet." });
      return frames.length > 0;
    } catch {
      if (!signal.aborted) set({ trouble: "The recording could not be loaded. Try again.", playing: false });
      return false;
    }
  }

  /** Shows the picture at this place. True once it is shown. @param {number} place */
  async function go(place) {
    if (!film.list?.length && !await open()) return false;
    const list = film.list ?? [];
    const at = Math.max(0, Math.min(list.length - 1, place));
    const frame = list[at][0];
    const signal = begin();
    set({ at, trouble: "" });
    try {
      let picture = kept.get(frame) ?? null;
      if (!picture) {
        picture = readPicture(await (await get(`/${frame}`, signal)).arrayBuffer());
        if (!picture) throw new Error("no picture");
        kept.set(frame, picture);
        if (kept.size > KEPT) kept.delete(/** @type {number} */ (kept.keys().next().value));
      }
      if (signal.aborted) return false;
      show(picture);
      return true;
    } catch {
      if (!signal.aborted) set({ trouble: "This picture could not be loaded. Try again.", playing: false });
      return false;
    }
  }

  function hold() {
    clearTimeout(ticking);
    if (film.playing) set({ playing: false });
  }

  /** Plays on from where it is; from the beginning where it is at the end. A slow line makes it slow, not jump. */
  async function play() {
    const from = film.list && film.at != null && film.at < film.list.length - 1 ? film.at : -1;
    if (from < 0 && !await open()) return;
    set({ playing: true });
    const next = async (/** @type {number} */ place) => {
      const began = performance.now();
      if (!film.playing) return;
      const shown = await go(place);
      if (!film.playing) return;
      if (!shown || place >= (film.list?.length ?? 0) - 1) return hold();
      ticking = setTimeout(() => void next(place + 1), Math.max(0, PLAY_MS - (performance.now() - began)));
    };
    await next(from + 1);
  }

  return {
    film: /** @type {Readonly<Film>} */ (film),
    open, play, hold,
    /** @param {number} place */
    go(place) {
      hold();
      return go(place);
    },
    live() {
      hold();
      loading?.abort();
      set({ at: null, trouble: "" });
      show(null);
    },
    /** Another run has another film. */
    clear() {
      hold();
      loading?.abort();
      kept.clear();
      set({ list: null, at: null, trouble: "" });
    },
  };
}
