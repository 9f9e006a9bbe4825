// @ts-check
// The stage's keys: F fullscreen, L light or dark, Q big QR, ? help. Nothing here needs a connection.
import { byId, show } from "./dom.js";

const THEME_KEY = "salon/stage-theme";
const CURSOR_RESTS = 3000;

function isLight() {
  const { theme } = document.documentElement.dataset;
  return theme ? theme === "light" : !matchMedia("(prefers-color-scheme: dark)").matches;
}

function toggleTheme() {
  const next = isLight() ? "dark" : "light";
  document.documentElement.dataset.theme = next;
  try { sessionStorage.setItem(THEME_KEY, next); } catch { /* The choice then lasts as long as the page. */ }
}

/** The light of the hall stays as it is when the page is reloaded, unless its address asks for a theme. */
export function restoreTheme() {
  if (new URLSearchParams(location.search).has("theme")) return;
  try {
    const kept = sessionStorage.getItem(THEME_KEY);
    if (kept) document.documentElement.dataset.theme = kept;
  } catch { /* Without storage the default stands. */ }
}

function toggleFullscreen() {
  const done = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen?.();
  done?.catch(() => { /* A frame may forbid it; the key then does nothing. */ });
}

/** A projector must not sleep during a long talk. */
export async function stayAwake() {
  try {
    await navigator.wakeLock?.request("screen");
  } catch { /* Only offered over https, and only to a page in front. */ }
}

export function listen() {
  const cover = byId("cover");
  const help = /** @type {HTMLDialogElement} */ (byId("help"));
  const actions = /** @type {Record<string, () => void>} */ ({
    f: toggleFullscreen,
    l: toggleTheme,
    q: () => show(cover, Boolean(cover.hidden)),
    "?": () => (help.open ? help.close() : help.showModal()),
    Escape: () => show(cover, false),
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    const action = actions[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!action || (help.open && event.key === "Escape")) return;
    if (event.key !== "Escape") event.preventDefault();
    action();
  });
  cover.addEventListener("click", () => show(cover, false));
  byId("help-close").addEventListener("click", () => help.close());

  let resting = 0;
  const wake = () => {
    delete document.documentElement.dataset.resting;
    clearTimeout(resting);
    resting = Number(setTimeout(() => (document.documentElement.dataset.resting = ""), CURSOR_RESTS));
  };
  document.addEventListener("pointermove", wake);
  wake();

  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && stayAwake());
  void stayAwake();
}
