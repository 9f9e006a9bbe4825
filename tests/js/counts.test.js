// What a count comes to, in words; the same table holds the page without JavaScript.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { moreAnswers, moreSets, percentText, share, tieLine } from "../../static/js/counts.js";

const table = JSON.parse(readFileSync(new URL("../tables/counts.json", import.meta.url), "utf8"));
const row = (label, count) => ({ id: label === null ? null : 0, label: label ?? "Hidden answers", count });

test("percents are rounded as the table says", () => {
  for (const [count, voters, words] of table.percents) assert.equal(percentText(share(count, voters)).replace("\u00a0", " "), words, `${count} of ${voters}`);
});

test("ties are told as the table says", () => {
  for (const [counts, words] of table.ties) assert.equal(tieLine(counts.map(([label, count]) => row(label, count))), words);
  const long = (n) => Array.from({ length: n }, (_, place) => row(`${place} ${"long ".repeat(22)}`, 4));
  assert.equal(tieLine(long(12)), "A tie of 12 answers");
  assert.match(tieLine(long(2)), /0 long.* and 1 long/);
});

test("what has no line of its own is told", () => {
  assert.equal(moreAnswers(1), "1 more answer");
  assert.equal(moreSets(9, 1), "9 more combinations, 1 voter");
});
