// Parses charts with the real mermaid package. Reads a JSON list of charts from the
// standard input and writes a JSON list of what became of each: its diagram type, or
// the error.
import { JSDOM } from "jsdom";

// Mermaid expects a browser, even to parse.
const { window } = new JSDOM("<!DOCTYPE html>");
globalThis.window = window;
globalThis.document = window.document;

const { default: mermaid } = await import("mermaid");

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);

const results = [];
for (const chart of JSON.parse(Buffer.concat(chunks).toString("utf8"))) {
  try {
    const { diagramType } = await mermaid.parse(chart);
    results.push({ type: diagramType });
  } catch (error) {
    results.push({ error: String(error.message ?? error) });
  }
}
process.stdout.write(JSON.stringify(results));
