// Draws a chart with the real mermaid in Chromium, as a picture on white:
// node draw.mjs CHART.mmd PICTURE.png
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [, , chart, picture] = process.argv;
const folder = mkdtempSync(join(tmpdir(), "mermaid."));
const page = join(folder, "page.html");
const library = pathToFileURL(join(import.meta.dirname, "node_modules", "mermaid", "dist", "mermaid.min.js"));
writeFileSync(page, `<!doctype html><meta charset="utf-8"><title>nothing</title><script src="${library}"></script>
<body style="margin: 8px; width: 900px; background: #ffffff"></body><script type="module">
  try {
    mermaid.initialize({ startOnLoad: false });
    document.body.innerHTML = (await mermaid.render("chart", ${JSON.stringify(readFileSync(chart, "utf8"))})).svg;
    document.title = String(Math.ceil(document.querySelector("svg").getBoundingClientRect().height) + 16);
  } catch (error) {
    document.title = "error: " + error.message;
  }
</script>`);
const browse = (...more) => execFileSync("chromium", [
  "--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--hide-scrollbars", "--virtual-time-budget=20000",
  `--user-data-dir=${folder}/profile`, ...more, pathToFileURL(page).href,
], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
const [, title] = browse("--window-size=920,600", "--dump-dom").match(/<title>([^<]*)</) ?? [];
if (!/^[0-9]+$/.test(title)) throw new Error(`${chart}: ${title}`);
browse(`--window-size=920,${title}`, `--screenshot=${picture}`);
rmSync(folder, { recursive: true, force: true });
