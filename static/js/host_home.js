// @ts-check
// A run sheet from a file is put into the text field, where its faults can be mended.

const file = /** @type {HTMLInputElement} */ (document.getElementById("file"));
const sheet = /** @type {HTMLTextAreaElement} */ (document.getElementById("sheet"));
/** @type {HTMLElement} */ (file.closest("label")).hidden = false;
file.addEventListener("change", async () => {
  const chosen = file.files?.[0];
  if (!chosen) return;
  sheet.value = await chosen.text();
  sheet.focus();
});
