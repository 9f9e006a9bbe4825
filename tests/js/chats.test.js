// One table for both who read chats: the desk's paste form and the example bridge. `node --test tests/js`.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { leftOut, leftOutWords, takeApart } from "../../static/js/host/chat_lines.js";

const here = (/** @type {string} */ path) => fileURLToPath(new URL(path, import.meta.url));
const table = JSON.parse(readFileSync(here("chats.json"), "utf8"));

for (const { name, text, public: expected, left } of table) {
  test(`pasted: ${name}`, () => {
    const taken = takeApart(text);
    assert.deepEqual(taken.map((line) => [line.author, line.text, line.seconds]), expected);
    assert.ok(taken.every((line) => line.taken));
    assert.deepEqual(leftOut(text), left);
    assert.deepEqual(takeApart(text.replace(/\n/g, "\r\n")), taken, "with the line ends of Windows");
  });
}

const READ = `
import importlib.machinery, importlib.util, json, sys
sys.dont_write_bytecode = True
loader = importlib.machinery.SourceFileLoader("bridge", sys.argv[1])
bridge = importlib.util.module_from_spec(importlib.util.spec_from_loader("bridge", loader))
loader.exec_module(bridge)
out = []
for case in json.load(open(sys.argv[2], encoding="utf-8")):
    said, left = [], {}
    for one in bridge.messages(case["text"].splitlines(keepends=True)):
        text, why = bridge.judged(one)
        if why: left[why] = left.get(why, 0) + 1
        elif text: said.append([one["author"], text, one["stream_seconds"]])
    handed = [[q["author"], q["text"]] for q in bridge.questions(case["text"].splitlines(keepends=True), "Zoom")]
    out.append([said, left, handed])
print(json.dumps(out))
`;

test("the example bridge reads them alike and hands on what asks", () => {
  const run = spawnSync("python3", ["-W", "error", "-c", READ, here("../../scripts/bridge-chat"), here("chats.json")], { encoding: "utf8" });
  assert.equal(run.status, 0, run.stderr);
  const read = JSON.parse(run.stdout);
  table.forEach((/** @type {any} */ { name, public: expected, left }, /** @type {number} */ n) => {
    const [said, out, handed] = read[n];
    assert.deepEqual(said, expected, name);
    assert.deepEqual(out, left, name);
    assert.deepEqual(handed, expected.filter((/** @type {any} */ [, text]) => /[?？]/.test(text)).map((/** @type {any} */ [author, text]) => [author, text]), name);
  });
});

test("what was left out is said with its number and why", () => {
  assert.equal(leftOutWords({}), "");
  assert.equal(leftOutWords({ private: 4, reaction: 1 }), "Left out: 4 said in private or to some only, 1 reaction.");
});
