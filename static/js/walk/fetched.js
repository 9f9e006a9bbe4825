// @ts-check
// The page as the host shows it, fetched: its title, its point, its parts, and what is in its form.

/** @param {string} code */
export async function fetchWalk(code) {
  const answer = await fetch(`/walk/${code}`, { headers: { Accept: "text/html" } });
  // An input with a fault is a page as well.
  if (!answer.ok && answer.status !== 422) throw new Error(`the walkthrough answers ${answer.status}`);
  return readWalk(new DOMParser().parseFromString(await answer.text(), "text/html"));
}

/** @param {Document} page */
export function readWalk(page) {
  const { step = "", walk = "", segment = "" } = page.documentElement.dataset;
  const text = (/** @type {string} */ selector) => page.querySelector(selector)?.textContent?.trim() ?? "";
  const steps = [...page.querySelectorAll(".walk-steps a[data-step]")].map((one) => ({
    name: /** @type {HTMLElement} */ (one).dataset.step ?? "", title: one.textContent?.trim() ?? "",
  }));
  return {
    page, step, segment, number: Number(walk), steps,
    title: text("h1"),
    point: text(".point"),
    place: steps.findIndex((one) => one.name === step) + 1,
    /** @returns {Node[]} */
    parts: () => [...(page.querySelector("#shown")?.childNodes ?? [])],
  };
}
