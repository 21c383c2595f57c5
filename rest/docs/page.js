"use strict";

const METHODS = ["get", "post", "put", "patch", "delete"];

/** An element with attributes and children; texts are set as text, never as markup. */
function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

function resolve(api, schema) {
  return schema?.$ref ? api.components.schemas[schema.$ref.split("/").pop()] : schema;
}

/** A schema as the JSON one would write, types in the place of values. */
function sketch(api, schema, depth = 0) {
  const here = resolve(api, schema);
  if (!here) return "any";
  const options = here.anyOf ?? here.oneOf;
  if (options) {
    const parts = options.map((option) => sketch(api, option, depth));
    return parts.every((part) => typeof part === "string") ? parts.join(" | ") : parts.find((p) => typeof p === "object");
  }
  if (here.enum) return here.enum.join(" | ");
  if (here.const !== undefined) return String(here.const);
  if (here.type === "array") return [depth > 4 ? "…" : sketch(api, here.items, depth + 1)];
  if (here.properties && depth <= 4) {
    const required = new Set(here.required ?? []);
    const entries = Object.entries(here.properties);
    return Object.fromEntries(entries.map(([k, v]) => [required.has(k) ? k : k + "?", sketch(api, v, depth + 1)]));
  }
  return here.format ? `${here.type} (${here.format})` : (here.type ?? "any");
}

function block(api, title, content) {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (!media) return [];
  const text = JSON.stringify(sketch(api, media.schema), null, 2);
  return [el("h4", {}, `${title} (${type})`), el("pre", { tabindex: "0" }, text)];
}

function parameters(list) {
  if (!list?.length) return [];
  const rows = list.map((p) =>
    el("tr", {}, el("td", {}, el("code", {}, p.name)), el("td", {}, p.in + (p.required ? ", required" : "")),
      el("td", {}, p.description ?? "")));
  const head = el("tr", {}, ...["Name", "Where", "What"].map((name) => el("th", { scope: "col" }, name)));
  return [el("h4", {}, "Parameters"), el("table", {}, el("thead", {}, head), el("tbody", {}, ...rows))];
}

function operation(api, path, method, op) {
  const good = Object.entries(op.responses).find(([status]) => status.startsWith("2") || status === "303");
  const refusals = Object.keys(op.responses).filter((status) => status >= "400").join(", ");
  const body = el("div", { class: "body" }, el("p", {}, op.description ?? op.summary ?? ""));
  if (!op.security?.length) body.append(el("p", {}, "No sign-in is needed."));
  body.append(...parameters(op.parameters), ...block(api, "Request", op.requestBody?.content));
  if (good) body.append(el("p", {}, `Answer: ${good[0]}`), ...block(api, "Answer", good[1].content));
  body.append(el("p", {}, `Refused with problem details (RFC 9457): ${refusals}`));
  const head = el("summary", {}, el("span", { class: "method" }, method.toUpperCase()), el("code", {}, path), ` ${op.summary ?? ""}`);
  const node = el("details", {}, head, body);
  node.dataset.words = `${method} ${path} ${op.summary} ${op.description}`.toLowerCase();
  return node;
}

function show(api) {
  const groups = new Map();
  for (const [path, item] of Object.entries(api.paths))
    for (const method of METHODS.filter((name) => item[name])) {
      const tag = item[method].tags?.[0] ?? "other";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(api, path, method, item[method]));
    }
  const main = document.getElementById("operations");
  for (const [tag, nodes] of groups) main.append(el("section", {}, el("h2", {}, tag), ...nodes));
  document.getElementById("intro").textContent = api.info.description ?? "";
}

function filter(words) {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  for (const node of document.querySelectorAll("details"))
    node.hidden = !wanted.every((word) => node.dataset.words.includes(word));
  for (const section of document.querySelectorAll("section"))
    section.hidden = !section.querySelector("details:not([hidden])");
}

document.getElementById("filter").addEventListener("input", (event) => filter(event.target.value));
fetch("openapi.json")
  .then((answer) => answer.json())
  .then(show)
  .catch(() => { document.getElementById("intro").textContent = "The description could not be read; reload the page."; });
