// @ts-check
// Points that move: drawn on a canvas, each class in its colour and with its name where it lies. Pan and zoom are the
// viewer's own: drag, wheel or pinch, or the arrow keys, + and −; 0 or a double press shows all again.
import { h } from "../stage/dom.js";
import { prefersStill } from "../draw/bars.js";

const MOVE_MS = 900;
const MARGIN = 1.12;
/** Between two drawings: smooth enough for points, and the machine may be the one that trains. */
const FRAME_MS = 32;

/** Names of the palette's colours, in the order of the classes. */
const COLOURS = ["--c1", "--c2", "--c3", "--c4", "--c5", "--c6", "--c7", "--c8", "--c9", "--c10"];

/** Middle of each class's points that were learned from: the median of each coordinate, which strays do not move.
 * @param {Float32Array} points @param {Uint8Array} labels @param {number} classes */
export function middles(points, labels, classes) {
  return Array.from({ length: classes }, (_, of) => {
    /** @type {number[]} */ const xs = [];
    /** @type {number[]} */ const ys = [];
    labels.forEach((label, i) => {
      if (label !== of) return;
      xs.push(points[2 * i]);
      ys.push(points[2 * i + 1]);
    });
    if (!xs.length) return null;
    const median = (/** @type {number[]} */ all) => all.sort((a, b) => a - b)[all.length >> 1];
    return [median(xs), median(ys)];
  });
}

