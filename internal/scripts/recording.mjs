// Draws a recording of a terminal as an animated SVG: node recording.mjs LINES OUT.
// LINES has one line of output per line, each after its time in seconds and a tab.
// Waits are shortened to maxWait. A reader who prefers no motion sees the end.
import { readFileSync, writeFileSync } from "node:fs";

const rows = 22, columns = 104, lineHeight = 18, margin = 14, maxWait = 1.4, pause = 6;
const escape = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const lines = [{ at: 0, text: "$ make demo" }];
let clock = 0, before;
for (const line of readFileSync(process.argv[2], "utf8").trimEnd().split("\n")) {
  const [time, ...text] = line.split("\t");
  clock += before === undefined ? 1 : Math.min(Math.max(time - before, 0.08), maxWait);
  before = Number(time);
  lines.push({ at: clock, text: text.join("\t").slice(0, columns) });
}
const whole = clock + pause;

// Line i is shown from its time on: a curtain below it moves down, then the text moves up.
const frames = (move) => lines.map((line, i) => `${((100 * line.at) / whole).toFixed(2)}%{transform:translateY(${move(i) * lineHeight}px)}`).join("");
const scroll = (i) => -Math.max(0, i + 1 - rows);
const curtain = (i) => Math.min(i + 1, rows);
const width = columns * 8 + 2 * margin, height = rows * lineHeight + 2 * margin;
const last = lines.length - 1;
const text = lines.map(({ text }, i) => {
  const look = text.startsWith("==>") ? ' class="step"' : text.startsWith("$") ? ' class="input"' : "";
  return text.trim() && `<text${look} y="${(i + 1) * lineHeight - 5}">${escape(text)}</text>`;
}).join("\n");

writeFileSync(process.argv[3], `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<title>make demo: the provider applies a configuration against the local emulator, plans it again without changes, and destroys it</title>
<style>
text{font:13px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d8dee9;white-space:pre}
.step{fill:#88c0d0;font-weight:bold}.input{fill:#a3be8c}
#text,#curtain{animation:${whole.toFixed(1)}s step-end infinite}
#text{transform:translateY(${scroll(last) * lineHeight}px);animation-name:scroll}
#curtain{transform:translateY(${curtain(last) * lineHeight}px);animation-name:curtain}
@keyframes scroll{${frames(scroll)}}
@keyframes curtain{${frames(curtain)}}
@media (prefers-reduced-motion:reduce){#text,#curtain{animation:none}}
</style>
<rect width="${width}" height="${height}" rx="8" fill="#242933"/>
<svg x="${margin}" y="${margin}" width="${width - 2 * margin}" height="${rows * lineHeight}">
<g id="text" xml:space="preserve">
${text}
</g>
<rect id="curtain" width="100%" height="100%" fill="#242933"/>
</svg>
</svg>
`);