/** @param {string} label */
export function makeScatter(label) {
  const canvas = /** @type {HTMLCanvasElement} */ (h("canvas.scatter", { role: "img", tabindex: "0", "aria-label": label }));
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const view = { zoom: 1, x: 0, y: 0 };
  /** @type {import("./picture.js").Picture|null} */
  let picture = null;
  /** @type {"embedding"|"activations"} */
  let shown = "embedding";
  /** @type {string[]} */
  let classes = [];
  /** @type {Float32Array|null} */
  let before = null;
  /** @type {Float32Array|null} */
  let now = null;
  let extentBefore = 1;
  let extentNow = 1;
  let began = 0;
  let drawing = 0;
  let drawnAt = 0;
  /** @type {Map<number, PointerEvent>} */
  const fingers = new Map();

  const target = () => picture && (shown === "activations" ? picture.activations ?? picture.embedding : picture.embedding);
  const extent = () => picture?.extent[shown === "activations" && picture.activations ? 1 : 0] ?? 1;

  function ask() {
    if (!drawing) drawing = requestAnimationFrame(draw);
  }

  function draw() {
    drawing = 0;
    const at = performance.now();
    if (at - drawnAt < FRAME_MS) return ask();
    drawnAt = at;
    const goal = target();
    if (!picture || !goal || !now) return;
    const gone = prefersStill() ? 1 : Math.min(1, (performance.now() - began) / MOVE_MS);
    const eased = 1 - (1 - gone) ** 3;
    const from = before && before.length === goal.length ? before : goal;
    for (let i = 0; i < goal.length; i += 1) now[i] = from[i] + (goal[i] - from[i]) * eased;
    extentNow = extentBefore + (extent() - extentBefore) * eased;
    paint(picture, now);
    if (gone < 1) ask();
  }

  /** @param {import("./picture.js").Picture} of @param {Float32Array} points */
  function paint(of, points) {
    const ratio = Math.min(2, devicePixelRatio || 1);
    const { clientWidth: wide, clientHeight: high } = canvas;
    if (!wide || !high) return;
    if (canvas.width !== Math.round(wide * ratio) || canvas.height !== Math.round(high * ratio)) {
      canvas.width = Math.round(wide * ratio);
      canvas.height = Math.round(high * ratio);
    }
    const style = getComputedStyle(canvas);
    const colour = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const side = Math.min(wide, high);
    const scale = side / 2 / (extentNow * MARGIN) * view.zoom;
    const px = (/** @type {number} */ x) => wide / 2 + (x - view.x) * scale;
    const py = (/** @type {number} */ y) => high / 2 - (y - view.y) * scale;
    const size = Math.max(1.6, side / 190) * Math.min(2, Math.sqrt(view.zoom));
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, wide, high);
    pen.lineWidth = Math.max(1, size / 2.5);
    const arm = size * 1.25;
    // One path a class and kind of mark: thousands of paths would keep the machine from training.
    COLOURS.forEach((name, label) => {
      const [seen, held, wrong] = [new Path2D(), new Path2D(), new Path2D()];
      for (let i = 0; i < of.n; i += 1) {
        if (of.labels[i] % COLOURS.length !== label) continue;
        const [x, y] = [px(points[2 * i]), py(points[2 * i + 1])];
        if (of.wrong[i]) {
          wrong.moveTo(x - arm, y - arm);
          wrong.lineTo(x + arm, y + arm);
          wrong.moveTo(x + arm, y - arm);
          wrong.lineTo(x - arm, y + arm);
          continue;
        }
        const path = i < of.heldFrom ? seen : held;
        path.moveTo(x + size, y);
        path.arc(x, y, size, 0, 2 * Math.PI);
      }
      pen.fillStyle = pen.strokeStyle = colour(name);
      pen.globalAlpha = 0.75;
      pen.fill(seen);
      pen.stroke(held);
      pen.globalAlpha = 1;
      pen.stroke(wrong);
    });
    pen.globalAlpha = 1;
    if (shown === "embedding" || !of.activations) paintCentres(of.centres, px, py, size * 2.2, colour);
    paintNames(points, of, px, py, Math.max(13, side / 22), colour);
  }

  /** @param {Float32Array} centres @param {(x: number) => number} px @param {(y: number) => number} py @param {number} arm @param {(name: string) => string} colour */
  function paintCentres(centres, px, py, arm, colour) {
    pen.lineWidth = Math.max(1.5, arm / 3);
    for (let i = 0; i < centres.length; i += 2) {
      const [x, y] = [px(centres[i]), py(centres[i + 1])];
      pen.beginPath();
      pen.moveTo(x, y - arm);
      pen.lineTo(x + arm, y);
      pen.lineTo(x, y + arm);
      pen.lineTo(x - arm, y);
      pen.closePath();
      pen.fillStyle = colour("--paper");
      pen.strokeStyle = colour("--ink");
      pen.fill();
      pen.stroke();
    }
  }

  /** @param {Float32Array} points @param {import("./picture.js").Picture} of @param {(x: number) => number} px @param {(y: number) => number} py @param {number} size @param {(name: string) => string} colour */
  function paintNames(points, of, px, py, size, colour) {
    pen.font = `700 ${size}px ${getComputedStyle(canvas).fontFamily}`;
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.lineJoin = "round";
    middles(points, of.labels, classes.length).forEach((middle, label) => {
      if (!middle) return;
      const [x, y] = [px(middle[0]), py(middle[1])];
      pen.lineWidth = size / 3.5;
      pen.strokeStyle = colour("--paper");
      pen.strokeText(classes[label], x, y);
      pen.fillStyle = colour("--ink");
      pen.fillText(classes[label], x, y);
    });
  }

  function goOn() {
    before = now && now.slice();
    extentBefore = now ? extentNow : extent();
    began = performance.now();
    const goal = target();
    if (goal && now?.length !== goal.length) {
      now = goal.slice();
      before = null;
      extentBefore = extent();
    }
    ask();
  }

  // ---- The viewer's own look ----

  const unit = () => Math.min(canvas.clientWidth, canvas.clientHeight) / 2 / (extentNow * MARGIN) * view.zoom;
  const reset = () => { Object.assign(view, { zoom: 1, x: 0, y: 0 }); ask(); };
  const zoomBy = (/** @type {number} */ by) => {
    view.zoom = Math.max(0.5, Math.min(30, view.zoom * by));
    ask();
  };
  const panBy = (/** @type {number} */ dx, /** @type {number} */ dy) => {
    view.x -= dx / unit();
    view.y += dy / unit();
    ask();
  };
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY);
  };
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    zoomBy(1.0015 ** -event.deltaY);
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    fingers.set(event.pointerId, event);
  });
  canvas.addEventListener("pointermove", (event) => {
    const last = fingers.get(event.pointerId);
    if (!last) return;
    const apart = fingers.size === 2 ? spread() : 0;
    fingers.set(event.pointerId, event);
    if (fingers.size === 2) zoomBy(spread() / (apart || 1));
    else panBy(event.clientX - last.clientX, event.clientY - last.clientY);
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, (event) => fingers.delete(/** @type {PointerEvent} */ (event).pointerId));
  canvas.addEventListener("dblclick", reset);
  canvas.addEventListener("keydown", (event) => {
    const step = 30;
    const acts = /** @type {Record<string, () => void>} */ ({
      "+": () => zoomBy(1.25), "-": () => zoomBy(0.8), 0: reset,
      ArrowLeft: () => panBy(step, 0), ArrowRight: () => panBy(-step, 0), ArrowUp: () => panBy(0, step), ArrowDown: () => panBy(0, -step),
    });
    if (!acts[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    acts[event.key]();
  });
  new ResizeObserver(ask).observe(canvas);

  return {
    node: canvas,
    /** @param {import("./picture.js").Picture} next @param {string[]} names */
    set(next, names) {
      classes = names;
      if (next === picture) return;
      if (picture?.run !== next.run) now = null;
      picture = next;
      goOn();
    },
    /** @param {"embedding"|"activations"} name */
    show(name) {
      if (shown === name) return;
      shown = name;
      reset();
      goOn();
    },
    ask,
  };
}
